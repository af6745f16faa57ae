import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

export type Show = NonNullable<IDisplayOptions['show']>;

/** The device, from the first version on a resource locator, so that saved workflows keep working. */
export function deviceIdField(description: string): INodeProperties {
	return {
		displayName: 'Device',
		name: 'deviceId',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required: true,
		description,
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: 'Select a device…',
				typeOptions: { searchListMethod: 'searchDevices', searchable: true },
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: 'e.g. 7f3c9a52-0d4b-4b1e-9d6f-2a1c5e8b7d90',
				hint: 'The ID that the platform gave when the device was registered, not its IMEI',
			},
		],
	};
}

export const simplify: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

export const returnAll: INodeProperties = {
	displayName: 'Return All',
	name: 'returnAll',
	type: 'boolean',
	default: false,
	description: 'Whether to return all results or only up to a given limit',
};

export const limit: INodeProperties = {
	displayName: 'Limit',
	name: 'limit',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 50,
	description: 'Max number of results to return',
};

export const createdAfter: INodeProperties = {
	displayName: 'Created After',
	name: 'createdAfter',
	type: 'dateTime',
	default: '',
	description: 'Only those created at this time or later',
};

export const createdBefore: INodeProperties = {
	displayName: 'Created Before',
	name: 'createdBefore',
	type: 'dateTime',
	default: '',
	description: 'Only those created at this time or earlier',
};

const OPTIONS: Record<string, INodeProperties> = {
	appId: {
		displayName: 'Application ID',
		name: 'appId',
		type: 'string',
		default: '',
		description:
			'The application that owns the device, when that is another one that has authorized yours. Leave it empty for your own devices.',
	},
	concurrency: {
		displayName: 'Concurrency',
		name: 'concurrency',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 100 },
		default: 5,
		description: 'How many devices are worked on at once, from 1 to 100 (default 5)',
	},
	emptyResult: {
		displayName: 'If Nothing Is Queued',
		name: 'emptyResult',
		type: 'options',
		options: [
			{
				name: 'Return Nothing',
				value: 'none',
				description: 'A device without queued commands gives no item',
			},
			{
				name: 'Return a Summary',
				value: 'summary',
				description: 'A device without queued commands gives one item with its revocation task',
			},
		],
		default: 'none',
		description: 'What a device without queued commands gives',
	},
	maxRetries: {
		displayName: 'Max Retries',
		name: 'maxRetries',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 20 },
		default: 5,
		description:
			'How often a call that did not get through is sent again, from 0 to 20 (default 5). Waiting for the threshold does not count, but with 0 a call over the threshold is not waited for either.',
	},
	timeout: {
		displayName: 'Timeout',
		name: 'timeout',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 300 },
		default: 30,
		description: 'How many seconds one request may take, from 1 to 300 (default 30)',
	},
	waitForCompletion: {
		displayName: 'Wait for Completion',
		name: 'waitForCompletion',
		type: 'boolean',
		default: false,
		description:
			'Whether to wait until the platform has worked the revocation task off. Without it the items show the state when the task was made.',
	},
	waitTimeout: {
		displayName: 'Wait Timeout',
		name: 'waitTimeout',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 86400 },
		default: 60,
		description:
			"How many seconds to wait with 'Wait for Completion', from 1 to 86400 (default 60). After that the items show the last known state.",
	},
};

/** The 'Options' collection with the named options and those that every operation has, in the order of their names. */
export function optionsField(...names: string[]): INodeProperties {
	const all = new Set([...names, 'appId', 'concurrency', 'maxRetries', 'timeout']);
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: Object.entries(OPTIONS).flatMap(([name, option]) => (all.has(name) ? option : [])),
	};
}

/** Fields that show for these resources and operations only. */
export function shownFor(show: Show, fields: INodeProperties[]): INodeProperties[] {
	return fields.map((field) => ({
		...field,
		displayOptions: { show: { ...show, ...field.displayOptions?.show } },
	}));
}
