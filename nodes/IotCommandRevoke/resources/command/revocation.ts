import { clock } from '../../../shared/values/clock';
import { isOfDevice } from '../../../shared/values/ids';
import { oneAtATime } from '../../../shared/values/concurrency';
import {
	allTasks,
	commandsOf,
	createTask,
	getTask,
	isSilent,
	readClock,
	totalOf,
} from '../../../shared/platform/revocationTasks';
import { platformRange } from '../../../shared/values/times';
import type { Transport } from '../../../shared/client/transport';
import { type Failure, type Result, fail, ok } from '../../../shared/values/results';
import { withoutNulls } from '../../../shared/values/json';
import { type DeviceAddress, type RevocationTask } from '../../../shared/platform/revocationTasks';
import { type DeviceCommand } from '../../../shared/platform/commands';

const HOUR_MS = 3_600_000;

/** A revoked command together with the task that took it back. */
export interface RevokedCommand {
	command: DeviceCommand;
	task: RevocationTask;
}

/** Everything that one request to revoke came to. */
export interface Revocation {
	/** The tasks, as a rule one; more when an answer was lost and the request was sent again. */
	tasks: RevocationTask[];
	/** Each command once, in the order of the tasks. */
	commands: RevokedCommand[];
	/** When the request began, in milliseconds since 1970 by our clock: no task is older. */
	began: number;
	/** Why it could not be looked up whether an earlier request, whose answer was lost, made a task as well. */
	unknown?: Failure;
}

/**
 * The tasks that belong to a request of this process already, so that looking for a lost answer never takes another
 * request's task. For each application; forgotten after an hour.
 */
const owned = new Map<string, Map<string, number>>();

function own(application: string, task: RevocationTask): void {
	const now = clock.now();
	const tasks = owned.get(application) ?? new Map<string, number>();
	owned.set(application, tasks);
	for (const [taskId, since] of tasks) {
		if (now - since < HOUR_MS) break;
		tasks.delete(taskId);
	}
	tasks.set(task.taskId, now);
}

/**
 * Takes back all undelivered commands of a device (platform page "Creating Device Command Revocation Tasks").
 *
 * When the answer is lost, the platform may have taken the commands back all the same, and a second request would come
 * back empty. So the tasks that the platform made for the device since the request began are looked up first, and the
 * request is sent again only if there are none.
 */
export class Revoker {
	/** The platform's clock minus ours in milliseconds, as the last reply told it. */
	clockOffset: number | undefined;

	constructor(
		private readonly transport: Transport,
		/** Tells applications apart. */
		private readonly application: string,
	) {}

	/**
	 * @param uncertainSince when an earlier try began that left open whether the platform did the work, in milliseconds
	 *   since 1970: its tasks are looked up before anything is sent
	 */
	async revoke(device: DeviceAddress, uncertainSince?: number): Promise<Result<Revocation>> {
		// Looking for a lost answer, one run must not find the task of another one whose answer is still under way.
		const key = JSON.stringify([this.application, device.appId ?? '', device.deviceId]);
		return await oneAtATime(
			key,
			this.transport.signal,
			async () => await this.revokeNow(device, uncertainSince),
		);
	}

	private async revokeNow(device: DeviceAddress, uncertainSince?: number): Promise<Result<Revocation>> {
		const began = uncertainSince ?? clock.now();
		let lost = uncertainSince !== undefined;
		if (lost) {
			const found = await this.findSince(began, device);
			if (!found.ok) return lookUpLost(found.failure, device);
			if (found.value.length > 0) return await this.completed(found.value, device, began);
		}
		for (let tries = 1; ; tries += 1) {
			const created = await this.create(device);
			if (created.ok) {
				own(this.application, created.value);
				if (!lost) return await this.completed([created.value], device, began);
				// The first request may have done the work after it was looked up: look once more.
				const found = await this.findSince(began, device);
				const completed = await this.completed(
					[...(found.ok ? found.value : []), created.value],
					device,
					began,
				);
				if (found.ok) return completed;
				const unknown = lookUpLost(found.failure, device);
				return completed.value.tasks.every((task) => totalOf(task) === 0 && !isSilent(task))
					? unknown
					: ok({ ...completed.value, unknown: unknown.failure });
			}
			const { failure } = created;
			if (!failure.maybeDone) {
				if (!lost) return created;
				if (failure.kind === 'canceled') return uncertain(failure, device);
				const found = await this.findSince(began, device);
				if (found.ok && found.value.length > 0) return await this.completed(found.value, device, began);
				return found.ok ? uncertain(failure, device) : lookUpLost(found.failure, device);
			}
			if (failure.kind === 'canceled') return uncertain(failure, device);
			lost = true;
			const found = await this.findSince(began, device);
			if (!found.ok) return lookUpLost(found.failure, device);
			if (found.value.length > 0) return await this.completed(found.value, device, began);
			if (tries > this.transport.maxRetries) return uncertain(failure, device);
			if (!(await this.transport.backOff(tries))) return uncertain({ ...failure, kind: 'canceled' }, device);
		}
	}

	private async create(device: DeviceAddress): Promise<Result<RevocationTask>> {
		const created = await createTask(this.transport, device);
		if (!created.ok) return created;
		this.clockOffset = created.value.clockOffset ?? this.clockOffset;
		return ok(created.value.task);
	}

	/** A reply may list fewer commands than the task has, or say nothing: such a task is read once more. */
	private async completed(
		tasks: RevocationTask[],
		device: DeviceAddress,
		began: number,
	): Promise<{ ok: true; value: Revocation }> {
		const read: RevocationTask[] = [];
		for (const task of tasks) {
			if (!isSilent(task) && commandsOf(task).length >= totalOf(task)) continue;
			const again = await getTask(this.transport, task.taskId, device.appId);
			// What the first reply listed stands, should this one not come.
			if (again.ok && again.value) read.push(again.value);
		}
		return ok(unite([...tasks, ...read], began));
	}

	/** The tasks of a device made since `began` (our clock) that no other request owns; they are owned from now on. */
	private async findSince(began: number, device: DeviceAddress): Promise<Result<RevocationTask[]>> {
		if (this.clockOffset === undefined) {
			const clockRead = await this.readClock(device);
			// Where the platform refuses that call, the clocks are taken to differ by minutes.
			if (!clockRead.ok && clockRead.failure.kind !== 'final') return clockRead;
		}
		const found = await allTasks(this.transport, {
			deviceId: device.deviceId,
			appId: device.appId,
			...platformRange(began, clock.now(), this.clockOffset),
		});
		if (!found.ok) return found;
		const others = owned.get(this.application);
		const ours = found.value.filter((task) => isOfDevice(task, device.deviceId) && !others?.has(task.taskId));
		for (const task of ours) own(this.application, task);
		return ok(ours);
	}

	private async readClock(device: DeviceAddress): Promise<Result<void>> {
		const read = await readClock(this.transport, { deviceId: device.deviceId, appId: device.appId });
		if (!read.ok) return read;
		this.clockOffset = read.value.clockOffset;
		return ok(undefined);
	}
}

/** An answer was lost and no task was found so far: the person is told what may have happened and where to look. */
function uncertain(failure: Failure, { deviceId }: DeviceAddress): { ok: false; failure: Failure } {
	const look = `The platform may have revoked the commands all the same: look for a revocation task of the device ${deviceId}.`;
	return fail({ ...failure, maybeDone: true, help: `${failure.help} ${look}` });
}

/** The look-up itself did not work. */
function lookUpLost(failure: Failure, device: DeviceAddress): { ok: false; failure: Failure } {
	const what = `The platform's answer was lost, and it could not be looked up whether the commands of the device were revoked: ${failure.what}`;
	return uncertain({ ...failure, what }, device);
}

/** A revocation after its tasks were read once more. */
export function updated({ tasks, ...revocation }: Revocation, readings: RevocationTask[]): Revocation {
	return { ...revocation, ...unite([...tasks, ...readings], revocation.began) };
}

/**
 * Each task and each command once. Of a task that was read more than once the later state counts, but what a later
 * reading leaves out stays.
 */
function unite(readings: RevocationTask[], began: number): Revocation {
	const tasks = new Map<string, RevocationTask>();
	for (const reading of readings) {
		const { taskId } = reading;
		const before = tasks.get(taskId);
		tasks.set(taskId, before ? later(before, reading) : reading);
	}
	const commands: RevokedCommand[] = [];
	const seen = new Set<string>();
	for (const task of tasks.values()) {
		for (const command of commandsOf(task)) {
			const { commandId } = command;
			if (commandId && seen.has(commandId)) continue;
			if (commandId) seen.add(commandId);
			commands.push({ command, task });
		}
	}
	return { tasks: [...tasks.values()], commands, began };
}

function later(before: RevocationTask, now: RevocationTask): RevocationTask {
	const withId = new Map<string, DeviceCommand>();
	for (const command of [...commandsOf(before), ...commandsOf(now)]) {
		if (command.commandId) withId.set(command.commandId, command);
	}
	const [nameless] = [now, before]
		.map((task) => commandsOf(task).filter(({ commandId }) => !commandId))
		.sort((a, b) => b.length - a.length);
	// Neither may have had a list: then it stays open what the task revokes.
	const isListed = [before, now].some(({ deviceCommands }) => Array.isArray(deviceCommands));
	const deviceCommands = isListed ? [...withId.values(), ...(nameless ?? [])] : undefined;
	return { ...before, ...withoutNulls(now), deviceCommands };
}
