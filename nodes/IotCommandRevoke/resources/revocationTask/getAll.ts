import type { INodeProperties } from 'n8n-workflow';

import type { Transport } from '../../../shared/client/transport';
import {
	appId,
	createdAfter,
	createdBefore,
	deviceIdField,
	filtersField,
	limit,
	limitFields,
	optionsField,
	returnAll,
	simplify,
} from '../../../shared/items/fields';
import type { Operation } from '../../../shared/items/operation';
import { failed, type Outcome, type OutputItem } from '../../../shared/items/outcome';
import type { ItemParameters } from '../../../shared/items/parameters';
import { runOperation } from '../../../shared/items/runOperation';
import { listTasks, type TaskQuery } from '../../../shared/platform/revocationTasks';
import { normalizedStatus } from '../../../shared/platform/statuses';
import { isOfDevice } from '../../../shared/values/ids';
import { timeRange } from '../../../shared/values/times';
import { readCreated } from '../command/selection';
import { taskItem } from './taskItem';

const deviceId: INodeProperties = { ...deviceIdField('Only tasks of this device'), required: false };

const status: INodeProperties = {
	displayName: 'Status',
	name: 'status',
	type: 'options',
	options: [
		{ name: 'Failed', value: 'FAILED' },
		{ name: 'Part Success', value: 'PART_SUCCESS', description: 'Only some of the commands were revoked' },
		{ name: 'Running', value: 'RUNNING' },
		{ name: 'Success', value: 'SUCCESS' },
		{ name: 'Waiting', value: 'WAITTING', description: 'The platform spells it WAITTING' },
	],
	default: 'RUNNING',
	description: 'Only tasks in this state',
};

interface Target {
	query: TaskQuery;
	limit: number;
	simplify: boolean;
}

/** Lists revocation tasks, one item for each. Changes nothing. */
export const getAll: Operation = {
	option: {
		name: 'Get Many',
		value: 'getAll',
		description: 'List revocation tasks. Changes nothing.',
		action: 'Get many revocation tasks',
	},
	fields: [
		...limitFields,
		filtersField([createdAfter, createdBefore, deviceId, status]),
		simplify,
		optionsField(),
	],
	execute: async (context) =>
		await runOperation<Target>(context, {
			words: { targets: 'lists of tasks', done: '' },
			nameOf: nameOfQuery,
			read: readTarget,
			work: ({ transport }) => ({ job: async ({ inputs: [{ target }] }) => await list(transport, target) }),
		}),
};

function nameOfQuery({ query }: Pick<Target, 'query'>): string {
	return query.deviceId === undefined ? 'the application' : `device ${query.deviceId}`;
}

function readTarget(read: ItemParameters): Target {
	const query: TaskQuery = {
		appId: read.optionalId(appId, 'options'),
		...timeRange(readCreated(read)),
	};
	if (read.has(deviceId, 'filters')) query.deviceId = read.id(deviceId, 'filters');
	if (read.has(status, 'filters')) query.status = read.text(status, 'filters');
	return {
		query,
		limit: read.flag(returnAll) ? Infinity : read.wholeNumber(limit),
		simplify: read.flag(simplify),
	};
}

async function list(
	transport: Transport,
	{ query, limit: most, simplify: isSimple }: Target,
): Promise<Outcome> {
	const items: OutputItem[] = [];
	const read = await listTasks(transport, query, (task) => {
		// A status in another spelling, or a filter that the platform does not know, must not let others through.
		if (query.status !== undefined && normalizedStatus(task.status) !== normalizedStatus(query.status)) {
			return true;
		}
		if (query.deviceId !== undefined && !isOfDevice(task, query.deviceId)) return true;
		items.push({ json: taskItem(task, isSimple) });
		return items.length < most;
	});
	if (!read.ok) return failed(read.failure);
	const hints =
		items.length > 0 ? [] : [{ text: 'No matching revocation tasks for', about: nameOfQuery({ query }) }];
	return { items, done: [], hints };
}
