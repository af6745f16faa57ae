import type { Transport } from '../client/transport';
import { isOfDevice } from '../values/ids';
import { ok, type Result } from '../values/results';
import { readPlatformTime, timeRange } from '../values/times';
import { getPage, readPages } from './paging';
import { isPending, normalizedStatus } from './statuses';

export const COMMANDS_PATH = '/iocm/app/cmd/v1.4.0/deviceCommands';
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
	/** Only commands for which a newer pending one with the same device, service and method exists. */
	superseded?: boolean;
}

/** The pending commands among those that were read, chosen or not. */
export interface Pending {
	count: number;
	/** The IDs of those that the `commandIds` of any filter name. */
	named: Set<string>;
	/** Whether commands of all times were asked for: otherwise there may be others. */
	areAll: boolean;
}

/**
 * Lists the commands that at least one of the filters chooses, page after page (platform API, "Commands").
 * @param onCommand takes each chosen command once, in the platform's order, and the positions of the filters that chose
 *   it; false ends the reading
 * @returns what is pending of all that was read
 */
export async function listCommands(
	transport: Transport,
	scope: CommandScope,
	filters: CommandFilter[],
	onCommand: (command: DeviceCommand, chosenBy: number[]) => boolean,
): Promise<Result<Pending>> {
	const hasSuperseded = filters.some(({ superseded }) => superseded);
	// Only then the range that the platform is asked for is that of the filter.
	const choose = filters.map((filter) => chooser(filter, filters.length === 1 && !hasSuperseded));
	const candidates = candidatesAmong(filters);
	const choosing = (command: DeviceCommand, isSuperseded: boolean) =>
		candidates(command).filter((at) => choose[at]?.(command) && (!filters[at]?.superseded || isSuperseded));
	const range = hasSuperseded ? {} : rangeOf(filters);
	const areAll = Object.values(range).every((end) => end === undefined);
	const pending: Pending = { count: 0, named: new Set(), areAll };
	const ids = new Set(filters.flatMap(({ commandIds }) => commandIds ?? []));
	const note = ({ commandId, status }: DeviceCommand) => {
		if (!isPending(status)) return;
		pending.count += 1;
		if (commandId && ids.has(commandId)) pending.named.add(commandId);
	};
	// A newer command may stand anywhere in the list, and outside of every range.
	const commands: DeviceCommand[] = [];
	const read = await readCommands(transport, { ...scope, ...range }, (command) => {
		note(command);
		if (hasSuperseded) return commands.push(command) > 0;
		const chosenBy = choosing(command, false);
		return chosenBy.length === 0 || onCommand(command, chosenBy);
	});
	if (!read.ok) return read;
	const isSuperseded = supersededIn(commands, scope.deviceId);
	for (const command of commands) {
		const chosenBy = choosing(command, isSuperseded(command));
		if (chosenBy.length > 0 && !onCommand(command, chosenBy)) break;
	}
	return ok(pending);
}

/** Reads a command as the platform has it now; undefined where it does not list it. There is no path for one command. */
export async function findCommand(
	transport: Transport,
	{ commandId, deviceId, creationTime }: DeviceCommand,
	appId: string | undefined,
): Promise<Result<DeviceCommand | undefined>> {
	const created = readPlatformTime(creationTime);
	const range = rangeOf([{ createdAfter: created, createdBefore: created }]);
	let found: DeviceCommand | undefined;
	const read = await readCommands(
		transport,
		{ deviceId: deviceId ?? undefined, appId, ...range },
		(command) => {
			if (command.commandId === commandId) found = command;
			return found === undefined;
		},
	);
	return read.ok ? ok(found) : read;
}

/**
 * Reads all commands of a device or of the application, whatever their status: the platform has no filter for it.
 * @param onCommand takes each command once; false ends the reading
 */
export async function readCommands(
	transport: Transport,
	query: CommandScope & { startTime?: string; endTime?: string },
	onCommand: (command: DeviceCommand) => boolean,
): Promise<Result<void>> {
	const { deviceId } = query;
	return await readPages<DeviceCommand>(
		async (pageNo) =>
			await getPage(transport, COMMANDS_PATH, 'data', { ...query, pageNo, pageSize: PAGE_SIZE }),
		({ commandId }) => commandId ?? undefined,
		// What can't be undone is not left to the platform's own choice.
		(command) => (deviceId !== undefined && !isOfDevice(command, deviceId)) || onCommand(command),
	);
}

/**
 * The range that holds all of what the filters choose. A second more at each end: whether the platform's ends belong to
 * its range is not known, and everything is checked again.
 */
function rangeOf(filters: CommandFilter[]): ReturnType<typeof timeRange> {
	const from = filters.map(({ createdAfter }) => createdAfter ?? -Infinity);
	const to = filters.map(({ createdBefore }) => createdBefore ?? Infinity);
	const createdAfter = from.reduce((least, time) => Math.min(least, time), Infinity) - 1000;
	const createdBefore = to.reduce((most, time) => Math.max(most, time), -Infinity) + 1000;
	return timeRange({
		createdAfter: Number.isFinite(createdAfter) ? createdAfter : undefined,
		createdBefore: Number.isFinite(createdBefore) ? createdBefore : undefined,
	});
}

/** Which filters may choose a command: one of thousands that name it by its ID is found without asking the others. */
function candidatesAmong(filters: CommandFilter[]): (command: DeviceCommand) => number[] {
	const byId = new Map<string, number[]>();
	const others: number[] = [];
	for (const [at, { commandIds }] of filters.entries()) {
		if (!commandIds) others.push(at);
		for (const id of new Set(commandIds)) {
			const named = byId.get(id) ?? [];
			byId.set(id, named);
			named.push(at);
		}
	}
	return ({ commandId }) => {
		const named = byId.get(commandId ?? '');
		return named ? [...others, ...named].sort((a, b) => a - b) : others;
	};
}

/**
 * The one choice among commands: what a preview shows and what is then revoked go through it.
 * @param isAsked whether the platform was asked for this filter's range
 */
function chooser(filter: CommandFilter, isAsked: boolean): (command: DeviceCommand) => boolean {
	const ids = filter.commandIds && new Set(filter.commandIds);
	const statuses = filter.statuses && new Set(filter.statuses.map(normalizedStatus));
	const { createdAfter = -Infinity, createdBefore = Infinity } = filter;
	return ({ commandId, command, status, creationTime }) => {
		if (ids && !ids.has(commandId ?? '')) return false;
		if (filter.method !== undefined && command?.method !== filter.method) return false;
		if (filter.serviceId !== undefined && command?.serviceId !== filter.serviceId) return false;
		if (statuses ? !statuses.has(normalizedStatus(status)) : !isPending(status)) return false;
		const created = readPlatformTime(creationTime);
		if (created !== undefined) return created >= createdAfter && created <= createdBefore;
		// Without a time that can be read, the platform's own choice counts.
		return isAsked || (createdAfter === -Infinity && createdBefore === Infinity);
	};
}

/**
 * Of commands with equal times, and of those without a time, none counts as newer. One that does not say for which device,
 * service and method it is neither is superseded nor supersedes another.
 */
function supersededIn(
	commands: DeviceCommand[],
	ofDevice: string | undefined,
): (command: DeviceCommand) => boolean {
	const kindOf = ({ deviceId, command }: DeviceCommand) => {
		const kind = [ofDevice ?? deviceId, command?.serviceId, command?.method];
		return kind.every(Boolean) ? JSON.stringify(kind) : '';
	};
	const newest = new Map<string, number>();
	for (const command of commands) {
		const created = isPending(command.status) ? readPlatformTime(command.creationTime) : undefined;
		const kind = kindOf(command);
		if (kind && created !== undefined && created > (newest.get(kind) ?? -Infinity)) newest.set(kind, created);
	}
	return (command) => {
		const created = readPlatformTime(command.creationTime);
		return created !== undefined && created < (newest.get(kindOf(command)) ?? -Infinity);
	};
}
