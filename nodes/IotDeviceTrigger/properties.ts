import type { INodeProperties } from 'n8n-workflow';

import { EVENTS } from './events';

const STATUSES = ['ABNORMAL', 'INACTIVE', 'OFFLINE', 'ONLINE'];

export const properties: INodeProperties[] = [
	{
		displayName:
			"The platform must reach n8n at the address in 'Webhook URLs' above; localhost or a private name works inside your network only. A test of this node needs the workflow to be inactive: the platform keeps one subscription for each type.",
		name: 'reachability',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Trigger On',
		name: 'events',
		type: 'multiOptions',
		required: true,
		options: EVENTS,
		default: ['deviceStatusChanged'],
		description: 'What starts the workflow',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [
			{
				displayName: 'Application ID',
				name: 'appId',
				type: 'string',
				default: '',
				description:
					'The application that owns the devices, when that is another one that has authorized yours. Leave it empty for your own devices.',
			},
			{
				displayName: 'Device IDs',
				name: 'deviceIds',
				type: 'string',
				default: '',
				placeholder: 'e.g. 7f3c9a52-0d4b-4b1e-9d6f-2a1c5e8b7d90',
				description:
					'Comma-separated list of the devices that start the workflow. Leave it empty for all devices.',
			},
			{
				displayName: 'Simplify',
				name: 'simplify',
				type: 'boolean',
				default: true,
				description: 'Whether to return a simplified version of the response instead of the raw data',
			},
			{
				displayName: 'Statuses',
				name: 'statuses',
				type: 'multiOptions',
				options: STATUSES.map((status) => ({ name: status, value: status })),
				default: [],
				description:
					"The statuses that start the workflow on 'Device Status Changed'; none means all. To act when a device falls silent choose ABNORMAL and OFFLINE: by default ABNORMAL comes after 25 hours and OFFLINE after 49, and a queued command lives 48.",
			},
		],
	},
];
