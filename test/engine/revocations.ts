import type { IDataObject } from 'n8n-workflow';

import type { Platform, RecordedRequest } from '../platform/platform';
import type { Outcome } from './engine';

/** What tests of revocations look for among the calls, and in the items. */

/** Calls that create revocation tasks, and calls that look them up, for the faults of the platform. */
export const POST = { path: 'deviceCommandCancelTasks', method: 'POST' };
export const GET = { path: 'deviceCommandCancelTasks', method: 'GET' };
/** A call that revokes one command. */
export const PUT = { path: 'deviceCommands/', method: 'PUT' };

/** A refusal that is final. */
export const REFUSED = {
	kind: 'reply',
	status: 400,
	body: { error_code: '100022', error_desc: 'The input is invalid.' },
} as const;

export const callsOf = ({ requests }: Platform, { path, method }: typeof POST): RecordedRequest[] =>
	requests.filter((request) => request.method === method && request.path.includes(path));

/** Queues commands for devices named `device-0`, `device-1` and so on, and gives the input items that name them. */
export function queueFor(platform: Platform, devices: number, commands = 2): IDataObject[] {
	return Array.from({ length: devices }, (_, index) => {
		const deviceId = `device-${index}`;
		platform.queueCommands(deviceId, commands);
		return { deviceId };
	});
}

export const idsOf = ({ items }: Pick<Outcome, 'items'>): unknown[] =>
	items.map(({ json }) => json.commandId);

export const inputsOf = (items: Outcome['items']): unknown[] => items.map(({ pairedItem }) => pairedItem);

/** Every command that was ever queued came out exactly once, in the order of the inputs, and none is queued any more. */
export function expectEachOnce(platform: Platform, outcome: Pick<Outcome, 'items' | 'stopped'>): void {
	expect(outcome.stopped).toBeUndefined();
	// Strictly: an item without a command is one too many.
	expect(idsOf(outcome)).toStrictEqual(platform.commands().map(({ commandId }) => commandId));
	expect(new Set(platform.commands().map(({ status }) => status))).toEqual(new Set(['CANCELED']));
}
