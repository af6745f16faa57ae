import type { IDataObject } from 'n8n-workflow';

import type { DeviceCommand } from '../platform/commands';
import { toIso } from '../values/times';

/**
 * The fields of a command that a user works with, flat: what a person looks for first, IDs last. What the platform leaves
 * out is null.
 * @param more fields of one operation, between the two
 */
export function simplifiedCommand(command: DeviceCommand, more: IDataObject = {}): IDataObject {
	const { serviceId, method, paras } = command.command ?? {};
	return {
		deviceId: command.deviceId ?? null,
		serviceId: serviceId ?? null,
		method: method ?? null,
		paras: (paras ?? null) as IDataObject | null,
		status: command.status ?? null,
		creationTime: toIso(command.creationTime),
		...more,
		commandId: command.commandId ?? null,
		appId: command.appId ?? null,
	};
}
