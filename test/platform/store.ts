import { randomBytes } from 'node:crypto';

import type { PlatformOptions } from './options';

export interface StoredCommand {
	commandId: string;
	appId: string;
	deviceId: string;
	command: { serviceId: string; method: string; paras: Record<string, unknown> };
	callbackUrl: string | null;
	expireTime: number | null;
	status: string;
	result: unknown;
	creationTime: string;
	executeTime: string | null;
	platformIssuedTime: string | null;
	deliveredTime: string | null;
	issuedTimes: number | null;
	maxRetransmit: number | null;
}

export interface CommandSpec {
	serviceId: string;
	method: string;
	paras: Record<string, unknown>;
	status: string;
	creationTime: string;
}

export interface StoredTask {
	taskId: string;
	appId: string;
	deviceId: string;
	createdAt: number;
	/** The list as it was when the task was made. */
	before: StoredCommand[];
	outcome: 'SUCCESS' | 'PART_SUCCESS' | 'FAILED';
	settled: boolean;
}

const UNDELIVERED = new Set(['PENDING', 'DEFAULT', 'PENDDING']);

/** `yyyyMMdd'T'HHmmss'Z'`, UTC. */
export function platformTime(ms: number): string {
	return new Date(ms).toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '');
}

/** Devices, commands and revocation tasks, as the platform keeps them. */
export class Store {
	readonly devices = new Map<string, StoredCommand[]>();
	readonly tasks: StoredTask[] = [];

	constructor(
		private readonly options: PlatformOptions,
		private readonly now: () => number,
	) {}

	queue(deviceId: string, specs: number | Array<Partial<CommandSpec>>, appId: string): StoredCommand[] {
		const list = typeof specs === 'number' ? Array.from({ length: specs }, () => ({})) : specs;
		const queue = this.devices.get(deviceId) ?? [];
		this.devices.set(deviceId, queue);
		const added = list.map((spec: Partial<CommandSpec>, index): StoredCommand => ({
			commandId: randomBytes(16).toString('hex'),
			appId,
			deviceId,
			command: {
				serviceId: spec.serviceId ?? 'Valve',
				method: spec.method ?? 'SET_VALVE',
				paras: spec.paras ?? { value: index },
			},
			callbackUrl: null,
			expireTime: null,
			status: spec.status ?? this.options.pendingSpelling,
			result: null,
			creationTime: spec.creationTime ?? platformTime(this.now()),
			executeTime: null,
			platformIssuedTime: null,
			deliveredTime: null,
			issuedTimes: null,
			maxRetransmit: 3,
		}));
		queue.push(...added);
		return added;
	}

	createTask(deviceId: string): StoredTask {
		const undelivered = (this.devices.get(deviceId) ?? []).filter(({ status }) => UNDELIVERED.has(status));
		const task: StoredTask = {
			taskId: randomBytes(16).toString('hex'),
			appId: this.options.appId,
			deviceId,
			createdAt: this.now(),
			before: undelivered.map((command) => ({ ...command })),
			outcome: this.options.taskOutcome,
			settled: false,
		};
		this.tasks.push(task);
		if (this.options.taskDurationMs === 0) this.settle(task);
		return task;
	}

	/** Ends a task whose time is over: its commands become CANCELED, but for one where it succeeds only in part. */
	settle(task: StoredTask): void {
		if (task.settled) return;
		task.settled = true;
		if (task.outcome === 'FAILED') return;
		const ids = new Set(task.before.map(({ commandId }) => commandId));
		const live = (this.devices.get(task.deviceId) ?? []).filter(({ commandId }) => ids.has(commandId));
		live.forEach((command, index) => {
			const sent = task.outcome === 'PART_SUCCESS' && index === live.length - 1;
			if (UNDELIVERED.has(command.status)) command.status = sent ? 'SENT' : 'CANCELED';
		});
	}

	/** The task as a reply shows it; `atCreation`: as the call that made it is answered. */
	taskBody(task: StoredTask, atCreation: boolean): Record<string, unknown> {
		const age = this.now() - task.createdAt;
		const duration = this.options.taskDurationMs;
		if (!atCreation && age >= duration) this.settle(task);
		const status = atCreation || age < duration / 2 ? 'WAITTING' : task.settled ? task.outcome : 'RUNNING';
		const live = new Map(
			(this.devices.get(task.deviceId) ?? []).map((command) => [command.commandId, command]),
		);
		let commands = atCreation
			? task.before
			: task.before.map((command) => live.get(command.commandId) ?? command);
		if (!atCreation && task.settled) {
			if (this.options.finishedTaskList === 'none') commands = [];
			if (this.options.finishedTaskList === 'revoked')
				commands = commands.filter(({ status: is }) => is === 'CANCELED');
		}
		if (this.options.commandsShorter) commands = commands.slice(0, -1);
		const { taskId, appId, deviceId } = task;
		const body: Record<string, unknown> = { taskId, appId, deviceId, status, totalCount: task.before.length };
		if (task.before.length > 0 || this.options.emptyTask === 'empty') {
			body.deviceCommands = commands.map((command) => this.commandBody(command));
		} else if (this.options.emptyTask === 'null') body.deviceCommands = null;
		return body;
	}

	/** Fields without a value stand as null in the documentation, and are missing in replies that were seen. */
	commandBody(command: StoredCommand): Record<string, unknown> {
		const entries = Object.entries(command);
		return Object.fromEntries(
			this.options.nulls === 'null' ? entries : entries.filter(([, value]) => value !== null),
		);
	}
}
