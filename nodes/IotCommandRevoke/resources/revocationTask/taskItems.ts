import type { IDataObject } from 'n8n-workflow';
import { type RevocationTask } from '../../../shared/platform/revocationTasks';

/** A task as an item: the fields that a user works with, or the platform's object untouched. */
export function taskItem(task: RevocationTask, simplify: boolean): IDataObject {
	if (!simplify) return task as IDataObject & RevocationTask;
	return {
		taskId: task.taskId,
		appId: task.appId ?? null,
		deviceId: task.deviceId ?? null,
		status: task.status ?? null,
		totalCount: task.totalCount ?? null,
	};
}
