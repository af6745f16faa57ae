import type { Backend, Server } from './backend';
import { Refusal } from './errors';
import { jsonBody, pageOf, type Query, queryOf, refuseOthers, requiredId, timeRange } from './inputs';
import type { StoredTask } from './model';

const TASKS = '/iocm/app/cmd/v1.4.0/deviceCommandCancelTasks';
const RULES = { defaultSize: 1000, maxSize: 1000, refusal: '100022' } as const;

/** The calls of platform API, "Revocation tasks": create a revocation task, list revocation tasks. */
export function addTaskCalls(server: Server, { settings, clock, devices, tasks }: Backend): void {
	server.post(TASKS, async (request, reply) => {
		const { deviceId: given, ...others } = jsonBody(request);
		const deviceId = requiredId(given);
		refuseOthers(others);
		const device = devices.find(request.applicationId, deviceId);
		if (!device) throw new Refusal('100418');
		const task = tasks.create(device);
		const created = tasks.view(task, true);
		tasks.start(task);
		return await reply.code(201).send(created);
	});

	server.get(TASKS, async (request) => {
		const query = queryOf(request);
		const { pageNo, pageSize, cut } = pageOf(query, settings, RULES);
		const isInTime = timeRange(query, RULES.refusal);
		if (query.deviceId !== undefined && !devices.find(request.applicationId, requiredId(query.deviceId))) {
			throw new Refusal('100418');
		}
		const oldest = clock.now() - settings.taskKeptMs;
		const found = candidates(query).filter(
			(task) =>
				task.appId === request.applicationId &&
				(query.deviceId === undefined || task.deviceId === query.deviceId) &&
				(query.status === undefined || task.status === query.status) &&
				task.createdAt >= oldest &&
				isInTime(task.createdAt),
		);
		const totalSize =
			settings.taskTotal === 'tasks'
				? found.length
				: found.reduce((sum, { totalCount }) => sum + totalCount, 0);
		const data = cut(found).map((task) => tasks.view(task));
		return { pagination: { pageNo, pageSize, totalSize }, data };
	});

	function candidates({ taskId, deviceId }: Query): StoredTask[] {
		if (taskId !== undefined) return tasks.find(taskId);
		return deviceId === undefined ? tasks.all() : tasks.ofDevice(deviceId);
	}
}
