import type { INodeProperties } from 'n8n-workflow';

import { appId, collection, deviceIdsField, deviceStatuses, simplify } from '../shared/items/fields';
import { EVENTS, STATUS_CHANGED } from './events';

// n8n's guidelines want no tooltip here: each choice has its own.
export const events: INodeProperties = {
	displayName: 'Trigger On',
	name: 'events',
	type: 'multiOptions',
	required: true,
	options: EVENTS,
	default: [STATUS_CHANGED],
};

export const deviceIds = deviceIdsField(
	'Comma-separated IDs of the devices that start the workflow. Leave it empty for all devices.',
);

export const statuses: INodeProperties = {
	displayName: 'Statuses',
	name: 'statuses',
	type: 'multiOptions',
	displayOptions: { show: { '/events': [STATUS_CHANGED] } },
	options: deviceStatuses,
	default: [],
	description:
		'The new statuses that start the workflow. Choose none for all of them. For devices that fall silent choose ABNORMAL and OFFLINE: by default a device is ABNORMAL after 25 hours without a report and OFFLINE after 49, and a queued command expires after 48.',
};

export const properties: INodeProperties[] = [
	{
		displayName:
			"The platform must be able to reach n8n at the address in 'Webhook URLs' above. It reports each notification type to only one address. If it can't reach n8n, or already reports to another program, use 'IoT Device Polling Trigger'. Unpublish the workflow before you test this node.",
		name: 'reachability',
		type: 'notice',
		default: '',
	},
	events,
	{
		displayName:
			"The workflow also starts when a device comes back. To start it only for devices that fall silent, choose ABNORMAL and OFFLINE in the option 'Statuses'.",
		name: 'everyStatus',
		type: 'notice',
		displayOptions: {
			show: { events: [STATUS_CHANGED] },
			hide: { '/options.statuses': [{ _cnd: { exists: true } }] },
		},
		default: '',
	},
	collection('Options', 'Add option', [appId, deviceIds, simplify, statuses]),
];
