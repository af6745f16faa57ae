import type { RevocationTask } from '../../../shared/platform/revocationTasks';

/** So many tasks of each application are remembered; the oldest are forgotten first. */
const REMEMBERED = 50_000;

/**
 * The tasks that requests of this process were answered with, so that looking for a lost answer never takes the task of
 * another request. For each application.
 */
const answered = new Map<string, Set<string>>();

export function rememberAnswered(application: string, { taskId }: RevocationTask): void {
	const tasks = answered.get(application) ?? new Set<string>();
	answered.set(application, tasks);
	tasks.add(taskId);
	const [oldest] = tasks;
	if (tasks.size > REMEMBERED && oldest !== undefined) tasks.delete(oldest);
}

export function isAnswered(application: string, { taskId }: RevocationTask): boolean {
	return answered.get(application)?.has(taskId) === true;
}
