import { appId, locatorField, optionsField, simplify } from '../../../shared/items/fields';
import type { Operation } from '../../../shared/items/operation';
import { failed } from '../../../shared/items/outcome';
import { runOperation } from '../../../shared/items/runOperation';
import { getTask } from '../../../shared/platform/revocationTasks';
import { failForGood, type Failure } from '../../../shared/values/results';
import { taskItem } from './taskItem';

const taskId = locatorField(
	{
		displayName: 'Task ID',
		name: 'taskId',
		description: 'The revocation task. Its ID is in the items of Revoke All Pending.',
	},
	{ placeholder: 'Select a task…', searchListMethod: 'searchTasks' },
	{ displayName: 'By ID', name: 'id', placeholder: 'e.g. b41f0c7d2a9e4f3c8d5b6a7e1f2c3d4e' },
);

interface Target {
	taskId: string;
	appId?: string;
	simplify: boolean;
}

/** Looks at one revocation task for each distinct ID. Changes nothing. */
export const get: Operation = {
	option: {
		name: 'Get',
		value: 'get',
		description: 'Look at one revocation task. Changes nothing.',
		action: 'Get revocation task',
	},
	fields: [taskId, simplify, optionsField()],
	execute: async (context) =>
		await runOperation<Target>(context, {
			words: { targets: 'tasks', done: '' },
			nameOf: (target) => `task ${target.taskId}`,
			read: (read) => ({
				taskId: read.id(taskId),
				appId: read.optionalId(appId, 'options'),
				simplify: read.flag(simplify),
			}),
			work: ({ transport }) => ({
				job: async ({ inputs: [{ target }] }) => {
					const read = await getTask(transport, target.taskId, target.appId);
					if (!read.ok) return failed(read.failure);
					if (!read.value) return failed(unknownTask(target.taskId));
					return { items: [{ json: taskItem(read.value, target.simplify) }], done: [] };
				},
			}),
		}),
};

function unknownTask(id: string): Failure {
	return failForGood(
		`The platform does not know revocation task ${id}`,
		"Check 'Task ID'. If another application owns the device, enter that application's ID in the option 'Application ID'. The platform may have deleted an old task.",
	).failure;
}
