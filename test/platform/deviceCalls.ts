import type { Backend, Server } from './backend';
import { Refusal } from './errors';
import { pageOf, type Query, queryOf, timeRange, writeNulls } from './inputs';
import { DEVICE_STATUSES, type StoredDevice } from './model';
import type { Settings } from './options';

const DEVICES = '/iocm/app/dm/v1.4.0/devices';
const RULES = { defaultSize: 25, maxSize: 250, refusal: '100216' } as const;

/** The calls of section 6: list devices, look at one. */
export function addDeviceCalls(server: Server, { settings, devices }: Backend): void {
	server.get(DEVICES, async (request) => {
		const query = queryOf(request);
		if (query.pageNo === undefined && query.gatewayId === undefined) throw new Refusal('100218');
		const { pageNo, pageSize, cut } = pageOf(query, settings, RULES);
		const { key, keeps, isNewestFirst } = listingOf(query, settings);
		const found = devices.select(request.applicationId, key, (all) => {
			const kept = all.filter(keeps);
			return isNewestFirst ? kept.reverse() : kept;
		});
		const shown = cut(found).map((device) => viewOf(device, settings));
		return { totalCount: found.length, pageNo, pageSize, devices: shown };
	});

	server.get<{ Params: { deviceId: string } }>(`${DEVICES}/:deviceId`, async (request) => {
		const device = devices.find(request.applicationId, request.params.deviceId);
		if (!device) throw new Refusal('100403');
		return viewOf(device, settings);
	});
}

interface Listing {
	/** The same for all pages of one list. */
	key: string;
	keeps: (device: StoredDevice) => boolean;
	isNewestFirst: boolean;
}

/** Which devices are asked for and in which order, without what the server ignores. */
function listingOf(query: Query, { deviceListIgnores, deviceOrder }: Settings): Listing {
	const ignored: string[] = ['pageNo', 'pageSize', ...deviceListIgnores];
	const heeded = Object.entries(query).filter(([name]) => !ignored.includes(name));
	const wanted: Query = Object.fromEntries(heeded);
	const isInTime = timeRange(wanted, RULES.refusal);
	const { sort = deviceOrder, status, name } = wanted;
	if (sort !== 'ASC' && sort !== 'DESC') throw new Refusal(RULES.refusal);
	if (status !== undefined && !DEVICE_STATUSES.some((known) => known === status)) {
		throw new Refusal(RULES.refusal);
	}
	return {
		key: JSON.stringify({ ...wanted, sort }),
		isNewestFirst: sort === 'DESC',
		keeps: ({ gatewayId, nodeType, deviceInfo, registeredAt }) =>
			agrees(gatewayId, wanted.gatewayId) &&
			agrees(nodeType, wanted.nodeType) &&
			agrees(deviceInfo.status, status) &&
			agrees(deviceInfo.deviceType, wanted.deviceType) &&
			(name === undefined || (deviceInfo.name ?? '').includes(name)) &&
			isInTime(registeredAt),
	};
}

function agrees(value: string | null, wanted: string | undefined): boolean {
	return wanted === undefined || value === wanted;
}

function viewOf(device: StoredDevice, settings: Settings): object {
	const { deviceId, gatewayId, nodeType, createTime, lastModifiedTime } = device;
	const deviceInfo = writeNulls({ ...device.deviceInfo }, settings);
	const view = { deviceId, gatewayId, nodeType, createTime, lastModifiedTime, deviceInfo, services: null };
	return writeNulls(view, settings);
}
