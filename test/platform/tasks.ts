import type { FastifyInstance } from 'fastify';

import type { PlatformOptions } from './options';
import { INVALID_INPUT, NO_SUCH_DEVICE, PARAMETER_MISSING, refuseByService } from './refusals';
import { platformTime, type Store } from './store';

const PATH = '/iocm/app/cmd/v1.4.0/deviceCommandCancelTasks';
const TIME = /^\d{8}T\d{6}Z$/;

interface ListQuery {
	pageNo?: string;
	pageSize?: string;
	taskId?: string;
	deviceId?: string;
	status?: string;
	startTime?: string;
	endTime?: string;
}

/** Making and listing revocation tasks (platform API, "Revocation tasks"). */
export function registerTasks(api: FastifyInstance, store: Store, options: PlatformOptions): void {
	api.post(PATH, async (request, reply) => {
		const { deviceId, ...others } = (request.body ?? {}) as Record<string, unknown>;
		if (deviceId === undefined || deviceId === null || deviceId === '') {
			return await refuseByService(reply, ...PARAMETER_MISSING);
		}
		if (typeof deviceId !== 'string' || deviceId.length > 64 || Object.keys(others).length > 0) {
			return await refuseByService(reply, ...INVALID_INPUT);
		}
		if (!store.devices.has(deviceId)) return await refuseByService(reply, ...NO_SUCH_DEVICE);
		return await reply.code(201).send(store.taskBody(store.createTask(deviceId), true));
	});

	api.get(PATH, async (request, reply) => {
		const query = request.query as ListQuery;
		const pageNo = Number(query.pageNo ?? options.firstPage);
		const pageSize = Number(query.pageSize ?? 1000);
		const times = [query.startTime, query.endTime].filter((time) => time !== undefined);
		const wellFormed =
			Number.isInteger(pageNo) &&
			pageNo >= 0 &&
			pageSize >= 1 &&
			pageSize <= 1000 &&
			times.every((time) => TIME.test(time));
		if (!wellFormed) return await refuseByService(reply, ...INVALID_INPUT);

		const found = store.tasks
			.filter(
				(task) =>
					(query.taskId === undefined || task.taskId === query.taskId) &&
					(query.deviceId === undefined || task.deviceId === query.deviceId) &&
					(query.startTime === undefined || platformTime(task.createdAt) >= query.startTime) &&
					(query.endTime === undefined || platformTime(task.createdAt) <= query.endTime),
			)
			.map((task) => store.taskBody(task, false))
			.filter((task) => query.status === undefined || task.status === query.status);
		const size = Math.min(pageSize, options.pageSizeCap);
		const page = Math.max(0, pageNo - options.firstPage);
		return {
			// One vendor page says that totalSize counts commands.
			pagination: {
				pageNo,
				pageSize: size,
				totalSize: found.reduce((sum, { totalCount }) => sum + Number(totalCount), 0),
			},
			data: found.slice(page * size, (page + 1) * size),
		};
	});
}
