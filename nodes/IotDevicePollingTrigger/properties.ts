import type { INodeProperties } from 'n8n-workflow';

import { appId, collection, deviceIdsField, deviceStatuses, simplify } from '../shared/items/fields';

export const statuses: INodeProperties = {
	displayName: 'Statuses',
	name: 'statuses',
	type: 'multiOptions',
	required: true,
	options: deviceStatuses,
	default: ['ABNORMAL', 'OFFLINE'],
	description:
		'Starts the workflow for each device that entered one of these statuses since the last poll. ABNORMAL and OFFLINE mean that a device fell silent: by default after 25 and after 49 hours without a report. A device that comes back and falls silent again starts it again if a poll found it in another status in between.',
};

export const deviceIds = deviceIdsField(
	'Comma-separated IDs of the devices that start the workflow. Up to 20 of them cost one call each per poll; with more, the node reads the lists of devices instead. Leave it empty for all devices.',
);

export const properties: INodeProperties[] = [
	{
		displayName:
			"The first poll, when you publish, starts nothing: it only records which devices already have one of the chosen statuses. Polling every 10 minutes is usually enough. If the platform can reach n8n, 'IoT Device Trigger' reports changes at once and costs no calls.",
		name: 'cost',
		type: 'notice',
		default: '',
	},
	statuses,
	collection('Options', 'Add option', [appId, deviceIds, simplify]),
];
