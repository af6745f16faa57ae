import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';

import { getTask } from '../../../shared/platform/revocationTasks';
import { type Failure, fail, ok } from '../../../shared/values/results';
import { eachTarget } from '../../../shared/items/eachTarget';
import { optionsField, shownFor, simplify } from '../../../shared/items/fields';
import { taskItem } from './taskItems';

export const fields: INodeProperties[] = shownFor({ resource: ['revocationTask'], operation: ['get'] }, [
	{
		displayName: 'Task ID',
		name: 'taskId',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. b41f0c7d2a9e4f3c8d5b6a7e1f2c3d4e',
		description: 'The ID of the revocation task, as Revoke All Pending gives it',
	},
	simplify,
	optionsField(),
]);

interface Target {
	taskId: string;
	appId?: string;
	simplify: boolean;
}

/** Looks at one revocation task for each distinct ID. Changes nothing. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	return await eachTarget<Target>(this, {
		words: { targets: 'tasks', done: '' },
		nameOf: ({ taskId }) => `task ${taskId}`,
		read: (read) => ({
			taskId: read.id('taskId', 'Task ID'),
			appId: read.optionalId('options.appId', 'Application ID'),
			simplify: read.flag('simplify', 'Simplify', true),
		}),
		work:
			({ transport }) =>
			async (target) => {
				const read = await getTask(transport, target.taskId, target.appId);
				if (!read.ok) return read;
				if (!read.value) return fail(unknownTask(target.taskId));
				return ok({ items: [taskItem(read.value, target.simplify)], done: [] });
			},
	});
}

function unknownTask(taskId: string): Failure {
	return {
		kind: 'final',
		maybeDone: false,
		what: `The platform knows no revocation task ${taskId}`,
		help: "Check 'Task ID'. If another application owns the device, name it in the option 'Application ID'. The platform may have deleted an old task.",
	};
}
