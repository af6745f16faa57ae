import { unexpectedContent } from '../client/replies';
import type { Transport } from '../client/transport';
import { isOfDevice } from '../values/ids';
import { isObject } from '../values/json';
import { fail, ok, type Failure, type Result } from '../values/results';
import { readPlatformTime, timeRange } from '../values/times';
import { getPage, readPages, type Page } from './paging';

const PATH = '/iocm/app/dm/v1.4.0/devices';
/** The most that the platform gives at once (platform API, "Devices"). */
export const DEVICES_PAGE_SIZE = 250;

/** A device as the platform describes it (platform API, "Devices"); null or missing is the same. */
export interface Device {
	deviceId?: string | null;
	gatewayId?: string | null;
	nodeType?: string | null;
	/** Times are UTC, `yyyyMMdd'T'HHmmss'Z'`. */
	createTime?: string | null;
	lastModifiedTime?: string | null;
	deviceInfo?: DeviceInfo | null;
	/** What the device reported last, each with `serviceId`, `serviceType`, `data` and `eventTime`. */
	services?: unknown;
}

export interface DeviceInfo {
	nodeId?: string | null;
	name?: string | null;
	manufacturerId?: string | null;
	deviceType?: string | null;
	model?: string | null;
	protocolType?: string | null;
	/** ONLINE, OFFLINE, ABNORMAL or INACTIVE. */
	status?: string | null;
	statusDetail?: string | null;
}

/** What devices may be listed by; all that is given must hold. */
export interface DeviceQuery {
	/** Another application that owns the devices. */
	appId?: string;
	/** ONLINE, OFFLINE, ABNORMAL or INACTIVE. */
	status?: string;
	/** Part of the name, in any case. */
	name?: string;
	/** Milliseconds since 1970; both ends belong to the range. */
	registeredAfter?: number;
	registeredBefore?: number;
}

/**
 * Lists the devices that a query chooses, page after page (platform API, "Devices"). A platform that ignores a filter
 * gives others too, so each device is checked here.
 * @param onDevice takes each device once, in the platform's order; false ends the reading
 */
export async function listDevices(
	transport: Transport,
	query: DeviceQuery,
	onDevice: (device: Device) => boolean,
): Promise<Result<void>> {
	const isChosen = chooser(query);
	return await readPages<Device>(
		async (pageNo) => await getDevicesPage(transport, query, { pageNo, pageSize: DEVICES_PAGE_SIZE }),
		({ deviceId }) => deviceId || undefined,
		(device) => !isChosen(device) || onDevice(device),
	);
}

/**
 * Reads one page of the list as the platform gives it, whether or not it heeds the query. A name is not sent: the
 * platform may compare it as a whole or in its own case.
 */
export async function getDevicesPage(
	transport: Transport,
	query: Omit<DeviceQuery, 'name'>,
	page: { pageNo: number; pageSize: number; sort?: 'ASC' | 'DESC'; name?: string },
): Promise<Result<Page<Device>>> {
	const { appId, status, registeredAfter, registeredBefore } = query;
	// A second more at each end: whether the platform's ends belong to its range is not known.
	const range = timeRange({
		createdAfter: registeredAfter === undefined ? undefined : registeredAfter - 1000,
		createdBefore: registeredBefore === undefined ? undefined : registeredBefore + 1000,
	});
	return await getPage<Device>(transport, PATH, 'devices', { appId, status, ...range, ...page });
}

/** Reads one device. For one that the platform doesn't have it fails, and `isUnknownDevice` holds. */
export async function getDevice(
	transport: Transport,
	deviceId: string,
	appId: string | undefined,
): Promise<Result<Device>> {
	const path = `${PATH}/${encodeURIComponent(deviceId)}`;
	const sent = await transport.send({ method: 'GET', path, query: { appId }, safety: 'repeatable' });
	if (!sent.ok) return sent;
	const { body } = sent.value;
	const isIt = isObject(body) && typeof body.deviceId === 'string' && isOfDevice(body as Device, deviceId);
	return isIt ? ok(body as Device) : fail(unexpectedContent('device'));
}

const UNKNOWN = new Set(['100403', '100418']);

/** Whether a call failed because the platform does not have this device. */
export function isUnknownDevice({ code = '' }: Failure): boolean {
	return UNKNOWN.has(code);
}

/** A device's status in capitals; '' where the platform does not say. */
export function statusOf({ deviceInfo }: Device): string {
	return typeof deviceInfo?.status === 'string' ? deviceInfo.status.trim().toUpperCase() : '';
}

/** What a device is called: its name, or the number that is printed on it. */
export function nameOf({ deviceInfo }: Device): string {
	const names = [deviceInfo?.name, deviceInfo?.nodeId];
	return names.find((name) => typeof name === 'string' && name !== '') ?? '';
}

function chooser(query: DeviceQuery): (device: Device) => boolean {
	const { status, name, registeredAfter = -Infinity, registeredBefore = Infinity } = query;
	return (device) => {
		if (status !== undefined && statusOf(device) !== status) return false;
		if (name !== undefined && !isNamed(device, name)) return false;
		const registered = readPlatformTime(device.createTime);
		// Without a time that can be read, the platform's own choice counts.
		return registered === undefined || (registered >= registeredAfter && registered <= registeredBefore);
	};
}

/** Whether a text is a part of the device's name, in any case. */
export function isNamed({ deviceInfo }: Device, text: string): boolean {
	return String(deviceInfo?.name ?? '')
		.toLowerCase()
		.includes(text.toLowerCase());
}
