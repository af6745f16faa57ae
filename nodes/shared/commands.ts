import { readPages, readPagination } from './paging';
import { isObject, refused, withoutNulls } from './replies';
import { isPending, spelled } from './statuses';
import { readPlatformTime, timeRange } from './times';
import type { Transport } from './transport';
import type { DeviceCommand, Failure, Result } from './types';

const PATH = '/iocm/app/cmd/v1.4.0/deviceCommands';
const PAGE_SIZE = 1000;

/** Whose commands: one device's, or with no device those of the whole application. */
export interface CommandScope {
	deviceId?: string;
	/** Another application that owns the devices. */
	appId?: string;
}

/** What a command has to be like to be chosen; all that is given must hold. */
export interface CommandFilter {
	commandIds?: string[];
	/** Milliseconds since 1970; both ends belong to the range. */
	createdAfter?: number;
	createdBefore?: number;
	method?: string;
	serviceId?: string;
	/** Default: those that have not been delivered. */
	statuses?: string[];
}

/**
 * Lists the commands that a filter chooses, page after page (platform API, "Commands").
 * @param onCommand takes each chosen command once, in the platform's order; false ends the reading
 */
export async function listCommands(
	transport: Transport,
	scope: CommandScope,
	filter: CommandFilter,
	onCommand: (command: DeviceCommand) => boolean,
): Promise<Result<void>> {
	const isChosen = chooser(filter);
	return await readCommands(
		transport,
		{ ...scope, ...timeRange(filter) },
		(command) => !isChosen(command) || onCommand(command),
	);
}

async function readCommands(
	transport: Transport,
	query: CommandScope & { startTime?: string; endTime?: string },
	onCommand: (command: DeviceCommand) => boolean,
): Promise<Result<void>> {
	return await readPages<DeviceCommand>(
		async (pageNo) => {
			const sent = await transport.send({
				method: 'GET',
				path: PATH,
				query: { ...query, pageNo, pageSize: PAGE_SIZE },
				safety: 'repeatable',
			});
			return sent.ok ? readPagination<DeviceCommand>(sent.value.body, PAGE_SIZE) : sent;
		},
		({ commandId }) => commandId ?? undefined,
		onCommand,
	);
}

/** The one choice among commands: what a preview shows and what is then revoked go through it. */
export function chooser(filter: CommandFilter): (command: DeviceCommand) => boolean {
	const ids = filter.commandIds && new Set(filter.commandIds);
	const statuses = filter.statuses && new Set(filter.statuses.map(spelled));
	const { createdAfter = -Infinity, createdBefore = Infinity } = filter;
	return ({ commandId, command, status, creationTime }) => {
		if (ids && !ids.has(commandId ?? '')) return false;
		if (filter.method !== undefined && command?.method !== filter.method) return false;
		if (filter.serviceId !== undefined && command?.serviceId !== filter.serviceId) return false;
		if (statuses ? !statuses.has(spelled(status)) : !isPending(status)) return false;
		const created = readPlatformTime(creationTime);
		// Without a time that can be read, the platform's own choice counts.
		return created === undefined || (created >= createdAfter && created <= createdBefore);
	};
}

/** What became of a command that was to be revoked. */
export interface Cancelled {
	revoked: boolean;
	/** As it is now, as far as that is known. */
	command: DeviceCommand;
	/** Why it was not revoked. */
	failure?: Failure;
}

const FINAL_ALREADY = '100435';
const UNKNOWN = '100434';

const NO_ID: Failure = {
	kind: 'final',
	maybeDone: false,
	what: 'The platform lists this command without an ID, so it can not be revoked by itself',
	help: "The operation 'Revoke All Pending' takes back all commands of the device.",
	code: UNKNOWN,
};

/** Whether there was nothing to revoke any more: the command has gone out, has ended, or is not there. */
export function isGone({ code }: Failure): boolean {
	return code === FINAL_ALREADY || code === UNKNOWN;
}

/**
 * Revokes one command. A request whose answer was lost is sent again; when it is then refused, the command is read: if
 * it is canceled, it was the first request.
 * @param command as it was listed
 * @param appId the application that was named for the list
 * @param lost whether the answer to an earlier request was lost
 */
export async function cancelCommand(
	transport: Transport,
	command: DeviceCommand,
	appId: string | undefined,
	lost: boolean,
): Promise<Cancelled> {
	const { commandId } = command;
	if (!commandId) return { revoked: false, command, failure: NO_ID };
	for (let tries = 1; ; tries += 1) {
		const sent = await transport.send({
			method: 'PUT',
			path: `${PATH}/${encodeURIComponent(commandId)}`,
			query: { appId },
			body: { status: 'CANCELED' },
			safety: 'once',
		});
		if (sent.ok) {
			const now = isObject(sent.value.body) ? withoutNulls(sent.value.body) : {};
			return { revoked: true, command: { ...command, status: 'CANCELED', ...now } };
		}
		const { failure } = sent;
		if (failure.kind === 'cancelled') {
			return { revoked: false, command, failure: lost ? notKnown(failure) : failure };
		}
		lost ||= failure.maybeDone;
		if (!lost) return { revoked: false, command, failure };
		const again = failure.maybeDone && tries <= transport.maxRetries;
		if (again && (await transport.backOff(tries))) continue;
		return await lookUp(transport, command, appId, failure);
	}
}

/** An answer was lost: what the command's own state says. */
async function lookUp(
	transport: Transport,
	command: DeviceCommand,
	appId: string | undefined,
	failure: Failure,
): Promise<Cancelled> {
	const created = readPlatformTime(command.creationTime);
	let found: DeviceCommand | undefined;
	const read = await readCommands(
		transport,
		{
			deviceId: command.deviceId ?? undefined,
			appId,
			...timeRange({ createdAfter: created, createdBefore: created }),
		},
		(entry) => {
			if (entry.commandId !== command.commandId) return true;
			found = entry;
			return false;
		},
	);
	if (!read.ok || (!found && !isGone(failure)))
		return { revoked: false, command, failure: notKnown(failure) };
	if (!found) return { revoked: false, command, failure };
	if (spelled(found.status) === 'CANCELED') return { revoked: true, command: found };
	if (isPending(found.status))
		return { revoked: false, command: found, failure: { ...failure, maybeDone: false } };
	return { revoked: false, command: found, failure: refused(FINAL_ALREADY, String(found.status), 200) };
}

function notKnown(failure: Failure): Failure {
	return {
		...failure,
		maybeDone: true,
		what: `It is not known whether the command was revoked: ${failure.what}`,
		help: `${failure.help} Command > Get Many with all statuses shows it.`,
	};
}
