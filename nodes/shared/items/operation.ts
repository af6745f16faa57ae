import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodePropertyOptions,
} from 'n8n-workflow';

import { failForGood } from '../values/results';
import { shownFor } from './fields';
import { refuseAll } from './report';

/** Everything there is to one operation. Adding one is a file that exports this, and a line in its resource. */
export interface Operation {
	/** The entry in 'Operation'; `action` becomes the node's name on the canvas and the text that AI agents see. */
	option: INodePropertyOptions;
	/** Its fields, without what resource and operation they are shown for. */
	fields: INodeProperties[];
	execute: (context: IExecuteFunctions) => Promise<INodeExecutionData[]>;
}

export interface Resource {
	/** The entry in 'Resource'. */
	option: INodePropertyOptions;
	/** In the order of their names. */
	operations: Operation[];
	/** The operation that a new node starts with. */
	defaultOperation: string;
}

/** The fields of a node with these resources; the first one is the default. */
export function propertiesOf(resources: Resource[]): INodeProperties[] {
	const options = resources.map(({ option }) => option).sort((a, b) => a.name.localeCompare(b.name));
	const resource: INodeProperties = {
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options,
		default: '',
	};
	return [
		{ ...resource, default: resources[0]?.option.value },
		...resources.map(operationField),
		...resources.flatMap(({ option, operations }) =>
			operations.flatMap((operation) =>
				shownFor({ resource: [option.value], operation: [operation.option.value] }, operation.fields),
			),
		),
	];
}

/** The caption of a node on the canvas: what is chosen, by the names that the form shows. */
export function subtitleOf(resources: Resource[]): string {
	const names = resources.flatMap(({ option, operations }) =>
		operations.map((operation) => [
			`${option.value}.${operation.option.value}`,
			`${option.name}: ${operation.option.name}`,
		]),
	);
	const chosen = '$parameter["resource"] + "." + $parameter["operation"]';
	return `={{ (${JSON.stringify(Object.fromEntries(names))})[${chosen}] }}`;
}

function operationField({ option, operations, defaultOperation }: Resource): INodeProperties {
	return {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: [option.value] } },
		options: operations.map((operation) => operation.option),
		default: defaultOperation,
	};
}

/** Runs the operation that is chosen in the node. */
export async function executeChosen(
	context: IExecuteFunctions,
	resources: Resource[],
): Promise<INodeExecutionData[]> {
	const resource = String(context.getNodeParameter('resource', 0, resources[0]?.option.value));
	const { operations = [], defaultOperation } =
		resources.find(({ option }) => option.value === resource) ?? {};
	const operation = String(context.getNodeParameter('operation', 0, defaultOperation));
	const chosen = operations.find(({ option }) => option.value === operation);
	if (chosen) return await chosen.execute(context);
	// A workflow of a newer version, or written by hand: never fall back to an operation that can't be undone.
	const { failure } = failForGood(
		`This version of the node does not know the operation '${operation}' of '${resource}'`,
		"Choose one of the operations in 'Operation', or update the package.",
	);
	return refuseAll(context, failure);
}
