import type { INodePropertyOptions, INodeTypeDescription } from 'n8n-workflow';

import { IotCommandRevoke } from '../../nodes/IotCommandRevoke/IotCommandRevoke.node';
import { IotDevice } from '../../nodes/IotDevice/IotDevice.node';

/** What a node can do, by its description. */
export interface OperationOfNode {
	/** `iotCommandRevoke` or `iotDevice`. */
	node: string;
	resource: string;
	operation: string;
	/** What the nodes panel, the canvas and an agent's tool call it. */
	action: string;
}

export const OPERATIONS = [IotCommandRevoke, IotDevice].flatMap((Type) =>
	operationsOf(new Type().description),
);

function operationsOf({ name: node, properties }: INodeTypeDescription): OperationOfNode[] {
	return properties
		.filter(({ name }) => name === 'operation')
		.flatMap(({ displayOptions, options }) =>
			(displayOptions?.show?.resource ?? []).flatMap((resource) =>
				(options as INodePropertyOptions[]).map(({ value, action = '' }) => ({
					node,
					resource: String(resource),
					operation: String(value),
					action,
				})),
			),
		);
}
