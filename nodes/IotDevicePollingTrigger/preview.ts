import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';

import type { Transport } from '../shared/client/transport';
import { stoppingError } from '../shared/items/errors';
import { connect } from '../shared/platform/connect';
import { listDevices, statusOf } from '../shared/platform/devices';
import { failForGood, ok, type Result } from '../shared/values/results';
import type { Parameters } from './parameters';
import { deviceFilter, MOST_SINGLE_DEVICES, readWatched, type WatchedDevice } from './readWatched';

/** So many devices are enough to build the workflow with. */
const SHOWN = 5;
/** A person waits. */
const LIMITS = { maxRetries: 1, timeoutMs: 30_000, interactive: true };

/**
 * What a manual run shows: up to 5 devices that are in one of the statuses now. Nothing is remembered.
 * @throws NodeApiError or NodeOperationError when it can't be found out, and when there is no such device
 */
export async function preview(
	context: IPollFunctions,
	parameters: Parameters,
	itemOf: (device: WatchedDevice, simplify: boolean) => INodeExecutionData,
): Promise<INodeExecutionData[][]> {
	const transport = await connect(context, LIMITS);
	const found = transport.ok ? await findSome(transport.value, parameters) : transport;
	if (!found.ok) throw stoppingError(context.getNode(), found.failure);
	if (found.value.length === 0) {
		const statuses = parameters.statuses.join(' or ');
		const { failure } = failForGood(
			`No device${parameters.deviceIds.length > 0 ? " of 'Device IDs'" : ''} is ${statuses} now, so there is nothing to show`,
			"Choose ONLINE in 'Statuses' for a moment to see items. The published workflow starts when a device enters one of the statuses.",
		);
		throw stoppingError(context.getNode(), failure);
	}
	return [found.value.map((device) => itemOf(device, parameters.simplify))];
}

async function findSome(transport: Transport, parameters: Parameters): Promise<Result<WatchedDevice[]>> {
	const { appId, statuses, deviceIds } = parameters;
	if (deviceIds.length > 0 && deviceIds.length <= MOST_SINGLE_DEVICES) {
		const read = await readWatched(transport, parameters);
		return read.ok ? ok(read.value.slice(0, SHOWN)) : read;
	}
	const found = new Map<string, WatchedDevice>();
	const isWatched = deviceFilter(deviceIds);
	for (const status of statuses) {
		const read = await listDevices(transport, { appId, status }, (device) => {
			const { deviceId } = device;
			if (deviceId && isWatched(deviceId))
				found.set(deviceId, { deviceId, status: statusOf(device), device });
			return found.size < SHOWN;
		});
		if (!read.ok) return read;
		if (found.size >= SHOWN) break;
	}
	return ok([...found.values()]);
}
