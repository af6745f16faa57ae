import { readPages, readPagination } from './paging';
import { isOfDevice } from '../values/ids';
import { refused, unexpectedContent } from '../client/replies';
import { isPending, spelled } from './statuses';
import { readPlatformTime, timeRange } from '../values/times';
import { CANCELED, type Transport } from '../client/transport';
import { type Failure, type Result, ok } from '../values/results';
import { isObject, withoutNulls } from '../values/json';

const PATH = '/iocm/app/cmd/v1.4.0/deviceCommands';
const PAGE_SIZE = 1000;

/** A command as the platform describes it (platform page "Creating Device Command Revocation Tasks"); null or missing is the same. */
export interface DeviceCommand {
	commandId?: string | null;
	appId?: string | null;
	deviceId?: string | null;
	command?: { serviceId?: string | null; method?: string | null; paras?: unknown } | null;
	callbackUrl?: string | null;
	/** Seconds the command stays valid; 0 = deliver at once. */
	expireTime?: number | null;
	status?: string | null;
	result?: unknown;
	/** Times are UTC, `yyyyMMdd'T'HHmmss'Z'`. */
	creationTime?: string | null;
	executeTime?: string | null;
	platformIssuedTime?: string | null;
	deliveredTime?: string | null;
	issuedTimes?: number | null;
	maxRetransmit?: number | null;
}

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
	const { deviceId } = scope;
	return await readCommands(transport, { ...scope, ...commandRange(filter) }, (command) => {
		// What can't be undone is not left to the platform's own choice.
		if (deviceId !== undefined && !isOfDevice(command, deviceId)) return true;
		return !isChosen(command) || onCommand(command);
	});
}

/** A second more than asked for: whether the platform's ends belong to its range is not known, and all are looked at. */
function commandRange({ createdAfter, createdBefore }: CommandFilter): ReturnType<typeof timeRange> {
	return timeRange({
		createdAfter: createdAfter === undefined ? undefined : createdAfter - 1000,
		createdBefore: createdBefore === undefined ? undefined : createdBefore + 1000,
	});
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
export interface Canceled {
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
export function isGone({ code, maybeDone }: Failure): boolean {
	return !maybeDone && (code === FINAL_ALREADY || code === UNKNOWN);
}

/**
 * Revokes one command. A request whose answer was lost is sent again; when it is then refused, the command is read: if
 * it is canceled, it was the first request. A command that is final already is read too, to tell its status.
 * @param command as it was listed
 * @param appId the application that was named for the list
 * @param lost whether the answer to an earlier request was lost
 */
export async function cancelCommand(
	transport: Transport,
	command: DeviceCommand,
	appId: string | undefined,
	lost: boolean,
): Promise<Canceled> {
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
		const now = sent.ok ? asAnswer(sent.value.body, commandId) : undefined;
		if (now) return { revoked: true, command: { ...command, status: 'CANCELED', ...now } };
		const failure = sent.ok ? unexpectedContent('device command', true) : sent.failure;
		if (failure.kind === 'canceled') {
			return { revoked: false, command, failure: lost ? notKnown(failure) : failure };
		}
		lost ||= failure.maybeDone;
		if (!lost) return await refusedCommand(transport, command, appId, failure);
		if (failure.maybeDone && tries <= transport.maxRetries) {
			if (await transport.backOff(tries)) continue;
			return { revoked: false, command, failure: notKnown(CANCELED) };
		}
		return await lookUp(transport, command, appId, failure);
	}
}

/** The command as the platform answers with it; undefined for what is none, or another one. */
function asAnswer(body: unknown, commandId: string): DeviceCommand | undefined {
	if (!isObject(body)) return undefined;
	const isIt = body.commandId === commandId || spelled(body.status) === 'CANCELED';
	return isIt ? withoutNulls(body) : undefined;
}

/** The platform refused, and nothing was lost. */
async function refusedCommand(
	transport: Transport,
	command: DeviceCommand,
	appId: string | undefined,
	failure: Failure,
): Promise<Canceled> {
	const found = failure.code === FINAL_ALREADY ? await find(transport, command, appId) : undefined;
	return { revoked: false, command: (found?.ok && found.value) || command, failure };
}

/** An answer was lost: what the command's own state says. */
async function lookUp(
	transport: Transport,
	command: DeviceCommand,
	appId: string | undefined,
	failure: Failure,
): Promise<Canceled> {
	const found = await find(transport, command, appId);
	// The platform may list it a moment later: not to find it proves nothing, nor to find it pending that it said is final.
	const isStale = found.ok && failure.code === FINAL_ALREADY && isPending(found.value?.status);
	if (!found.ok || !found.value || isStale) return { revoked: false, command, failure: notKnown(failure) };
	const { value: now } = found;
	if (spelled(now.status) === 'CANCELED') return { revoked: true, command: now };
	if (isPending(now.status))
		return { revoked: false, command: now, failure: { ...failure, maybeDone: false } };
	return { revoked: false, command: now, failure: refused(FINAL_ALREADY, String(now.status), 200) };
}

/** Reads one command: the platform has no path for it, but a list of those made at its time. */
async function find(
	transport: Transport,
	{ commandId, deviceId, creationTime }: DeviceCommand,
	appId: string | undefined,
): Promise<Result<DeviceCommand | undefined>> {
	const created = readPlatformTime(creationTime);
	let found: DeviceCommand | undefined;
	const read = await readCommands(
		transport,
		{
			deviceId: deviceId ?? undefined,
			appId,
			...commandRange({ createdAfter: created, createdBefore: created }),
		},
		(entry) => {
			if (entry.commandId === commandId) found = entry;
			return found === undefined;
		},
	);
	return read.ok ? ok(found) : read;
}

function notKnown(failure: Failure): Failure {
	return {
		...failure,
		maybeDone: true,
		what: `It is not known whether the command was revoked: ${failure.what}`,
		help: `${failure.help} Command > Get Many with all statuses shows it.`,
	};
}
