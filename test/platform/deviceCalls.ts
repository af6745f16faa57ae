import type { Backend, Server } from './backend';
import { Refusal } from './errors';
import { pageOf, type Query, queryOf, timeRange, writeNulls } from './inputs';
import { DEVICE_STATUSES, type StoredDevice } from './model';
import type { Settings } from './options';

const DEVICES = '/iocm/app/dm/v1.4.0/devices';
const RULES = { defaultSize: 25, maxSize: 250, refusal: '100216' } as const;

/** The calls of platform API, "Devices": list devices, look at one. */
export function addDeviceCalls(server: Server, { settings, devices }: Backend): void {
	server.get(DEVICES, async (request) => {
		const query = queryOf(request);
		if (query.pageNo === undefined && query.gatewayId === undefined) throw new Refusal('100218');
		const { pageNo, pageSize, cut } = pageOf(query, settings, RULES);
		const { key, checks, isNewestFirst } = listingOf(query, settings);
		const found = devices.select(request.applicationId, key, (all) => {
			const kept = checks.length > 0 ? all.filter((device) => checks.every((holds) => holds(device))) : all;
			return isNewestFirst ? [...kept].reverse() : kept;
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
	/** What holds for each of its devices. */
	checks: Array<(device: StoredDevice) => boolean>;
	isNewestFirst: boolean;
}

/** Which devices are asked for and in which order, without what the server ignores. */
function listingOf(query: Query, { deviceListIgnores, deviceOrder }: Settings): Listing {
	const ignored: string[] = ['pageNo', 'pageSize', ...deviceListIgnores];
	const heeded = Object.entries(query).filter(([name]) => !ignored.includes(name));
	const wanted: Query = Object.fromEntries(heeded);
	const isInTime = timeRange(wanted, RULES.refusal);
	const { sort = deviceOrder, status, name, gatewayId, nodeType, deviceType } = wanted;
	if (sort !== 'ASC' && sort !== 'DESC') throw new Refusal(RULES.refusal);
	if (status !== undefined && !DEVICE_STATUSES.some((known) => known === status)) {
		throw new Refusal(RULES.refusal);
	}
	const checks: Listing['checks'] = [];
	if (wanted.startTime ?? wanted.endTime) checks.push(({ registeredAt }) => isInTime(registeredAt));
	if (status) checks.push(({ deviceInfo }) => deviceInfo.status === status);
	if (name) checks.push(({ deviceInfo }) => (deviceInfo.name ?? '').includes(name));
	if (gatewayId) checks.push((device) => device.gatewayId === gatewayId);
	if (nodeType) checks.push((device) => device.nodeType === nodeType);
	if (deviceType) checks.push(({ deviceInfo }) => deviceInfo.deviceType === deviceType);
	return { key: JSON.stringify({ ...wanted, sort }), checks, isNewestFirst: sort === 'DESC' };
}

function viewOf(device: StoredDevice, settings: Settings): object {
	const { deviceId, gatewayId, nodeType, createTime, lastModifiedTime } = device;
	const deviceInfo = writeNulls({ ...device.deviceInfo }, settings);
	const view = { deviceId, gatewayId, nodeType, createTime, lastModifiedTime, deviceInfo, services: null };
	return writeNulls(view, settings);
}
