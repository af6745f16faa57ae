import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { simplifiedCommand } from '../../../shared/items/commandItem';
import { limit, limitFields, optionsField, returnAll, simplify } from '../../../shared/items/fields';
import type { Operation } from '../../../shared/items/operation';
import { failed, type Hint, type Job, type Outcome, type OutputItem } from '../../../shared/items/outcome';
import { runOperation } from '../../../shared/items/runOperation';
import type { Transport } from '../../../shared/client/transport';
import {
	listCommands,
	type CommandFilter,
	type DeviceCommand,
	type Pending,
} from '../../../shared/platform/commands';
import { emptyResult } from './emptyResult';
import {
	keyOfSelection,
	missingNamed,
	nameOfScope,
	nameOfUnmatched,
	noMatchItems,
	questionsOf,
	readSelection,
	scopeFields,
	selectionFilters,
	type Selection,
} from './selection';

const statuses: INodeProperties = {
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
	description: 'Only commands with these statuses. Without this filter only pending ones are listed.',
};

interface Target extends Selection {
	limit: number;
}

/** Lists the commands of a device or of the application, one item for each. Changes nothing. */
export const getAll: Operation = {
	option: {
		name: 'Get Many',
		value: 'getAll',
		description: 'List commands, by default those that are still queued. Changes nothing.',
		action: 'Get many commands',
	},
	fields: [...scopeFields, ...limitFields, selectionFilters(statuses), simplify, optionsField(emptyResult)],
	execute: async (context) =>
		await runOperation<Target>(context, {
			words: { targets: 'lists of commands', done: '' },
			keyOf: keyOfSelection,
			nameOf: nameOfScope,
			read: (read) => {
				const selection = readSelection(read);
				if (read.has(statuses, 'filters')) selection.filter.statuses = read.list(statuses, 'filters');
				return {
					...selection,
					limit: read.flag(returnAll) ? Infinity : read.wholeNumber(limit),
					simplify: read.flag(simplify),
				};
			},
			work: ({ transport }) => ({ job: async ({ inputs }) => await list(transport, inputs) }),
		}),
};

async function list(transport: Transport, inputs: Job<Target>['inputs']): Promise<Outcome> {
	const [{ target: first }] = inputs;
	const items: OutputItem[] = [];
	const { questions, askersOf } = questionsOf(inputs);
	const left = questions.map((question) => question.limit);
	let open = left.length;
	const filters = questions.map(({ filter }) => filter);
	const read = await listCommands(transport, first.scope, filters, (command, chosenBy) => {
		const takers = chosenBy.filter((at) => (left[at] ?? 0) > 0);
		for (const at of takers) {
			left[at] = (left[at] ?? 0) - 1;
			if (left[at] === 0) open -= 1;
		}
		if (takers.length > 0) {
			items.push({ json: itemOf(command, first.simplify), itemIndexes: askersOf(takers) });
		}
		return open > 0;
	});
	if (!read.ok) return failed(read.failure);
	const hints = hintsOf(first, filters, { items, isCut: open === 0, pending: read.value });
	return { items: [...items, ...noMatchItems(inputs, items)], done: [], hints };
}

/** What a list came to. */
interface Listed {
	items: OutputItem[];
	/** Whether it ended at 'Limit'. */
	isCut: boolean;
	pending: Pending;
}

function hintsOf(first: Target, filters: CommandFilter[], { items, isCut, pending }: Listed): Hint[] {
	// With other statuses, a command that is not pending may be missing for its status.
	const isOfPending = filters.every(({ statuses: some }) => some === undefined);
	const missing =
		isCut || !isOfPending
			? []
			: missingNamed(
					first,
					filters,
					items.map(({ json }) => json),
					pending,
				);
	if (items.length > 0 || missing.length > 0) return missing;
	const hasFilter = filters.some((filter) => Object.keys(filter).length > 0);
	return hasFilter
		? [{ text: 'No matching commands for', about: nameOfUnmatched(first, pending) }]
		: [{ text: 'Nothing is queued for', about: nameOfScope(first) }];
}

function itemOf(command: DeviceCommand, isSimple: boolean): IDataObject {
	if (!isSimple) return command as IDataObject;
	return simplifiedCommand(command, { expireTime: command.expireTime ?? null });
}
