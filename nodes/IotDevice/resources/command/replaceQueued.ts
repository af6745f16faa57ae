import type { Transport } from '../../../shared/client/transport';
import { cancelCommand } from '../../../shared/platform/cancelCommand';
import type { DeviceCommand } from '../../../shared/platform/commands';
import type { NewCommand } from '../../../shared/platform/sendCommand';
import { isPastPending } from '../../../shared/platform/statuses';
import type { Failure } from '../../../shared/values/results';
import { excerpt } from '../../../shared/values/text';
import { listBefore, type Listed } from './lostCommand';

/** What became of the queued commands that a new one replaces. */
export interface Replacement {
	/** IDs of those that were revoked. */
	replaced: string[];
	/** IDs of those of which it is not known whether they were revoked. */
	unclear: string[];
	/** What the platform listed of the device; undefined if it could not be listed. */
	listed?: Listed;
	/** Why not all of them are known to be revoked or gone; nothing may be sent then. */
	failure?: Failure;
}

/**
 * Revokes the queued commands of the same device, service and method, one after another, until one can't be settled.
 * @param untilStop the transport for the list
 * @param before what an earlier try came to
 */
export async function revokeQueued(
	transport: Transport,
	untilStop: Transport,
	{ deviceId, serviceId, method }: NewCommand,
	appId: string | undefined,
	before: Pick<Replacement, 'replaced' | 'unclear'>,
): Promise<Replacement> {
	const queued: DeviceCommand[] = [];
	const listed = await listBefore(
		untilStop,
		{ deviceId, appId },
		(command) => {
			const isSameKind = command.command?.serviceId === serviceId && command.command?.method === method;
			const isUnclear = before.unclear.includes(command.commandId ?? '');
			if (isSameKind && (!isPastPending(command.status) || isUnclear)) queued.push(command);
		},
		true,
	);
	const replaced = [...before.replaced];
	const open = new Set(before.unclear);
	if (!listed.ok) {
		const what = `The queued commands could not be listed, so the new one was not sent: ${listed.failure.what}`;
		return { ...before, failure: { ...listed.failure, what } };
	}
	for (const command of queued) {
		const commandId = command.commandId ?? '';
		const result = await cancelCommand(transport, command, appId, before.unclear.includes(commandId));
		if (result.fate === 'revoked') replaced.push(commandId);
		if (result.fate === 'unknown') open.add(commandId);
		else open.delete(commandId);
		if (result.fate === 'revoked' || (result.fate === 'gone' && commandId !== '')) continue;
		return {
			replaced,
			unclear: [...open],
			listed: listed.value,
			failure: keptBy(command, result.failure),
		};
	}
	return { replaced, unclear: [...open], listed: listed.value };
}

/** Why a queued command keeps the new one from being sent. */
function keptBy({ commandId }: DeviceCommand, failure: Failure): Failure {
	const name = excerpt(commandId ?? '(without an ID)');
	const what = `The queued command ${name} could not be replaced, so the new one was not sent: ${failure.what}`;
	return { ...failure, what };
}
