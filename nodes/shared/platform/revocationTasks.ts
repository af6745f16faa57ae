import { getPage, readPages } from './paging';
import { unexpectedContent } from '../client/replies';
import type { Transport } from '../client/transport';
import { type Result, fail, ok } from '../values/results';
import { isObject } from '../values/json';
import { type DeviceCommand } from './commands';

const PATH = '/iocm/app/cmd/v1.4.0/deviceCommandCancelTasks';
const PAGE_SIZE = 1000;

/** A command revocation task. `deviceCommands` may be empty, null, missing, or shorter than `totalCount`. */
export interface RevocationTask {
	taskId: string;
	appId?: string | null;
	deviceId?: string | null;
	status?: string | null;
	totalCount?: number | null;
	deviceCommands?: DeviceCommand[] | null;
}

/** A device, and the application that owns it when that is not the caller's own. */
export interface DeviceAddress {
	deviceId: string;
	appId?: string;
}

/** What tasks may be listed by (platform API, "Revocation tasks"); times in the platform's format, both or none. */
export interface TaskQuery {
	taskId?: string;
	deviceId?: string;
	appId?: string;
	status?: string;
	startTime?: string;
	endTime?: string;
}

/**
 * Creates a revocation task for everything that a device has not been sent yet (platform page "Creating Device Command
 * Revocation Tasks"). Sent once only: a second task for the same commands would come back empty.
 */
export async function createTask(
	transport: Transport,
	{ deviceId, appId }: DeviceAddress,
): Promise<Result<RevocationTask>> {
	const sent = await transport.send({
		method: 'POST',
		path: PATH,
		query: { appId },
		body: { deviceId },
		safety: 'once',
	});
	if (!sent.ok) return sent;
	const task = asTask(sent.value.body);
	if (!task) return fail(unexpectedContent('revocation task', true));
	return ok(task);
}

/**
 * Lists revocation tasks, page after page.
 * @param onTask takes each task once; false ends the reading
 */
export async function listTasks(
	transport: Transport,
	query: TaskQuery,
	onTask: (task: RevocationTask) => boolean,
): Promise<Result<void>> {
	return await readPages<unknown>(
		async (pageNo) => await getPage(transport, PATH, 'data', { ...query, pageNo, pageSize: PAGE_SIZE }),
		(entry) => asTask(entry)?.taskId,
		(entry) => {
			const task = asTask(entry);
			return task === undefined || onTask(task);
		},
		// The total counts commands, and a task may have none.
		query.taskId !== undefined,
	);
}

/** All tasks that a query finds. */
export async function allTasks(transport: Transport, query: TaskQuery): Promise<Result<RevocationTask[]>> {
	const tasks: RevocationTask[] = [];
	const read = await listTasks(transport, query, (task) => tasks.push(task) > 0);
	return read.ok ? ok(tasks) : read;
}

/** One task: the platform has no path for it, but a list of one. Undefined when the platform does not know it. */
export async function getTask(
	transport: Transport,
	taskId: string,
	appId?: string,
): Promise<Result<RevocationTask | undefined>> {
	const found = await allTasks(transport, { taskId, appId });
	return found.ok ? ok(found.value.find((task) => task.taskId === taskId)) : found;
}

function asTask(value: unknown): RevocationTask | undefined {
	if (!isObject(value)) return undefined;
	const taskId = typeof value.taskId === 'number' ? String(value.taskId) : value.taskId;
	if (typeof taskId !== 'string' || taskId === '') return undefined;
	return { ...(value as object), taskId };
}

/** The commands that a task lists; none when the list is null or missing. */
export function commandsOf({ deviceCommands }: RevocationTask): DeviceCommand[] {
	return Array.isArray(deviceCommands) ? deviceCommands.filter(isObject) : [];
}

/** Whether a reply leaves open what the task revokes: no number, and no list. */
export function isSilent({ totalCount, deviceCommands }: RevocationTask): boolean {
	return !Number.isFinite(Number(totalCount ?? NaN)) && !Array.isArray(deviceCommands);
}

/** Whether a task revokes something, or may: a silent one does not say. */
export function mayRevoke(task: RevocationTask): boolean {
	return isSilent(task) || totalOf(task) > 0 || commandsOf(task).length > 0;
}

/** How many commands a task revokes; where the platform does not say, as many as it lists. */
export function totalOf(task: RevocationTask): number {
	const total = Number(task.totalCount ?? NaN);
	return Number.isFinite(total) ? total : commandsOf(task).length;
}
