import type { Transport } from '../../../shared/client/transport';
import { getTask, listTasks, type RevocationTask } from '../../../shared/platform/revocationTasks';
import { isFinalTask } from '../../../shared/platform/statuses';
import { clock } from '../../../shared/values/clock';
import type { Failure } from '../../../shared/values/results';
import { timeRange } from '../../../shared/values/times';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 10_000;
const GROWTH = 1.5;
/** From so many waiting tasks of one application on, their list is read instead of each task. */
const LIST_FROM = 2;
/** The list of a run's tasks has a page for so many. */
const TASKS_PER_PAGE = 1_000;
/**
 * By how much the tasks of a run may be older by the platform's clock, in milliseconds: a little, or by a wrong time zone.
 * Those that no list has are read one by one.
 */
const CLOCK_DIFFERENCES_MS = [10 * 60_000, 26 * 3_600_000];

/** A task that is waited for. */
export interface Wait {
	/** As it was seen last. */
	task: RevocationTask;
	/** The application that was named when the task was made. */
	appId?: string;
	/** How long to wait, in milliseconds. */
	waitMs: number;
	/** Why the task could not be read when it was looked at last. */
	failure?: Failure;
	/** Whether no list has the task. */
	isUnlisted?: boolean;
}

/**
 * Looks at revocation tasks until they are final or their time is over, at first after a second, then less and less
 * often. Each is looked at once more at its end.
 * @param began when the first of the tasks was made at the earliest, in milliseconds since 1970
 * @returns false if the execution was canceled meanwhile
 */
export async function waitForTasks(transport: Transport, waits: Wait[], began: number): Promise<boolean> {
	const start = clock.now();
	let open = waits.filter(({ task }) => !isFinalTask(task.status));
	for (let pause = FIRST_PAUSE_MS; open.length > 0; pause = Math.min(LONGEST_PAUSE_MS, pause * GROWTH)) {
		const waited = clock.now() - start;
		const nextEnd = open.reduce((least, { waitMs }) => Math.min(least, waitMs - waited), Infinity);
		if (!(await transport.wait(Math.max(FIRST_PAUSE_MS, Math.min(pause, nextEnd))))) return false;
		const over = clock.now() - start;
		for (const appId of new Set(open.map((wait) => wait.appId))) {
			await look(
				transport,
				open.filter((wait) => wait.appId === appId),
				began,
				LIST_FROM + Math.floor(waits.length / TASKS_PER_PAGE),
			);
		}
		open = open.filter(({ task, waitMs }) => !isFinalTask(task.status) && waitMs > over);
	}
	return transport.signal?.aborted !== true;
}

/**
 * Reads the tasks of one application as they are now.
 * @param listFrom from how many on the list is read
 */
async function look(transport: Transport, waits: Wait[], began: number, listFrom: number): Promise<void> {
	const unread = new Map(waits.map((wait) => [wait.task.taskId, wait]));
	const appId = waits[0]?.appId;
	let listable = waits.filter(({ isUnlisted }) => !isUnlisted).length;
	for (const differenceMs of CLOCK_DIFFERENCES_MS) {
		if (listable < listFrom) break;
		const range = timeRange({ createdAfter: began - differenceMs });
		const listed = await listTasks(transport, { appId, ...range }, (task) => {
			const wait = unread.get(task.taskId);
			if (wait) Object.assign(wait, { task, failure: undefined });
			if (wait && !wait.isUnlisted) listable -= 1;
			unread.delete(task.taskId);
			return listable > 0;
		});
		if (!listed.ok) {
			for (const wait of unread.values()) wait.failure = listed.failure;
			return;
		}
		if (differenceMs === Math.max(...CLOCK_DIFFERENCES_MS)) {
			for (const wait of unread.values()) wait.isUnlisted = true;
		}
	}
	for (const [taskId, wait] of unread) {
		const read = await getTask(transport, taskId, appId);
		if (!read.ok) wait.failure = read.failure;
		else if (read.value) Object.assign(wait, { task: read.value, failure: undefined });
	}
}
