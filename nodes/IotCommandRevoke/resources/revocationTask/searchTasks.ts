import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { connectForList, inTime, orThrow } from '../../../shared/items/editorList';
import { listTasks, totalOf, type RevocationTask } from '../../../shared/platform/revocationTasks';
import { ok, type Result } from '../../../shared/values/results';

/** More than that nobody scrolls through: a part of a device's ID finds the others. */
const MOST = 250;

/**
 * The revocation tasks for the field 'Task ID', by a part of the device's or the task's ID, in any case.
 * @throws NodeApiError that says why there is no list
 */
export async function searchTasks(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const found = orThrow(this, await find(this, (filter ?? '').trim().toLowerCase()));
	return { results: found.map((task) => ({ name: nameOf(task), value: task.taskId })) };
}

async function find(context: ILoadOptionsFunctions, text: string): Promise<Result<RevocationTask[]>> {
	const access = await connectForList(context);
	if (!access.ok) return access;
	const { transport, appId } = access.value;
	const tasks: RevocationTask[] = [];
	const read = await listTasks(transport, { appId }, (task) => {
		if (nameOf(task).toLowerCase().includes(text)) tasks.push(task);
		return tasks.length < MOST;
	});
	return inTime(
		read.ok ? ok(tasks) : read,
		'The list of revocation tasks',
		"Or choose 'By ID' and enter the task's ID.",
	);
}

function nameOf(task: RevocationTask): string {
	const { deviceId, status, taskId } = task;
	const total = totalOf(task);
	const commands = `${total} ${total === 1 ? 'command' : 'commands'}`;
	return [deviceId, status && `(${status}, ${commands})`, taskId].filter(Boolean).join(' ');
}
