import { Registry } from '../../../shared/client/registry';
import type { RevocationTask } from '../../../shared/platform/revocationTasks';
import { RecentIds } from '../../../shared/values/recentIds';

/** At least this many tasks of each application are remembered. */
const REMEMBERED = 50_000;

/**
 * The tasks that requests of this process were answered with, so that looking for a lost answer never takes the task of
 * another request. For each application.
 */
const answered = new Registry<RecentIds>(() => true);

const tasksOf = (application: string) => answered.get(application, () => new RecentIds(REMEMBERED));

export function rememberAnswered(application: string, { taskId }: RevocationTask): void {
	tasksOf(application).add(taskId);
}

export function isAnswered(application: string, { taskId }: RevocationTask): boolean {
	return tasksOf(application).has(taskId);
}
