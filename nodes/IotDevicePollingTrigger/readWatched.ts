import { CANCELED, type Transport } from '../shared/client/transport';
import {
	DEVICES_PAGE_SIZE,
	getDevice,
	getDevicesPage,
	isUnknownDevice,
	statusOf,
	type Device,
} from '../shared/platform/devices';
import { fail, ok, type Result } from '../shared/values/results';
import type { FoundDevice } from './compare';
import { takeShare } from './rateShare';
import { readSteadily } from './readSteadily';

/** Up to so many devices are read one by one, whatever the size of the fleet. */
export const MOST_SINGLE_DEVICES = 20;

export interface Watched {
	/** Another application that owns the devices. */
	appId: string | undefined;
	statuses: string[];
	/** Empty: all. */
	deviceIds: string[];
}

export interface WatchedDevice extends FoundDevice {
	device: Device;
}

/**
 * Reads the devices that are in one of the watched statuses, with the polls' share of the rate limit. Where the platform
 * filters by status, one list for each status is read; where it ignores the filter, one list of all devices. A device
 * that changes its status meanwhile counts with the one that was read last.
 */
export async function readWatched(transport: Transport, watched: Watched): Promise<Result<WatchedDevice[]>> {
	const found = new Map<string, WatchedDevice>();
	const isWatched = deviceFilter(watched.deviceIds);
	const collect = (device: Device) => {
		const { deviceId } = device;
		if (typeof deviceId !== 'string' || deviceId === '' || !isWatched(deviceId)) return;
		const status = statusOf(device);
		if (watched.statuses.includes(status)) found.set(deviceId, { deviceId, status, device });
		else found.delete(deviceId);
	};
	const { length } = watched.deviceIds;
	const isFew = length > 0 && length <= MOST_SINGLE_DEVICES;
	const read = isFew
		? await readSingly(transport, watched.appId, watched.deviceIds, collect)
		: await readLists(transport, watched, collect);
	return read.ok ? ok([...found.values()]) : read;
}

/** Chooses devices by their IDs, in any case as the platform does; all of them if there are none. */
export function deviceFilter(deviceIds: string[]): (deviceId: string) => boolean {
	const ids = new Set(deviceIds.map((id) => id.toLowerCase()));
	return (deviceId) => ids.size === 0 || ids.has(deviceId.toLowerCase());
}

async function readSingly(
	transport: Transport,
	appId: string | undefined,
	deviceIds: string[],
	onDevice: (device: Device) => void,
): Promise<Result<void>> {
	for (const deviceId of deviceIds) {
		if (!(await takeShare(transport))) return fail(CANCELED);
		const read = await getDevice(transport, deviceId, appId);
		if (read.ok) onDevice(read.value);
		else if (!isUnknownDevice(read.failure)) return read;
	}
	return ok(undefined);
}

async function readLists(
	transport: Transport,
	{ appId, statuses }: Watched,
	onDevice: (device: Device) => void,
): Promise<Result<void>> {
	for (const status of statuses) {
		const read = await readList(transport, { appId, status }, onDevice);
		if (!read.ok) return read;
		if (read.value === 'not filtered') {
			const all = await readList(transport, { appId }, onDevice);
			return all.ok ? ok(undefined) : all;
		}
	}
	return ok(undefined);
}

/** Reads one list. Where it turns out that the platform ignores the status, it is left at once. */
async function readList(
	transport: Transport,
	query: { appId: string | undefined; status?: string },
	onDevice: (device: Device) => void,
): Promise<Result<'read' | 'not filtered'>> {
	let isFiltered = true;
	const read = await readSteadily<Device>(
		{
			// A device that is registered anew stands at another place.
			idOf: ({ deviceId, createTime }) => (deviceId ? `${deviceId} ${createTime ?? ''}` : undefined),
			pageSize: DEVICES_PAGE_SIZE,
			readPage: async (pageNo, pageSize) => {
				// An empty page ends the reading.
				if (!isFiltered) return ok({ entries: [], pageSize });
				if (!(await takeShare(transport))) return fail(CANCELED);
				// In order of registration, which does not change.
				const page = await getDevicesPage(transport, query, { pageNo, pageSize, sort: 'ASC' });
				if (!page.ok || query.status === undefined) return page;
				isFiltered = page.value.entries.every((device) => statusOf(device) === query.status);
				return isFiltered ? page : ok({ entries: [], pageSize });
			},
		},
		onDevice,
	);
	if (!isFiltered) return ok('not filtered');
	return read.ok ? ok('read') : read;
}
