import type { Backend, Server } from './backend';
import { readPlatformTime } from './clock';
import { Refusal } from './errors';
import { pageOf, queryOf, timeRange, writeNulls } from './inputs';
import type { StoredDevice } from './model';
import type { Settings } from './options';

const DEVICES = '/iocm/app/dm/v1.4.0/devices';
const RULES = { defaultSize: 25, maxSize: 250, refusal: '100216' } as const;

/** The calls of section 6: list devices, look at one. */
export function addDeviceCalls(server: Server, { settings, devices }: Backend): void {
	server.get(DEVICES, async (request) => {
		const query = queryOf(request);
		if (query.pageNo === undefined && query.gatewayId === undefined) throw new Refusal('100218');
		const { pageNo, pageSize, cut } = pageOf(query, settings, RULES);
		const isInTime = timeRange(query, RULES.refusal);
		const { sort = 'ASC' } = query;
		if (sort !== 'ASC' && sort !== 'DESC') throw new Refusal(RULES.refusal);
		const found = devices
			.list(request.applicationId)
			.filter(
				(device) =>
					agrees(device.gatewayId, query.gatewayId) &&
					agrees(device.nodeType, query.nodeType) &&
					agrees(device.deviceInfo.status, query.status) &&
					agrees(device.deviceInfo.name, query.name) &&
					agrees(device.deviceInfo.deviceType, query.deviceType) &&
					isInTime(readPlatformTime(device.createTime) ?? NaN),
			);
		if (sort === 'DESC') found.reverse();
		const shown = cut(found).map((device) => viewOf(device, settings));
		return { totalCount: found.length, pageNo, pageSize, devices: shown };
	});

	server.get<{ Params: { deviceId: string } }>(`${DEVICES}/:deviceId`, async (request) => {
		const device = devices.find(request.applicationId, request.params.deviceId);
		if (!device) throw new Refusal('100403');
		return viewOf(device, settings);
	});
}

function agrees(value: string | null, wanted: string | undefined): boolean {
	return wanted === undefined || value === wanted;
}

function viewOf(device: StoredDevice, settings: Settings): object {
	const { deviceId, gatewayId, nodeType, createTime, lastModifiedTime } = device;
	const deviceInfo = writeNulls(device.deviceInfo, settings);
	const view = { deviceId, gatewayId, nodeType, createTime, lastModifiedTime, deviceInfo, services: null };
	return writeNulls(view, settings);
}
