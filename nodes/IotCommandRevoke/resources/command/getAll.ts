import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';

import { listCommands } from '../../../shared/platform/commands';
import { eachTarget } from '../../../shared/items/eachTarget';
import { limit, optionsField, returnAll, shownFor, simplify } from '../../../shared/items/fields';
import { readLimit } from '../../../shared/items/parameters';
import { simplifiedCommand } from './commandItems';
import { filtersField, nameOfScope, readSelection, scopeFields, type Selection } from './selection';
import { type DeviceCommand } from '../../../shared/platform/commands';
import { ok } from '../../../shared/values/results';

export const fields: INodeProperties[] = shownFor({ resource: ['command'], operation: ['getAll'] }, [
	...scopeFields,
	returnAll,
	{ ...limit, displayOptions: { show: { returnAll: [false] } } },
	filtersField({
		displayName: 'Statuses',
		name: 'statuses',
		type: 'multiOptions',
		options: [
			{ name: 'Canceled', value: 'CANCELED' },
			{ name: 'Delivered', value: 'DELIVERED' },
			{ name: 'Expired', value: 'EXPIRED' },
			{ name: 'Failed', value: 'FAILED' },
			{ name: 'Pending', value: 'PENDING' },
			{ name: 'Sent', value: 'SENT' },
			{ name: 'Successful', value: 'SUCCESSFUL' },
			{ name: 'Timeout', value: 'TIMEOUT' },
		],
		default: ['PENDING'],
		description: 'Only commands with these statuses; without this filter pending ones only',
	}),
	simplify,
	optionsField(),
]);

interface Target extends Selection {
	limit: number;
	simplify: boolean;
}

/** Lists the commands of a device or of the application, one item for each. Changes nothing. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	return await eachTarget<Target>(this, {
		words: { targets: 'lists', done: '' },
		nameOf: ({ scope }) => nameOfScope(scope),
		read: (read) => {
			const selection = readSelection(read);
			if (read.hasFilter('statuses')) {
				selection.filter.statuses = read.words('filters.statuses', 'Statuses');
			}
			return { ...selection, limit: readLimit(read), simplify: read.flag('simplify', 'Simplify', true) };
		},
		work:
			({ transport }) =>
			async (target) => {
				const { scope, filter } = target;
				const items: IDataObject[] = [];
				const read = await listCommands(transport, scope, filter, (command) => {
					items.push(target.simplify ? simplified(command) : (command as IDataObject));
					return items.length < target.limit;
				});
				if (!read.ok) return read;
				const hints = items.length > 0 ? [] : [{ text: 'No command matches for', about: nameOfScope(scope) }];
				return ok({ items, done: [], hints });
			},
	});
}

function simplified(command: DeviceCommand): IDataObject {
	return { ...simplifiedCommand(command), expireTime: command.expireTime ?? null };
}
