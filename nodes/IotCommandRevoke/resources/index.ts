import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';

import { forEachTarget } from '../../shared/items/forEachTarget';
import { invalidInput } from '../../shared/values/results';
import * as getAllCommands from './command/getAll';
import * as revoke from './command/revoke';
import * as revokeSelected from './command/revokeSelected';
import * as getTask from './revocationTask/get';
import * as getAllTasks from './revocationTask/getAll';

/** What the node can do: the fields of every operation, and the choice between them. */
export const properties: INodeProperties[] = [
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Command', value: 'command' },
			{ name: 'Revocation Task', value: 'revocationTask' },
		],
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
				name: 'Get Many',
				value: 'getAll',
				description: 'List commands, as a rule those that are still queued. Changes nothing.',
				action: 'List the queued commands of a device or of all devices without changing anything',
			},
			{
				name: 'Revoke All Pending',
				value: 'revoke',
				description: 'Take back all commands that have not been delivered to a device',
				action: 'Irreversibly revoke all pending commands of a device',
			},
			{
				name: 'Revoke Selected',
				value: 'revokeSelected',
				description: 'Take back those pending commands that the filters choose',
				action: 'Irreversibly revoke the pending commands that match filters',
			},
		],
		default: 'revoke',
	},
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['revocationTask'] } },
		options: [
			{
				name: 'Get',
				value: 'get',
				description: 'Look at one revocation task. Changes nothing.',
				action: 'Get the state of a revocation task',
			},
			{
				name: 'Get Many',
				value: 'getAll',
				description: 'List revocation tasks. Changes nothing.',
				action: 'List revocation tasks and their states',
			},
		],
		default: 'getAll',
	},
	...getTask.fields,
	...getAllTasks.fields,
	...getAllCommands.fields,
	...revokeSelected.fields,
	...revoke.fields,
];

const operations: Record<string, (this: IExecuteFunctions) => Promise<INodeExecutionData[]>> = {
	'command.getAll': getAllCommands.execute,
	'command.revoke': revoke.execute,
	'command.revokeSelected': revokeSelected.execute,
	'revocationTask.get': getTask.execute,
	'revocationTask.getAll': getAllTasks.execute,
};

/** Runs the operation that is chosen in the node. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const resource = this.getNodeParameter('resource', 0, 'command');
	const operation = this.getNodeParameter('operation', 0, 'revoke');
	const chosen = operations[`${String(resource)}.${String(operation)}`];
	if (chosen) return await chosen.call(this);
	// A workflow of a newer version, or written by hand: never fall back to an operation that can't be undone.
	const refusal = invalidInput(
		`This version of the node does not know the operation '${String(operation)}' of '${String(resource)}'`,
		"Choose one of the operations in 'Operation', or update the package.",
	);
	return await forEachTarget(this, {
		words: { targets: 'items', done: '' },
		keyOf: String,
		nameOf: String,
		read: () => refusal,
		prepare: async () => refusal,
	});
}
