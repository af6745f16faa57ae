import type { INodePropertyOptions } from 'n8n-workflow';

import { IotCommandRevoke } from '../../nodes/IotCommandRevoke/IotCommandRevoke.node';

/** What the node can do, by its description: `command.revoke` and so on, with what n8n calls it. */
const ACTIONS = new Map<string, string>(
	new IotCommandRevoke().description.properties
		.filter(({ name }) => name === 'operation')
		.flatMap(({ displayOptions, options }) =>
			(displayOptions?.show?.resource ?? []).flatMap((resource) =>
				(options as INodePropertyOptions[]).map(
					({ value, action }) => [`${String(resource)}.${String(value)}`, action ?? ''] as const,
				),
			),
		),
);

export function operations(): string[] {
	return [...ACTIONS.keys()];
}

/** What the nodes panel, the canvas and an agent's tool call an operation, such as `command.revoke`. */
export function actionOf(operation: string): string {
	const action = ACTIONS.get(operation);
	if (action === undefined) throw new Error(`There is no operation ${operation}`);
	return action;
}
