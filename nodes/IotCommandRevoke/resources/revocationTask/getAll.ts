import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';

import { isOfDevice } from '../../../shared/values/ids';
import { spelled } from '../../../shared/platform/statuses';
import { listTasks, type TaskQuery } from '../../../shared/platform/revocationTasks';
import { timeRange } from '../../../shared/values/times';
import { eachTarget } from '../../../shared/items/eachTarget';
import {
	createdAfter,
	createdBefore,
	deviceIdField,
	limit,
	optionsField,
	returnAll,
	shownFor,
	simplify,
} from '../../../shared/items/fields';
import { readCreated, readLimit, type ItemParameters } from '../../../shared/items/parameters';
import { taskItem } from './taskItems';
import { ok } from '../../../shared/values/results';

export const fields: INodeProperties[] = shownFor({ resource: ['revocationTask'], operation: ['getAll'] }, [
	returnAll,
	{ ...limit, displayOptions: { show: { returnAll: [false] } } },
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add filter',
		default: {},
		options: [
			createdAfter,
			createdBefore,
			{ ...deviceIdField('Only tasks of this device'), required: false },
			{
				displayName: 'Status',
				name: 'status',
				type: 'options',
				options: [
					{ name: 'Failed', value: 'FAILED' },
					{ name: 'Part Success', value: 'PART_SUCCESS', description: 'A part of the commands was revoked' },
					{ name: 'Running', value: 'RUNNING' },
					{ name: 'Success', value: 'SUCCESS' },
					{ name: 'Waiting', value: 'WAITTING', description: 'The platform spells it WAITTING' },
				],
				default: 'RUNNING',
				description: 'Only tasks in this state',
			},
		],
	},
	simplify,
	optionsField(),
]);

interface Target {
	query: TaskQuery;
	limit: number;
	simplify: boolean;
}

/** Lists revocation tasks, one item for each. Changes nothing. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	return await eachTarget<Target>(this, {
		words: { targets: 'lists', done: '' },
		nameOf: ({ query }) => (query.deviceId === undefined ? 'the application' : `device ${query.deviceId}`),
		read: readTarget,
		work:
			({ transport }) =>
			async ({ query, limit: most, simplify: flat }) => {
				const { deviceId, status } = query;
				const items: IDataObject[] = [];
				const read = await listTasks(transport, query, (task) => {
					// A status in another spelling, or a filter that the platform does not know, must not let others through.
					if (status !== undefined && spelled(task.status) !== spelled(status)) return true;
					if (deviceId !== undefined && !isOfDevice(task, deviceId)) return true;
					items.push(taskItem(task, flat));
					return items.length < most;
				});
				return read.ok ? ok({ items, done: [] }) : read;
			},
	});
}

function readTarget(read: ItemParameters): Target {
	const query: TaskQuery = {
		appId: read.optionalId('options.appId', 'Application ID'),
		...timeRange(readCreated(read)),
	};
	if (read.hasFilter('deviceId')) query.deviceId = read.id('filters.deviceId', 'Device');
	if (read.hasFilter('status')) query.status = read.text('filters.status', 'Status');
	return { query, limit: readLimit(read), simplify: read.flag('simplify', 'Simplify', true) };
}
