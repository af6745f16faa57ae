import type { IDataObject } from 'n8n-workflow';

import { deviceIdOf } from '../platform/faults';
import type { Platform, RecordedRequest } from '../platform/platform';
import { credentialFor, runNode, type Outcome, type RunOptions } from './engine';

/** IoT Device > Send, as the tests run it. */

export const COMMANDS_PATH = '/iocm/app/cmd/v1.4.0/deviceCommands';
export const POST = { method: 'POST', path: COMMANDS_PATH };
export const GET = { method: 'GET', path: COMMANDS_PATH };

/** A service or a method that is typed. */
export const named = (value: string): IDataObject => ({ __rl: true, mode: 'name', value });

/** What a node for 'Send' holds: SET_VALVE by name, with the parameters of the input item as JSON. */
export const SEND: IDataObject = {
	resource: 'command',
	operation: 'send',
	serviceId: named('Valve'),
	method: named('SET_VALVE'),
	specifyParas: 'json',
	parasJson: '={{ $json.paras }}',
};

export interface SendOptions extends Partial<RunOptions> {
	options?: IDataObject;
}

export async function runSend(platform: Platform, given: SendOptions = {}): Promise<Outcome> {
	return await runNode({
		...given,
		credential: given.credential ?? credentialFor(platform, { sessionToken: platform.issueToken() }),
		items: given.items ?? [item('device-1')],
		parameters: { ...SEND, ...given.parameters, options: given.options ?? {} },
		settings: { type: 'device', ...given.settings },
	});
}

/** An input item. */
export function item(deviceId: string, value: unknown = 50): IDataObject {
	return { deviceId, paras: { value } as IDataObject };
}

/** Devices whose capabilities are not known, one for each item; parameters of any kind pass. */
export async function addDevices(platform: Platform, count: number): Promise<IDataObject[]> {
	const ids = Array.from({ length: count }, (_, at) => `device-${at}`);
	for (const id of ids) await platform.addDevice(id);
	return ids.map((id) => item(id));
}

/** The requests to send a command. */
export function posts(platform: Platform): RecordedRequest[] {
	return platform.requests.filter(({ method, path }) => method === 'POST' && path === COMMANDS_PATH);
}

/** The IDs that came out. */
export function sentIds({ items }: Outcome): unknown[] {
	return items.flatMap(({ json }) => (json.commandId === undefined ? [] : [json.commandId]));
}

/** Whether an item says that the fate of its command is unknown, and where to look. */
export function saysUnknown({ error, message }: IDataObject, deviceId: string): boolean {
	return (
		String(error).startsWith('It is not known whether the command was sent') &&
		String(message).includes(`in the commands of device ${deviceId} `)
	);
}

/** Holds the next request to send a command to a device, before the platform's work or before its answer; not one that meets a fault. */
export function holdPost(
	platform: Platform,
	deviceId: string,
	event: 'onAnswer' | 'onCall',
): { isHeld: Promise<void>; letGo: () => void } {
	let letGo = () => {};
	const isLetGo = new Promise<void>((resolve) => (letGo = resolve));
	const isHeld = new Promise<void>((resolve) => {
		const hold = async (call: RecordedRequest) => {
			if (call.method !== 'POST' || deviceIdOf(call) !== deviceId || call.fault) return;
			platform.set({ [event]: () => {} });
			resolve();
			await isLetGo;
		};
		platform.set({ [event]: hold });
	});
	return { isHeld, letGo };
}
