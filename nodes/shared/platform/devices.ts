import { clock } from '../values/clock';
import { pageNumbers, readPages, type Page } from './paging';
import { unexpectedContent } from '../client/replies';
import type { Transport } from '../client/transport';
import { type Result, fail, ok } from '../values/results';
import { isObject } from '../values/json';

const PATH = '/iocm/app/dm/v1.4.0/devices';
/** The most that the platform gives at once (platform API, "Devices"). */
const PAGE_SIZE = 250;
/** How long pages that were read are good for, in milliseconds: each letter that a person types is a new search. */
const KEPT_MS = 60_000;

/** A device as a person picks it. */
export interface ListedDevice {
	deviceId: string;
	name: string;
	/** ONLINE, OFFLINE, ABNORMAL or INACTIVE; '' where the platform does not say. */
	status: string;
}

type Pages = Map<number, Page<ListedDevice>>;

const kept = new Map<string, { until: number; pages: Pages }>();

/**
 * Searches the devices of an application by name or ID.
 * @param application tells applications apart
 * @param appId another application that owns the devices
 * @param text part of a name or an ID, in any case; '' finds all
 * @param skip how many finds were given already
 * @param limit how many more to give at the most
 */
export async function searchDevices(
	transport: Transport,
	application: string,
	appId: string | undefined,
	{ text, skip, limit }: { text: string; skip: number; limit: number },
): Promise<Result<{ devices: ListedDevice[]; hasMore: boolean }>> {
	const pages = pagesOf(JSON.stringify([application, appId]));
	const wanted = text.trim().toLowerCase();
	const found: ListedDevice[] = [];
	const read = await readPages<ListedDevice>(
		async (pageNo) => {
			const known = pages.get(pageNo);
			if (known) return ok(known);
			const page = await readPage(transport, appId, pageNo);
			if (page.ok) pages.set(pageNo, page.value);
			return page;
		},
		({ deviceId }) => deviceId,
		(device) => {
			if ([device.deviceId, device.name].some((words) => words.toLowerCase().includes(wanted))) {
				found.push(device);
			}
			return found.length <= skip + limit;
		},
	);
	if (!read.ok) return read;
	return ok({ devices: found.slice(skip, skip + limit), hasMore: found.length > skip + limit });
}

function pagesOf(key: string): Pages {
	const now = clock.now();
	for (const [other, { until }] of kept) if (until <= now) kept.delete(other);
	const known = kept.get(key) ?? { until: now + KEPT_MS, pages: new Map() };
	kept.set(key, known);
	return known.pages;
}

async function readPage(
	transport: Transport,
	appId: string | undefined,
	pageNo: number,
): Promise<Result<Page<ListedDevice>>> {
	const sent = await transport.send({
		method: 'GET',
		path: PATH,
		query: { appId, pageNo, pageSize: PAGE_SIZE },
		safety: 'repeatable',
	});
	if (!sent.ok) return sent;
	const { body } = sent.value;
	if (!isObject(body) || !(Array.isArray(body.devices) || 'totalCount' in body)) {
		return fail(unexpectedContent('device list'));
	}
	const entries = (Array.isArray(body.devices) ? body.devices : []).flatMap((entry) => asListed(entry) ?? []);
	return ok({ entries, ...pageNumbers(body.pageSize, body.totalCount, PAGE_SIZE) });
}

function asListed(entry: unknown): ListedDevice | undefined {
	if (!isObject(entry) || typeof entry.deviceId !== 'string') return undefined;
	const info = isObject(entry.deviceInfo) ? entry.deviceInfo : {};
	const text = (value: unknown) => (typeof value === 'string' ? value : '');
	return { deviceId: entry.deviceId, name: text(info.name) || text(info.nodeId), status: text(info.status) };
}
