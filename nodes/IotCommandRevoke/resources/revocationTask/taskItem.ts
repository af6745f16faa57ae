import type { IDataObject } from 'n8n-workflow';

import type { RevocationTask } from '../../../shared/platform/revocationTasks';

/** A task as an item: the fields that a user works with, IDs last, or the platform's object untouched. */
export function taskItem(task: RevocationTask, isSimple: boolean): IDataObject {
	if (!isSimple) return task as IDataObject & RevocationTask;
	return {
		deviceId: task.deviceId ?? null,
		status: task.status ?? null,
		totalCount: task.totalCount ?? null,
		taskId: task.taskId,
		appId: task.appId ?? null,
	};
}
