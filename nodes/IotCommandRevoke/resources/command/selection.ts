import type { INodeProperties } from 'n8n-workflow';

import type { CommandFilter, CommandScope } from '../../../shared/platform/commands';
import { createdAfter, createdBefore, deviceIdField } from '../../../shared/items/fields';
import { readCreated, type ItemParameters } from '../../../shared/items/parameters';

/** Whose commands are meant. */
export const scopeFields: INodeProperties[] = [
	{
		displayName: 'Scope',
		name: 'scope',
		type: 'options',
		options: [
			{ name: 'Device', value: 'device', description: 'The commands of one device' },
			{
				name: 'Application',
				value: 'application',
				description: 'The commands of all devices of the application',
			},
		],
		default: 'device',
		description: 'Whose commands are meant',
	},
	{
		...deviceIdField('The device whose commands are meant. An expression takes it from the input item.'),
		displayOptions: { show: { scope: ['device'] } },
	},
];

/** What preview and revocation choose commands by, and what one of them has besides. */
export function filtersField(...more: INodeProperties[]): INodeProperties {
	return {
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add filter',
		default: {},
		description:
			'A command is chosen when all filters fit. Set the same filters in Get Many first to see which ones.',
		options: [
			{
				displayName: 'Command IDs',
				name: 'commandIds',
				type: 'string',
				default: '',
				placeholder: 'e.g. 394abec2b7d98ae4bd01ada95a61b2a6',
				description: 'Only these commands: IDs with commas between them, or an expression that gives a list',
			},
			createdAfter,
			createdBefore,
			{
				displayName: 'Method',
				name: 'method',
				type: 'string',
				default: '',
				placeholder: 'e.g. SET_VALVE',
				description: "Only commands of this method of the device's profile, in the same spelling",
			},
			{
				displayName: 'Service ID',
				name: 'serviceId',
				type: 'string',
				default: '',
				placeholder: 'e.g. Valve',
				description: "Only commands of this service of the device's profile, in the same spelling",
			},
			...more,
		],
	};
}

export interface Selection {
	scope: CommandScope;
	filter: CommandFilter;
}

/** Which commands an item means. */
export function readSelection(read: ItemParameters): Selection {
	const ofDevice = read.choice('scope', 'Scope') !== 'application';
	const scope: CommandScope = {
		appId: read.optionalId('options.appId', 'Application ID'),
		...(ofDevice ? { deviceId: read.id('deviceId', 'Device') } : {}),
	};
	const filter: CommandFilter = readCreated(read);
	if (read.hasFilter('commandIds')) filter.commandIds = read.words('filters.commandIds', 'Command IDs');
	if (read.hasFilter('method')) filter.method = read.text('filters.method', 'Method');
	if (read.hasFilter('serviceId')) filter.serviceId = read.text('filters.serviceId', 'Service ID');
	return { scope, filter };
}

/** The selection in a message. */
export function nameOfScope({ deviceId }: CommandScope): string {
	return deviceId === undefined ? 'the application' : `device ${deviceId}`;
}
