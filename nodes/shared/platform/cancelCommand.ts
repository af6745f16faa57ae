import { failureForCode, unexpectedContent } from '../client/replies';
import { CANCELED, type Transport } from '../client/transport';
import { isObject, withoutNulls } from '../values/json';
import type { Failure } from '../values/results';
import { excerpt } from '../values/text';
import { COMMANDS_PATH, findCommand, type DeviceCommand } from './commands';
import { ERROR_CODES } from './errorCodes';
import { isPastPending, isPending, normalizedStatus } from './statuses';

/**
 * What became of a command that was to be revoked, with the command as it is now, as far as that is known, and why it was
 * not revoked, or why that is not known:
 * - `revoked`: it will not be delivered
 * - `gone`: it has left the platform, has ended, or is not there
 * - `queued`: it waits as before
 * - `unknown`: an answer was lost or settles nothing, and nor does the command's own state
 */
export type Cancellation =
	| { fate: 'revoked'; command: DeviceCommand; failure?: undefined }
	| { fate: 'gone' | 'queued' | 'unknown'; command: DeviceCommand; failure: Failure };

const FINAL_ALREADY = '100435';
const NOT_KNOWN = '100434';

const NO_ID: Failure = {
	kind: 'final',
	maybeDone: false,
	what: 'The platform lists this command without an ID, so it cannot be revoked by itself',
	help: "The operation 'Revoke All Pending' revokes all commands of the device.",
	code: NOT_KNOWN,
	httpStatus: 200,
};

/**
 * Revokes one command (platform API, "Commands": PUT with status CANCELED). A request whose answer was lost is sent again,
 * and what then is still open is read from the platform's list of commands.
 * @param command as it was listed
 * @param appId the application that was named for the list
 * @param isOpen whether the answer to an earlier request was lost
 */
export async function cancelCommand(
	transport: Transport,
	command: DeviceCommand,
	appId: string | undefined,
	isOpen = false,
): Promise<Cancellation> {
	const { commandId } = command;
	if (!commandId) return { fate: 'gone', command, failure: NO_ID };
	for (let tries = 1; ; tries += 1) {
		const sent = await transport.send({
			method: 'PUT',
			path: `${COMMANDS_PATH}/${encodeURIComponent(commandId)}`,
			query: { appId },
			body: { status: 'CANCELED' },
			safety: 'once',
		});
		const now = sent.ok ? commandIn(sent.value.body, commandId) : undefined;
		// An answer without a status says yes.
		if (now && !now.status) return answered({ ...command, ...now, status: 'CANCELED' });
		if (now && isPastPending(now.status)) return answered({ ...command, ...now });
		if (now) {
			const why = isPending(now.status) ? STILL_PENDING : strangeStatus(now);
			return await lookUp(transport, command, appId, why);
		}
		const failure = sent.ok ? unexpectedContent('device command', true) : sent.failure;
		isOpen ||= failure.maybeDone;
		if (failure.kind === 'canceled') return givenUp(command, failure, isOpen);
		if (!isOpen) return await refusedCommand(transport, command, appId, failure);
		if (!failure.maybeDone || tries > transport.maxRetries) {
			return await lookUp(transport, command, appId, failure);
		}
		if (!(await transport.backOff(tries))) return givenUp(command, CANCELED, isOpen);
	}
}

const STILL_PENDING: Failure = {
	kind: 'final',
	maybeDone: false,
	what: 'The platform accepted the revocation, but the command is still pending',
	help: 'Run this again in a moment.',
	httpStatus: 200,
};

function strangeStatus({ status }: DeviceCommand): Failure {
	return {
		kind: 'final',
		maybeDone: true,
		what: `The platform answered with an unknown status (${excerpt(status)})`,
		help: 'Run this again in a moment.',
		httpStatus: 200,
	};
}

/** The command as the platform answers with it; undefined for what is none, or another one. */
function commandIn(body: unknown, commandId: string): DeviceCommand | undefined {
	if (!isObject(body)) return undefined;
	const isIt = body.commandId === commandId || normalizedStatus(body.status) === 'CANCELED';
	return isIt ? withoutNulls(body) : undefined;
}

/** The platform answered with the command in a state that it will keep. */
function answered(command: DeviceCommand): Cancellation {
	if (normalizedStatus(command.status) === 'CANCELED') return { fate: 'revoked', command };
	return { fate: 'gone', command, failure: alreadyFinal(command) };
}

function alreadyFinal({ status }: DeviceCommand): Failure {
	return failureForCode(ERROR_CODES, FINAL_ALREADY, excerpt(status), 200);
}

/** The execution was canceled. */
function givenUp(command: DeviceCommand, failure: Failure, isOpen: boolean): Cancellation {
	return isOpen
		? { fate: 'unknown', command, failure: notKnown(failure) }
		: { fate: 'queued', command, failure };
}

/** The platform refused, and no answer was lost. */
async function refusedCommand(
	transport: Transport,
	command: DeviceCommand,
	appId: string | undefined,
	failure: Failure,
): Promise<Cancellation> {
	if (failure.code === NOT_KNOWN) return { fate: 'gone', command, failure };
	if (failure.code !== FINAL_ALREADY) return { fate: 'queued', command, failure };
	// It is read, to tell its status.
	const found = await findCommand(transport, command, appId);
	return { fate: 'gone', command: (found.ok && found.value) || command, failure };
}

/** An answer was lost or settles nothing: what the command's own state says. */
async function lookUp(
	transport: Transport,
	command: DeviceCommand,
	appId: string | undefined,
	failure: Failure,
): Promise<Cancellation> {
	const found = await findCommand(transport, command, appId);
	const now = found.ok ? found.value : undefined;
	// The list came, so what went wrong is about this command and not about the connection.
	const alone = found.ok ? { ...failure, httpStatus: failure.httpStatus ?? 200 } : found.failure;
	// The platform may list it a moment later: not to find it proves nothing, nor to find it pending that it said is final.
	if (!now || (failure.code === FINAL_ALREADY && isPending(now.status))) {
		return { fate: 'unknown', command, failure: notKnown(alone) };
	}
	if (isPending(now.status)) {
		return { fate: 'queued', command: now, failure: { ...alone, maybeDone: false } };
	}
	if (isPastPending(now.status)) return answered(now);
	return { fate: 'unknown', command: now, failure: notKnown(listedStrangely(alone, now), ASK_OPERATOR) };
}

/** The platform lists the command, but does not say what became of it. */
function listedStrangely(failure: Failure, { status }: DeviceCommand): Failure {
	const how = normalizedStatus(status) === '' ? 'without a status' : `as ${excerpt(status)}`;
	return { ...failure, what: `${failure.what}, and the platform lists it ${how}` };
}

const ASK_OPERATOR = 'Ask the operator of the platform what became of it.';

function notKnown(failure: Failure, whereToLook = 'Command > Get Many with all statuses shows it.'): Failure {
	return {
		...failure,
		maybeDone: true,
		what: `It is not known whether the command was revoked: ${failure.what}`,
		help: `${failure.help} ${whereToLook}`,
	};
}
