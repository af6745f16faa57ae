import type { PlatformClock } from './clock';
import type { Commands } from './commands';
import { newId } from './ids';
import type { StoredCommand, StoredDevice, StoredTask, TaskOutcome } from './model';
import type { Settings } from './options';
import { insertInOrder } from './order';

/** The revocation tasks. Time passes for them when somebody looks: call `advance` first. */
export class Tasks {
	/** In order of creation. */
	private readonly made: StoredTask[] = [];
	private readonly byId = new Map<string, StoredTask>();
	private readonly byDevice = new Map<string, StoredTask[]>();
	/** Those that go on, the next one to end first. */
	private unfinished: StoredTask[] = [];
	/** Commands that a task is about to revoke: a second task can't have them. */
	private readonly claimed = new Set<StoredCommand>();

	constructor(
		private readonly settings: Settings,
		private readonly clock: PlatformClock,
		private readonly commands: Commands,
	) {}

	/** Creates a task for the undelivered commands of a device; `start` must follow. */
	create({ appId, deviceId, commands }: StoredDevice): StoredTask {
		const isShared = this.settings.secondTask === 'shared';
		const pending = commands.filter(
			(command) => isPending(command) && (isShared || !this.claimed.has(command)),
		);
		const createdAt = this.clock.now();
		const task: StoredTask = {
			taskId: newId(),
			appId,
			deviceId,
			status: 'WAITTING',
			totalCount: pending.length,
			commands: pending,
			createdAt,
			endsAt: createdAt + this.settings.taskDurationMs,
		};
		this.made.push(task);
		this.byId.set(task.taskId, task);
		const ofDevice = this.byDevice.get(deviceId) ?? [];
		ofDevice.push(task);
		this.byDevice.set(deviceId, ofDevice);
		return task;
	}

	/** Lets a task run; a task that takes no time is over at once. */
	start(task: StoredTask): void {
		if (task.endsAt <= task.createdAt) return this.finish(task);
		for (const command of task.commands) this.claimed.add(command);
		insertInOrder(this.unfinished, task, ({ endsAt }) => endsAt);
	}

	/** Brings all tasks to the present. */
	advance(): void {
		const now = this.clock.now();
		while (this.unfinished[0] && this.unfinished[0].endsAt <= now) {
			const [task] = this.unfinished.splice(0, 1);
			if (task) this.finish(task);
		}
	}

	/** The list itself: it grows with every task. */
	all(): StoredTask[] {
		for (const task of this.unfinished) this.refresh(task);
		return this.made;
	}

	find(taskId: string): StoredTask[] {
		const task = this.byId.get(taskId);
		return task ? [this.refresh(task)] : [];
	}

	ofDevice(deviceId: string): StoredTask[] {
		return (this.byDevice.get(deviceId) ?? []).map((task) => this.refresh(task));
	}

	/** A task as replies show it, at this moment. */
	view(task: StoredTask, isCreation = false): object {
		const { taskId, appId, deviceId, status, totalCount } = task;
		const head = { taskId, appId, deviceId, status, totalCount };
		if (totalCount === 0) {
			const { emptyTask } = this.settings;
			if (emptyTask === 'missing') return head;
			return { ...head, deviceCommands: emptyTask === 'null' ? null : [] };
		}
		const listed = this.listed(task, isCreation);
		const isOld = this.settings.taskCommandsShown === 'created';
		const shown = isOld ? listed.map((command) => ({ ...command, status: 'PENDING' as const })) : listed;
		return { ...head, deviceCommands: shown.map((command) => this.commands.view(command)) };
	}

	private listed(task: StoredTask, isCreation: boolean): StoredCommand[] {
		const { finishedTaskList, commandsShorter } = this.settings;
		let listed = task.commands;
		if (isFinal(task)) {
			if (finishedTaskList === 'none') return [];
			if (finishedTaskList === 'revoked') listed = listed.filter(({ status }) => status === 'CANCELED');
		}
		const isShorter = commandsShorter === true || (commandsShorter === 'created' && isCreation);
		return isShorter ? listed.slice(0, Math.floor(listed.length / 2)) : listed;
	}

	/** Lets a task run that has waited for half of its time. */
	private refresh(task: StoredTask): StoredTask {
		const half = (task.createdAt + task.endsAt) / 2;
		if (task.status === 'WAITTING' && this.clock.now() >= half) task.status = 'RUNNING';
		return task;
	}

	private finish(task: StoredTask): void {
		for (const command of task.commands) this.claimed.delete(command);
		const { taskOutcome } = this.settings;
		const wanted = typeof taskOutcome === 'function' ? taskOutcome(task) : taskOutcome;
		if (wanted !== 'FAILED') revoke(task.commands, wanted === 'PART_SUCCESS');
		task.status = wanted ?? outcomeOf(task);
	}
}

function isPending({ status }: StoredCommand): boolean {
	return status === 'PENDING';
}

function isFinal({ status }: StoredTask): boolean {
	return status !== 'WAITTING' && status !== 'RUNNING';
}

/** Revokes what is still undelivered; the last one gets away when `lastEscapes`. */
function revoke(commands: StoredCommand[], lastEscapes: boolean): void {
	const pending = commands.filter(isPending);
	const last = pending.at(-1);
	for (const command of pending) command.status = lastEscapes && command === last ? 'SENT' : 'CANCELED';
}

function outcomeOf({ commands }: StoredTask): TaskOutcome {
	const revoked = commands.filter(({ status }) => status === 'CANCELED').length;
	if (revoked === commands.length) return 'SUCCESS';
	return revoked > 0 ? 'PART_SUCCESS' : 'FAILED';
}
