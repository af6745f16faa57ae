import type { FastifyInstance } from 'fastify';

import type { PlatformOptions } from './options';
import { refuseByService } from './refusals';
import { platformTime, type Store } from './store';

const PAGE_NUMBER_MISSING = [400, '100218', 'The gatewayId and pageNo are both null.'] as const;
const BAD_PARAMETER = [400, '100216', 'The application input is invalid.'] as const;
const LARGEST_PAGE = 250;

/** `GET devices`: `pageNo` must be given, and the total is `totalCount` at the top (platform API, "Devices"). */
export function registerDevices(api: FastifyInstance, store: Store, options: PlatformOptions): void {
	api.get('/iocm/app/dm/v1.4.0/devices', async (request, reply) => {
		const query = request.query as { pageNo?: string; pageSize?: string };
		if (query.pageNo === undefined) return await refuseByService(reply, ...PAGE_NUMBER_MISSING);
		const pageNo = Number(query.pageNo);
		const pageSize = Number(query.pageSize ?? 25);
		const wellFormed = Number.isInteger(pageNo) && pageNo >= 0 && pageSize >= 1 && pageSize <= LARGEST_PAGE;
		if (!wellFormed) return await refuseByService(reply, ...BAD_PARAMETER);
		const ids = [...store.devices.keys()];
		const page = Math.max(0, pageNo - options.firstPage);
		return {
			totalCount: ids.length,
			pageNo,
			pageSize,
			devices: ids.slice(page * pageSize, (page + 1) * pageSize).map((deviceId) => ({
				deviceId,
				gatewayId: deviceId,
				nodeType: 'ENDPOINT',
				createTime: platformTime(0),
				lastModifiedTime: platformTime(0),
				deviceInfo: { nodeId: deviceId, name: deviceId, status: 'OFFLINE', statusDetail: 'NONE' },
				services: null,
			})),
		};
	});
}
