import type { INodePropertyOptions } from 'n8n-workflow';

import { IotCommandRevoke } from '../../nodes/IotCommandRevoke/IotCommandRevoke.node';

/** What the node can do, by its description: `command.revoke` and so on. */
export function operations(): string[] {
	const { properties } = new IotCommandRevoke().description;
	return properties
		.filter(({ name }) => name === 'operation')
		.flatMap(({ displayOptions, options }) =>
			(displayOptions?.show?.resource ?? []).flatMap((resource) =>
				(options as INodePropertyOptions[]).map(({ value }) => `${String(resource)}.${String(value)}`),
			),
		);
}
