import type { IDataObject } from 'n8n-workflow';

import { unexpectedContent } from '../client/replies';
import type { Transport } from '../client/transport';
import { isObject, withoutNulls } from '../values/json';
import { fail, ok, type Result } from '../values/results';
import { COMMANDS_PATH, type DeviceCommand } from './commands';

/** A command to be sent. What is left out is the platform's own choice. */
export interface NewCommand {
	deviceId: string;
	serviceId: string;
	method: string;
	paras: IDataObject;
	/** Where the platform reports what becomes of the command. */
	callbackUrl?: string;
	/** Seconds; 0 = deliver now or never. */
	expireTime?: number;
	/** 0 to 3. */
	maxRetransmit?: number;
}

/**
 * Sends a command to a device, or queues it (platform API, "Commands": POST). The request is never repeated when its answer
 * was lost: a command that is executed twice can do harm.
 * @param appId another application that owns the device
 * @returns the command with its ID; a failure with `maybeDone` if the platform may have taken it all the same
 */
export async function sendCommand(
	transport: Transport,
	{ deviceId, serviceId, method, paras, ...options }: NewCommand,
	appId: string | undefined,
): Promise<Result<DeviceCommand>> {
	const sent = await transport.send({
		method: 'POST',
		path: COMMANDS_PATH,
		query: { appId },
		body: { deviceId, command: { serviceId, method, paras }, ...withoutNulls(options) } as IDataObject,
		safety: 'once',
	});
	if (!sent.ok) return sent;
	const { body } = sent.value;
	if (!isObject(body) || typeof body.commandId !== 'string' || body.commandId === '') {
		return fail(unexpectedContent('device command', true));
	}
	// The reply leaves out what was not set.
	return ok({ deviceId, command: { serviceId, method, paras }, ...options, appId, ...withoutNulls(body) });
}
