import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';

import { forEachDevice } from '../../shared/forEachDevice';
import { invalidInput } from '../../shared/invalidInput';
import * as revoke from './command/revoke';
import { readDevice } from './parameters';

/** What the node can do: the fields of every operation, and the choice between them. */
export const properties: INodeProperties[] = [
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options: [{ name: 'Command', value: 'command' }],
		default: 'command',
	},
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['command'] } },
		options: [
			{
				name: 'Revoke All Pending',
				value: 'revoke',
				description: 'Take back all commands that have not been delivered to a device',
				action: 'Revoke all pending commands of a device this cannot be undone',
			},
		],
		default: 'revoke',
	},
	...revoke.fields,
];

const operations: Record<string, (this: IExecuteFunctions) => Promise<INodeExecutionData[]>> = {
	'command.revoke': revoke.execute,
};

/** Runs the operation that is chosen in the node. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const resource = this.getNodeParameter('resource', 0, 'command');
	const operation = this.getNodeParameter('operation', 0, 'revoke');
	const chosen = operations[`${String(resource)}.${String(operation)}`];
	if (chosen) return await chosen.call(this);
	// A workflow of a newer version, or written by hand: never fall back to an operation that can't be undone.
	return await forEachDevice(this, {
		readDevice: (itemIndex) => readDevice(this, itemIndex),
		prepare: async () =>
			invalidInput(
				`This version of the node does not know the operation '${String(operation)}' of '${String(resource)}'`,
				"Choose one of the operations in 'Operation', or update the package.",
			),
	});
}
