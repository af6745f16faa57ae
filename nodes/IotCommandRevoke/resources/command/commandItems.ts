import type { IDataObject } from 'n8n-workflow';

import { toIso } from '../../../shared/values/times';
import { type DeviceCommand } from '../../../shared/platform/commands';

/** The fields of a command that a user works with, flat; what the platform leaves out is null. */
export function simplifiedCommand(command: DeviceCommand): IDataObject {
	return {
		commandId: command.commandId ?? null,
		deviceId: command.deviceId ?? null,
		appId: command.appId ?? null,
		serviceId: command.command?.serviceId ?? null,
		method: command.command?.method ?? null,
		paras: (command.command?.paras ?? null) as IDataObject | null,
		status: command.status ?? null,
		creationTime: toIso(command.creationTime),
	};
}
