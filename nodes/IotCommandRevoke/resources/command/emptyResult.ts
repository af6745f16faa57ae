import type { INodeProperties } from 'n8n-workflow';

import type { ItemParameters } from '../../../shared/items/parameters';

export const emptyResult: INodeProperties = {
	displayName: 'If Nothing Is Queued',
	name: 'emptyResult',
	type: 'options',
	options: [
		{
			name: 'Return a Summary',
			value: 'summary',
			description: 'Returns one item with a count of 0 for each input item for which no command is found',
		},
		{
			name: 'Return Nothing',
			value: 'none',
			description: 'Returns no item for an input item for which no command is found',
		},
	],
	default: 'none',
	description:
		'What to return when there is no command. Inside Loop Over Items, choose a summary: n8n ends a loop early when a node in it returns no items.',
};

/** Whether an input item without commands gives an item. */
export function readEmptyResult(read: ItemParameters): boolean {
	return read.choice(emptyResult, 'options') === 'summary';
}
