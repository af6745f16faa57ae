import { Claims } from '../../../shared/client/claims';
import { CANCELED, type Transport } from '../../../shared/client/transport';
import type { DeviceCommand } from '../../../shared/platform/commands';
import {
	allTasks,
	commandsOf,
	createTask,
	getTask,
	isSilent,
	mayRevoke,
	totalOf,
	type DeviceAddress,
	type RevocationTask,
} from '../../../shared/platform/revocationTasks';
import { clock } from '../../../shared/values/clock';
import { oneAtATime } from '../../../shared/values/concurrency';
import { isOfDevice } from '../../../shared/values/ids';
import { withoutNulls } from '../../../shared/values/json';
import { ok, type Failure, type Result } from '../../../shared/values/results';
import { toPlatformTime } from '../../../shared/values/times';

/** The tasks that requests of this process were answered with. */
const answeredTasks = new Claims();

/** Everything that revoking the commands of a device came to. */
export interface Revocation {
	/** Usually one; more when an answer was lost and the request was sent again. */
	tasks: RevocationTask[];
	/** Why it is not done, or why it is not known whether this is all. */
	failure?: Failure;
}

/** A revoked command together with the task that took it back. */
export interface RevokedCommand {
	command: DeviceCommand;
	task: RevocationTask;
}

/**
 * Takes back all undelivered commands of a device (platform page "Creating Device Command Revocation Tasks").
 *
 * When the answer is lost, the platform may have revoked the commands all the same, or may not have seen the request. So
 * the request is always sent once more: that revokes what is still queued, and a second task with nothing to do is
 * harmless. Then the tasks that the platform made for the device since the beginning are looked up, and all are united.
 * @param untilStop the transport for the first request
 * @param since when an earlier try began that left open whether the platform did the work, in milliseconds since 1970
 */
export async function revokeDevice(
	transport: Transport,
	untilStop: Transport,
	device: DeviceAddress,
	since: number | undefined,
): Promise<Revocation> {
	// While one run looks for a lost answer, another one for the same device must not have an answer under way.
	const key = JSON.stringify([transport.application, device.appId ?? '', device.deviceId]);
	const made = await oneAtATime(
		key,
		untilStop.signal,
		async () => await revokeNow(transport, untilStop, device, since),
	);
	return made ?? { tasks: [], failure: CANCELED };
}

async function revokeNow(
	transport: Transport,
	untilStop: Transport,
	device: DeviceAddress,
	since: number | undefined,
): Promise<Revocation> {
	const began = since ?? clock.now();
	let isLost = since !== undefined;
	for (let tries = 1; ; tries += 1) {
		const sentAt = clock.now();
		const created = await createTask(tries === 1 ? untilStop : transport, device);
		if (created.ok) {
			answeredTasks.add(transport.application, created.value.taskId);
			const lost = isLost ? await lostTasks(transport, device, began, created.value, sentAt) : { tasks: [] };
			return await completed(transport, device, created.value, lost);
		}
		const { failure } = created;
		if (!failure.maybeDone && !isLost) return { tasks: [], failure };
		isLost = true;
		const isOver = !failure.maybeDone || tries > Math.max(1, transport.maxRetries);
		if (failure.kind === 'canceled' || (!isOver && !(await transport.backOff(tries)))) {
			return { tasks: [], failure: unclear({ ...failure, kind: 'canceled' }, device) };
		}
		if (!isOver) continue;
		const found = await tasksBetween(transport, device, began - SHORT_MS, clock.now() + SHORT_MS);
		const tasks = found.ok ? await readAgain(transport, device, found.value) : [];
		return { tasks, failure: unclear(failure, device) };
	}
}

/** Unites the task that was answered with those of requests whose answers were lost. */
async function completed(
	transport: Transport,
	device: DeviceAddress,
	task: RevocationTask,
	lost: Revocation,
): Promise<Revocation> {
	const tasks = await readAgain(transport, device, [...lost.tasks, task]);
	if (!lost.failure) return { tasks };
	const what = `The platform's answer was lost, and n8n could not find out whether commands of device ${device.deviceId} were revoked: ${lost.failure.what}`;
	const isEmpty = !tasks.some(mayRevoke);
	return { tasks: isEmpty ? [] : tasks, failure: unclear({ ...lost.failure, what }, device) };
}

/** A reply may list fewer commands than the task has, or say nothing: such a task is read once more. */
async function readAgain(
	transport: Transport,
	device: DeviceAddress,
	tasks: RevocationTask[],
): Promise<RevocationTask[]> {
	const readings = [...tasks];
	for (const task of tasks) {
		if (!isSilent(task) && commandsOf(task).length >= totalOf(task)) continue;
		const again = await getTask(transport, task.taskId, device.appId);
		// What the first reply listed stands, should this one not come.
		if (again.ok && again.value) readings.push(again.value);
	}
	return unite(readings);
}

/** The platform cuts its times to the second, and answers take a while. In milliseconds. */
const SHORT_MS = 5_000;
/** By how much the platform's clock and ours may differ: not at all, as usual clocks do, or by a wrong time zone. */
const CLOCK_DIFFERENCES_MS = [0, 10 * 60_000, 26 * 3_600_000];

/** How often at most the task is looked for that was answered; the platform may list it a moment later. */
const LOOKS = 3;

/**
 * The tasks of requests whose answers were lost. They bear no time, and the two clocks may differ; but the platform lists
 * tasks by time, so the request that was answered shows how far apart the clocks are.
 * @param began when the first request was sent, in milliseconds since 1970 by our clock
 * @param known the task of the request that was answered, sent at `sentAt`
 */
async function lostTasks(
	transport: Transport,
	device: DeviceAddress,
	began: number,
	known: RevocationTask,
	sentAt: number,
): Promise<Revocation> {
	const answeredAt = clock.now();
	const sent = { from: sentAt - SHORT_MS, to: answeredAt + SHORT_MS };
	const looks = Math.min(LOOKS, transport.maxRetries + 1);
	let listed = await clockDifference(transport, device, known, sent);
	for (let look = 1; look < looks && listed.ok && listed.value === undefined; look += 1) {
		if (!(await transport.backOff(look))) break;
		listed = await clockDifference(transport, device, known, sent);
	}
	if (!listed.ok) return { tasks: [], failure: listed.failure };
	const difference = listed.value ?? Math.max(...CLOCK_DIFFERENCES_MS);
	// Between sending and answering the platform's clock may have stood anywhere.
	const earliest = began - 2 * SHORT_MS - difference - (answeredAt - sentAt);
	const lost = await tasksBetween(transport, device, earliest, clock.now() + SHORT_MS + difference);
	if (!lost.ok) return { tasks: [], failure: lost.failure };
	// A list without the task that certainly exists is no proof that it holds the others.
	return { tasks: lost.value, ...(listed.value === undefined ? { failure: NOT_LISTED } : {}) };
}

const NOT_LISTED: Failure = {
	kind: 'final',
	maybeDone: true,
	what: "the platform's list does not contain the task that it has just created",
	help: "The list may be delayed, or the clock of n8n's machine may be wrong.",
	httpStatus: 200,
};

/** Within which difference of the clocks the platform lists a task of that time; undefined if in none. */
async function clockDifference(
	transport: Transport,
	{ appId }: DeviceAddress,
	{ taskId }: RevocationTask,
	{ from, to }: { from: number; to: number },
): Promise<Result<number | undefined>> {
	for (const difference of CLOCK_DIFFERENCES_MS) {
		const range = platformRange(from - difference, to + difference);
		const found = await allTasks(transport, { taskId, appId, ...range });
		if (!found.ok) return found;
		if (found.value.some((task) => task.taskId === taskId)) return ok(difference);
	}
	return ok(undefined);
}

/** The tasks of a device that no request of this process was answered with. */
async function tasksBetween(
	transport: Transport,
	device: DeviceAddress,
	from: number,
	to: number,
): Promise<Result<RevocationTask[]>> {
	const { deviceId, appId } = device;
	const found = await allTasks(transport, { deviceId, appId, ...platformRange(from, to) });
	if (!found.ok) return found;
	const lost = found.value.filter(
		(task) => isOfDevice(task, deviceId) && !answeredTasks.has(transport.application, task.taskId),
	);
	for (const { taskId } of lost) answeredTasks.add(transport.application, taskId);
	return ok(lost);
}

function platformRange(from: number, to: number): { startTime: string; endTime: string } {
	return { startTime: toPlatformTime(from), endTime: toPlatformTime(to) };
}

/** What may have happened and where to look. */
function unclear(failure: Failure, { deviceId }: DeviceAddress): Failure {
	const look = `The platform may have revoked the commands anyway: look for a revocation task of device ${deviceId}.`;
	return { ...failure, maybeDone: true, help: `${failure.help} ${look}` };
}

/** The commands of all tasks, each once. */
export function revokedCommands({ tasks }: Revocation): RevokedCommand[] {
	const seen = new Set<string>();
	return tasks.flatMap((task) =>
		commandsOf(task).flatMap((command) => {
			const { commandId } = command;
			if (commandId && seen.has(commandId)) return [];
			if (commandId) seen.add(commandId);
			return [{ command, task }];
		}),
	);
}

/**
 * Each task once. Of a task that was read more than once the later state counts, but what a later reading leaves out
 * stays.
 */
export function unite(readings: RevocationTask[]): RevocationTask[] {
	const tasks = new Map<string, RevocationTask>();
	for (const reading of readings) {
		const before = tasks.get(reading.taskId);
		tasks.set(reading.taskId, before ? latest(before, reading) : reading);
	}
	return [...tasks.values()];
}

function latest(before: RevocationTask, now: RevocationTask): RevocationTask {
	const withId = new Map<string, DeviceCommand>();
	for (const command of [...commandsOf(before), ...commandsOf(now)]) {
		if (command.commandId) withId.set(command.commandId, command);
	}
	const [nameless = []] = [now, before]
		.map((task) => commandsOf(task).filter(({ commandId }) => !commandId))
		.sort((a, b) => b.length - a.length);
	// Neither may have had a list: then it stays open what the task revokes.
	const isListed = [before, now].some(({ deviceCommands }) => Array.isArray(deviceCommands));
	const deviceCommands = isListed ? [...withId.values(), ...nameless] : undefined;
	return { ...before, ...withoutNulls(now), deviceCommands };
}
