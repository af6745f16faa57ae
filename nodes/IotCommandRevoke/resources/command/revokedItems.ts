import type { IDataObject } from 'n8n-workflow';

import { simplifiedCommand } from '../../../shared/items/commandItem';
import type { Hint, Outcome } from '../../../shared/items/outcome';
import {
	commandsOf,
	isSilent,
	mayRevoke,
	totalOf,
	type DeviceAddress,
	type RevocationTask,
} from '../../../shared/platform/revocationTasks';
import { isFinalTask } from '../../../shared/platform/statuses';
import { excerpt } from '../../../shared/values/text';
import { revokedCommands, type Revocation, type RevokedCommand } from './revocation';

/** The device whose commands are revoked, and how the revocation becomes items. */
export interface Target extends DeviceAddress {
	simplify: boolean;
	/** Whether a device without queued commands gives an item. */
	summarize: boolean;
	/** How long to wait for the end of the task, in milliseconds; 0 = not at all. */
	waitMs: number;
}

/** What a revocation comes to as items, hints and IDs. */
export function outcomeOf(revocation: Revocation, target: Target): Outcome {
	const { tasks, failure } = revocation;
	return {
		items: itemsOf(revocation, target).map((json) => ({ json })),
		done: tasks.filter(mayRevoke).map(({ taskId }) => `${target.deviceId} (task ${excerpt(taskId)})`),
		hints: hintsOf(revocation, target),
		...(failure ? { failure } : {}),
	};
}

/** One item for each command; where a task says that it revokes commands but lists none, the task itself. */
function itemsOf(revocation: Revocation, { simplify, summarize }: Target): IDataObject[] {
	const { tasks, failure } = revocation;
	const commands = revokedCommands(revocation);
	const unlisted = tasks.filter((task) => mayRevoke(task) && commandsOf(task).length === 0);
	const items = [...commands.map(simplify ? simplified : untouched), ...unlisted.map(summary)];
	return items.length === 0 && summarize && !failure ? tasks.slice(-1).map(summary) : items;
}

function summary(task: RevocationTask): IDataObject {
	return {
		deviceId: task.deviceId ?? null,
		status: task.status ?? null,
		taskStatus: task.status ?? null,
		totalCount: isSilent(task) ? null : totalOf(task),
		taskId: task.taskId,
		appId: task.appId ?? null,
	};
}

function simplified({ command, task }: RevokedCommand): IDataObject {
	const known = {
		...command,
		deviceId: command.deviceId ?? task.deviceId,
		appId: command.appId ?? task.appId,
	};
	return { ...simplifiedCommand(known, { taskStatus: task.status ?? null }), taskId: task.taskId };
}

function untouched({ command, task }: RevokedCommand): IDataObject {
	return {
		...(command as IDataObject),
		taskId: task.taskId,
		taskStatus: task.status ?? null,
		totalCount: task.totalCount ?? null,
	};
}

const UNFINISHED =
	"The platform was still revoking the commands. 'Revocation Task: Get' shows how that ended; next time, turn on the option 'Wait for Completion'. Devices";

/** What a person would wonder about: no items, fewer than the task says, or some that look as if nothing happened. */
function hintsOf(revocation: Revocation, { deviceId, summarize, waitMs }: Target): Hint[] {
	const { tasks, failure } = revocation;
	const ids = (some: RevocationTask[]) => some.map(({ taskId }) => excerpt(taskId)).join(', ');
	const silent = tasks.filter(isSilent);
	if (silent.length > 0) {
		const about = `${deviceId} (task ${ids(silent)})`;
		return [{ text: 'The platform does not say which commands it revokes', about }];
	}
	// Tasks may share commands, so their totals don't add up.
	const missing = tasks.reduce((sum, task) => sum + Math.max(0, totalOf(task) - commandsOf(task).length), 0);
	const listed = revokedCommands(revocation).length;
	if (missing > 0) {
		const about = `${deviceId} (${listed + missing} revoked, ${listed} listed, task ${ids(tasks)})`;
		return [{ text: 'The platform revokes more commands than it lists', about }];
	}
	if (failure) return [];
	if (listed > 0 && waitMs === 0 && !tasks.every(({ status }) => isFinalTask(status))) {
		return [{ text: UNFINISHED, about: deviceId }];
	}
	if (listed > 0 || summarize) return [];
	return [{ text: 'Nothing was queued for', about: deviceId }];
}
