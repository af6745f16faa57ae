import type { Transport } from '../../../shared/client/transport';
import { readCommands, type CommandScope, type DeviceCommand } from '../../../shared/platform/commands';
import type { NewCommand } from '../../../shared/platform/sendCommand';
import { clock } from '../../../shared/values/clock';
import { ok, type Failure, type Result } from '../../../shared/values/results';
import { readPlatformTime, timeRange } from '../../../shared/values/times';
import { answersTo, claimedCommands, hasOpenTwin } from './knownCommands';

/** What the platform listed before a request was sent. */
export interface Listed {
	/** The range of time that the list was asked for; looking again, the same one is asked for. */
	range: { startTime?: string; endTime?: string };
	commandIds: Set<string>;
	/** The latest creation time in the list, by the platform's clock, in milliseconds since 1970. */
	latest: number;
}

/**
 * How far back the list before a request goes, in milliseconds, by our clock. It need not cover how far the clocks are apart:
 * what is missing from this list for its age is missing from the later one of the same range too.
 */
const RANGE_MS = 10 * 60_000;

/** Lists what is there, of recent time, or with `all` whatever its age. */
export async function listBefore(
	transport: Transport,
	scope: CommandScope,
	onCommand: (command: DeviceCommand) => void = () => {},
	all = false,
): Promise<Result<Listed>> {
	const recent = timeRange({ createdAfter: clock.now() - RANGE_MS });
	const listed: Listed = { range: recent, commandIds: new Set(), latest: -Infinity };
	const read = await readCommands(transport, { ...scope, ...(all ? {} : recent) }, (command) => {
		if (command.commandId) listed.commandIds.add(command.commandId);
		listed.latest = Math.max(listed.latest, readPlatformTime(command.creationTime) ?? -Infinity);
		onCommand(command);
		return true;
	});
	return read.ok ? ok(listed) : read;
}

/** A request whose answer was lost. */
export interface LostRequest {
	command: NewCommand;
	appId: string | undefined;
	/** How the answer was lost. */
	cause: Failure;
	/** Undefined if it could not be listed. */
	before: Listed | undefined;
	/** No command that it made is older, by the platform's clock: one that was answered before it was sent is not younger. */
	notBefore: number;
}

/**
 * - the command, if it can be no other request's
 * - `none`: the platform lists no such command
 * - `unclear`: it lists one or more that may just as well be another request's
 */
export type Found = { command: DeviceCommand } | 'none' | 'unclear';

/**
 * Looks a lost request's command up in the platform's list: the same device, service, method and parameters, made since the
 * request began, and not another request's.
 *
 * Commands bear no mark of who sent them, and the clocks of the platform and of n8n may differ by minutes. So "made since
 * the request began" is not a matter of time here: it is what was not in the list before the first request of the run. A
 * command counts only if there is exactly one; to take an older one, or somebody else's, for this one would report a
 * command as sent that never left.
 */
export async function findLost(
	transport: Transport,
	{ command: request, appId, before, notBefore }: LostRequest,
): Promise<Result<Found>> {
	const candidates: DeviceCommand[] = [];
	const scope = { deviceId: request.deviceId, appId, ...before?.range };
	const read = await readCommands(transport, scope, (command) => {
		const created = readPlatformTime(command.creationTime) ?? Infinity;
		const isOlder = before?.commandIds.has(command.commandId ?? '') === true || created < notBefore;
		const isOthers = claimedCommands.has(transport.application, command.commandId ?? '');
		if (!isOlder && !isOthers && answersTo(command, request)) candidates.push(command);
		return true;
	});
	if (!read.ok) return read;
	const [command] = candidates;
	if (!command) return ok('none');
	if (!before || candidates.length > 1 || hasOpenTwin(transport.application, request)) return ok('unclear');
	if (command.commandId) claimedCommands.add(transport.application, command.commandId);
	return ok({ command });
}
