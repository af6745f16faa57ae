import type { Transport } from '../client/transport';
import { readId } from '../values/ids';
import { ok, type Result } from '../values/results';
import { DEVICES_PAGE_SIZE, getDevice, getDevicesPage, isNamed, type Device } from './devices';
import { isRefusedPage, type Page } from './paging';

/** The most calls that one search makes: other workflows of the application need theirs. */
const MOST_CALLS = 6;

/** Where a search goes on: the next page of the devices that the platform finds by name, or of all devices. */
export interface SearchPlace {
	by: 'name' | 'all';
	pageNo: number;
}

export interface Found {
	devices: Device[];
	/** Missing at the end of the list. */
	next?: SearchPlace;
}

/** Gives the devices of an application, one page of the platform's list at a time. */
export async function browseDevices(
	transport: Transport,
	appId: string | undefined,
	place: SearchPlace = { by: 'all', pageNo: 0 },
): Promise<Result<Found>> {
	const read = await readFrom(transport, appId, place);
	if (!read.ok) return read;
	return ok({ devices: read.value.page?.entries ?? [], next: read.value.next });
}

/**
 * Searches the devices of an application by a part of their name or ID, in any case. The platform's own search by name
 * comes first, because it needs one call in a fleet of any size. It may compare in its own way, and it knows no IDs; so
 * the list of all devices follows, a few pages in each search.
 * @param place where an earlier search stopped
 */
export async function searchDevices(
	transport: Transport,
	appId: string | undefined,
	text: string,
	place: SearchPlace = { by: 'name', pageNo: 0 },
): Promise<Result<Found>> {
	const found = new Map<string, Device>();
	const isWanted = (device: Device) =>
		isNamed(device, text) || (device.deviceId ?? '').toLowerCase().includes(text.toLowerCase());
	let next: SearchPlace | undefined = place;
	for (let calls = 1; next && calls < MOST_CALLS && found.size < DEVICES_PAGE_SIZE; calls += 1) {
		const { by }: SearchPlace = next;
		const read = await readFrom(transport, appId, next, by === 'name' ? text : undefined);
		// The person's time is over: what was found, and where to go on.
		const isCut = !read.ok && read.failure.kind === 'canceled' && next !== place;
		if (isCut) return ok({ devices: [...found.values()], next });
		if (!read.ok) return read;
		const { page } = read.value;
		next = read.value.next;
		for (const device of page?.entries ?? []) if (isWanted(device)) found.set(device.deviceId ?? '', device);
		if (by !== 'name') continue;
		// Where the platform ignores the name, these are pages of all devices.
		const isIgnored = page?.entries.some((device) => !isWanted(device)) === true;
		if (isIgnored) next = next && { by: 'all', pageNo: next.pageNo };
		else next ??= { by: 'all', pageNo: 0 };
	}
	if (found.size > 0 || !next) return ok({ devices: [...found.values()], next });
	return await lookUp(transport, appId, text, next);
}

/** The text may be the whole ID of a device that stands further back. */
async function lookUp(
	transport: Transport,
	appId: string | undefined,
	text: string,
	next: SearchPlace,
): Promise<Result<Found>> {
	const id = readId(text, 'Device');
	const device = id.ok ? await getDevice(transport, id.value, appId) : undefined;
	return ok({ devices: device?.ok ? [device.value] : [], next });
}

/** Reads the page at a place, or page 1 where page 0 is refused or is empty although there are devices. */
async function readFrom(
	transport: Transport,
	appId: string | undefined,
	{ by, pageNo }: SearchPlace,
	name?: string,
): Promise<Result<{ page?: Page<Device>; next?: SearchPlace }>> {
	const read = await getDevicesPage(transport, { appId }, { pageNo, pageSize: DEVICES_PAGE_SIZE, name });
	const second = { by, pageNo: 1 };
	if (!read.ok) {
		if (!isRefusedPage(read.failure)) return read;
		if (pageNo === 0) return await readFrom(transport, appId, second, name);
		return pageNo === 1 ? read : ok({});
	}
	const page = read.value;
	const { entries, pageSize, total, length = entries.length } = page;
	if (pageNo === 0 && length === 0 && total) return await readFrom(transport, appId, second, name);
	const isLast = length === 0 || length < pageSize;
	return ok({ page, next: isLast ? undefined : { by, pageNo: pageNo + 1 } });
}
