import type { IDataObject } from 'n8n-workflow';

import type { Revocation, RevokedCommand } from './revocation';
import { isSilent, totalOf } from '../../../shared/platform/revocationTasks';
import { simplifiedCommand } from './commandItems';
import { type RevocationTask } from '../../../shared/platform/revocationTasks';

/** How a revocation becomes items. */
export interface Shape {
	simplify: boolean;
	/** Whether a device without queued commands gives an item. */
	summarize: boolean;
}

/** One item for each command; where a task says that it revokes commands but lists none, the task itself. */
export function toItems({ commands, tasks }: Revocation, { simplify, summarize }: Shape): IDataObject[] {
	const listed = new Set(commands.map(({ task }) => task.taskId));
	const unlisted = tasks.filter((task) => (totalOf(task) > 0 || isSilent(task)) && !listed.has(task.taskId));
	const items = [...commands.map(simplify ? simplified : untouched), ...unlisted.map(summary)];
	return items.length === 0 && summarize ? tasks.slice(-1).map(summary) : items;
}

function summary(task: RevocationTask): IDataObject {
	return {
		taskId: task.taskId,
		appId: task.appId ?? null,
		deviceId: task.deviceId ?? null,
		status: task.status ?? null,
		taskStatus: task.status ?? null,
		totalCount: isSilent(task) ? null : totalOf(task),
	};
}

function simplified({ command, task }: RevokedCommand): IDataObject {
	const item = simplifiedCommand({
		...command,
		deviceId: command.deviceId ?? task.deviceId,
		appId: command.appId ?? task.appId,
	});
	return { ...item, taskId: task.taskId, taskStatus: task.status ?? null };
}

function untouched({ command, task }: RevokedCommand): IDataObject {
	return {
		...(command as IDataObject),
		taskId: task.taskId,
		taskStatus: task.status ?? null,
		totalCount: task.totalCount ?? null,
	};
}
