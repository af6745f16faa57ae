import type { Transport } from '../../../shared/client/transport';
import {
	withEarlier,
	type EarlierTries,
	type Hint,
	type Job,
	type Outcome,
} from '../../../shared/items/outcome';
import { readCommands, type DeviceCommand } from '../../../shared/platform/commands';
import {
	commandsOf,
	mayRevoke,
	type DeviceAddress,
	type RevocationTask,
} from '../../../shared/platform/revocationTasks';
import { isFinalTask, isPending, normalizedStatus } from '../../../shared/platform/statuses';
import { failForGood, type Failure } from '../../../shared/values/results';
import { excerpt } from '../../../shared/values/text';
import { unite, type Revocation } from './revocation';
import { outcomeOf, type Target } from './revokedItems';
import { waitForTasks, type Wait } from './waitForTasks';

/** A job whose revocation is waited for. */
export interface Finishing {
	job: Job<Target>;
	revocation: Revocation;
	earlier: EarlierTries | undefined;
}

/**
 * Waits until the tasks of all jobs are final or their time is over, and brings the outcomes up to date.
 * @param began when the first of the tasks was made at the earliest, in milliseconds since 1970
 */
export async function finishRevocations(
	transport: Transport,
	finishing: Finishing[],
	began: number,
): Promise<void> {
	const waitsOf = new Map(
		finishing.map(({ job, revocation }) => {
			const [{ target }] = job.inputs;
			const open = revocation.tasks.filter(mayRevoke);
			const waits = open.map((task): Wait => ({ task, appId: target.appId, waitMs: target.waitMs }));
			return [job, waits] as const;
		}),
	);
	const isOver = await waitForTasks(transport, [...waitsOf.values()].flat(), began);
	for (const { job, revocation, earlier } of finishing) {
		const waits = waitsOf.get(job) ?? [];
		if (waits.length === 0 || !job.outcome) continue;
		job.outcome = isOver
			? withEarlier(await finished(transport, job, revocation, waits), earlier?.outcome)
			: { ...job.outcome, failure: job.outcome.failure ?? CANCELED_WHILE_WAITING };
	}
}

const CANCELED_WHILE_WAITING: Failure = {
	kind: 'canceled',
	maybeDone: false,
	what: 'The execution was canceled while it waited for the revocation task',
	help: 'Revocation Task > Get Many shows how the task ended.',
};

/** What a job came to at the end of its wait. */
async function finished(
	transport: Transport,
	job: Job<Target>,
	revocation: Revocation,
	waits: Wait[],
): Promise<Outcome> {
	const [{ target }] = job.inputs;
	const hints: Hint[] = [];
	const readings = new Map<string, RevocationTask>();
	for (const { task, failure } of waits) {
		const about = `${target.deviceId} (task ${excerpt(task.taskId)}, ${excerpt(task.status ?? 'no status')})`;
		if (!isFinalTask(task.status)) {
			const why = failure ? `, and the task could not be read (${failure.what})` : '';
			hints.push({ text: `The wait ended before the platform had finished the task${why}`, about });
		} else if (normalizedStatus(task.status) === 'PART_SUCCESS') {
			hints.push({ text: 'Only some of the commands were revoked, see the status of each', about });
		}
		readings.set(task.taskId, task);
	}
	const united = unite([...revocation.tasks, ...readings.values()]);
	const tasks: RevocationTask[] = [];
	for (const task of united) {
		if (normalizedStatus(task.status) === 'FAILED') continue;
		const settled = await settle(transport, target, task, readings.get(task.taskId));
		if (settled.commands.some(({ status }) => status === null)) {
			const why = settled.failure ? `. They could not be looked up: ${settled.failure.what}` : '';
			const about = `${target.deviceId} (task ${excerpt(task.taskId)})`;
			hints.push({
				text: `The platform does not say what became of some commands; see those without a status${why}`,
				about,
			});
		}
		tasks.push(Array.isArray(task.deviceCommands) ? { ...task, deviceCommands: settled.commands } : task);
	}
	const failedTask = united.find(({ status }) => normalizedStatus(status) === 'FAILED');
	const failure = revocation.failure ?? (failedTask && notRevoked(target.deviceId, failedTask));
	const outcome = outcomeOf({ tasks, failure }, target);
	return { ...outcome, hints: [...(outcome.hints ?? []), ...hints] };
}

/**
 * The commands of a finished task with what became of them. What a finished task lists is not documented:
 * SUCCESS means that all were canceled; otherwise a command that the task does not settle is looked up.
 * @returns the commands, those without a known end with the status null, and why they could not be looked up
 */
async function settle(
	transport: Transport,
	target: DeviceAddress,
	task: RevocationTask,
	reading: RevocationTask | undefined,
): Promise<{ commands: DeviceCommand[]; failure?: Failure }> {
	const commands = commandsOf(task);
	const status = normalizedStatus(task.status);
	if (!reading || !isFinalTask(status)) return { commands };
	const isOpen = (command: DeviceCommand) => !command.status || isPending(command.status);
	if (status === 'SUCCESS') {
		return {
			commands: commands.map((command) => (isOpen(command) ? { ...command, status: 'CANCELED' } : command)),
		};
	}
	const open = new Set(commands.filter(isOpen).map(({ commandId }) => commandId));
	const found = new Map<string, DeviceCommand>();
	if (open.size === 0) return { commands };
	const { deviceId, appId } = target;
	const read = await readCommands(transport, { deviceId, appId }, (command) => {
		const { commandId } = command;
		if (commandId && open.delete(commandId)) found.set(commandId, command);
		return open.size > 0;
	});
	const settled = commands.map((command) => {
		if (!isOpen(command)) return command;
		const now = found.get(command.commandId ?? '');
		return { ...command, ...now, status: now && !isOpen(now) ? now.status : null };
	});
	return read.ok ? { commands: settled } : { commands: settled, failure: read.failure };
}

function notRevoked(deviceId: string, { taskId }: RevocationTask): Failure {
	return failForGood(
		`The platform could not revoke the commands of device ${deviceId} (revocation task ${excerpt(taskId)} is FAILED)`,
		'Command > Get Many shows what is still queued. Run this again, or ask the operator of the platform.',
	).failure;
}
