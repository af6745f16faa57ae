import { clock } from './clock';
import { readPages, readPagination } from './paging';
import { isObject, unexpectedContent } from './replies';
import { toPlatformTime } from './times';
import type { Transport } from './transport';
import type { DeviceAddress, DeviceCommand, Failure, Result, RevocationTask } from './types';

const PATH = '/iocm/app/cmd/v1.4.0/deviceCommandCancelTasks';
const PAGE_SIZE = 1000;

/** The platform cuts its times to the second, and answers take a while. */
const TOLERANCE_MS = 3_000;
/** Where no reply tells the platform's clock: by so much the two clocks may differ. */
const UNKNOWN_CLOCK_TOLERANCE_MS = 5 * 60_000;
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
	private clockOffset: number | undefined;

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
		const began = uncertainSince ?? clock.now();
		let lost = uncertainSince !== undefined;
		if (lost) {
			const found = await this.findSince(began, device);
			if (!found.ok) return lookUpLost(found.failure, device);
			if (found.value.length > 0) return await this.completed(found.value, device);
		}
		for (let tries = 1; ; tries += 1) {
			const created = await this.create(device);
			if (created.ok) {
				own(this.application, created.value);
				if (!lost) return await this.completed([created.value], device);
				// The first request may have done the work after it was looked up: look once more.
				const found = await this.findSince(began, device);
				const repeatIsEmpty = (created.value.totalCount ?? 0) === 0;
				if (!found.ok && repeatIsEmpty) return lookUpLost(found.failure, device);
				return await this.completed([...(found.ok ? found.value : []), created.value], device);
			}
			const { failure } = created;
			if (!failure.maybeDone) {
				if (!lost) return created;
				if (failure.kind === 'cancelled') return uncertain(failure, device);
				const found = await this.findSince(began, device);
				if (found.ok && found.value.length > 0) return await this.completed(found.value, device);
				return found.ok ? uncertain(failure, device) : lookUpLost(found.failure, device);
			}
			if (failure.kind === 'cancelled') return uncertain(failure, device);
			lost = true;
			const found = await this.findSince(began, device);
			if (!found.ok) return lookUpLost(found.failure, device);
			if (found.value.length > 0) return await this.completed(found.value, device);
			if (tries > this.transport.maxRetries) return uncertain(failure, device);
			if (!(await this.transport.backOff(tries))) return uncertain({ ...failure, kind: 'cancelled' }, device);
		}
	}

	private async create(device: DeviceAddress): Promise<Result<RevocationTask>> {
		const sent = await this.transport.send({
			method: 'POST',
			path: PATH,
			query: { appId: device.appId },
			body: { deviceId: device.deviceId },
			safety: 'once',
		});
		if (!sent.ok) return sent;
		this.clockOffset = sent.value.clockOffset ?? this.clockOffset;
		const task = asTask(sent.value.body);
		return task ? { ok: true, value: task } : { ok: false, failure: unexpectedContent('revocation task') };
	}

	/** A reply may list fewer commands than the task has: such a task is read once more. */
	private async completed(tasks: RevocationTask[], device: DeviceAddress): Promise<Result<Revocation>> {
		const read: RevocationTask[] = [];
		for (const { taskId, totalCount, deviceCommands } of tasks) {
			if ((deviceCommands?.length ?? 0) >= (totalCount ?? 0)) continue;
			const again = await this.list({ taskId, appId: device.appId });
			// What the first reply listed stands, should this one not come.
			if (again.ok) read.push(...again.value.filter((task) => task.taskId === taskId));
		}
		return { ok: true, value: unite([...tasks, ...read]) };
	}

	/** The tasks of a device made since `began` (our clock) that no other request owns; they are owned from now on. */
	private async findSince(began: number, device: DeviceAddress): Promise<Result<RevocationTask[]>> {
		if (this.clockOffset === undefined) {
			const clockRead = await this.readClock(device);
			if (!clockRead.ok) return clockRead;
		}
		const tolerance = this.clockOffset === undefined ? UNKNOWN_CLOCK_TOLERANCE_MS : TOLERANCE_MS;
		const since = began + (this.clockOffset ?? 0) - tolerance;
		const until = clock.now() + (this.clockOffset ?? 0) + HOUR_MS;
		const found = await this.list({
			deviceId: device.deviceId,
			appId: device.appId,
			startTime: toPlatformTime(since),
			endTime: toPlatformTime(until),
		});
		if (!found.ok) return found;
		const others = owned.get(this.application);
		const ours = found.value.filter((task) => !others?.has(task.taskId));
		for (const task of ours) own(this.application, task);
		return { ok: true, value: ours };
	}

	private async readClock(device: DeviceAddress): Promise<Result<void>> {
		const sent = await this.transport.send({
			method: 'GET',
			path: PATH,
			query: { deviceId: device.deviceId, appId: device.appId, pageNo: 0, pageSize: 1 },
			safety: 'repeatable',
		});
		if (!sent.ok) return sent;
		this.clockOffset = sent.value.clockOffset;
		return { ok: true, value: undefined };
	}

	private async list(query: Record<string, string | undefined>): Promise<Result<RevocationTask[]>> {
		const tasks: RevocationTask[] = [];
		const read = await readPages<RevocationTask>(
			async (pageNo) => {
				const sent = await this.transport.send({
					method: 'GET',
					path: PATH,
					query: { ...query, pageNo, pageSize: PAGE_SIZE },
					safety: 'repeatable',
				});
				return sent.ok ? readPagination<RevocationTask>(sent.value.body, PAGE_SIZE) : sent;
			},
			({ taskId }) => taskId,
			(entry) => {
				const task = asTask(entry);
				if (task) tasks.push(task);
				return true;
			},
		);
		return read.ok ? { ok: true, value: tasks } : read;
	}
}

/** An answer was lost and no task was found so far: the person is told what may have happened and where to look. */
function uncertain(failure: Failure, { deviceId }: DeviceAddress): { ok: false; failure: Failure } {
	const look = `The platform may have revoked the commands all the same: look for a revocation task of the device ${deviceId}.`;
	return { ok: false, failure: { ...failure, maybeDone: true, help: `${failure.help} ${look}` } };
}

/** The look-up itself did not work. */
function lookUpLost(failure: Failure, device: DeviceAddress): { ok: false; failure: Failure } {
	const what = `The platform's answer was lost, and it could not be looked up whether the commands of the device were revoked: ${failure.what}`;
	return uncertain({ ...failure, what }, device);
}

function asTask(value: unknown): RevocationTask | undefined {
	if (!isObject(value)) return undefined;
	const taskId = typeof value.taskId === 'number' ? String(value.taskId) : value.taskId;
	if (typeof taskId !== 'string' || taskId === '') return undefined;
	const commands = Array.isArray(value.deviceCommands) ? value.deviceCommands.filter(isObject) : [];
	const totalCount = Number(value.totalCount ?? commands.length);
	return {
		...(value as object),
		taskId,
		deviceCommands: commands as DeviceCommand[],
		totalCount: Number.isFinite(totalCount) ? totalCount : commands.length,
	};
}

/** Each task and each command once; of a task that was read twice the longer list counts, and the later state. */
function unite(found: RevocationTask[]): Revocation {
	const tasks = new Map<string, RevocationTask>();
	for (const task of found) {
		const before = tasks.get(task.taskId)?.deviceCommands ?? [];
		const now = task.deviceCommands ?? [];
		tasks.set(task.taskId, { ...task, deviceCommands: now.length > before.length ? now : before });
	}
	const commands: RevokedCommand[] = [];
	const seen = new Set<string>();
	for (const task of tasks.values()) {
		for (const command of task.deviceCommands ?? []) {
			const { commandId } = command;
			if (commandId && seen.has(commandId)) continue;
			if (commandId) seen.add(commandId);
			commands.push({ command, task });
		}
	}
	return { tasks: [...tasks.values()], commands };
}
