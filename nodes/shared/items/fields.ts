import type { IDisplayOptions, INodeProperties, INodePropertyMode } from 'n8n-workflow';

export type Show = NonNullable<IDisplayOptions['show']>;

/** A required resource locator: chosen from a list of the editor's, or entered in another way. */
export function locatorField(
	field: Pick<INodeProperties, 'displayName' | 'name' | 'description' | 'typeOptions'>,
	list: { placeholder: string; searchListMethod: string },
	entered: Omit<INodePropertyMode, 'type'>,
): INodeProperties {
	const { placeholder, searchListMethod } = list;
	const typeOptions = { searchListMethod, searchable: true };
	return {
		...field,
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required: true,
		modes: [
			{ displayName: 'From List', name: 'list', type: 'list', placeholder, typeOptions },
			{ ...entered, type: 'string' },
		],
	};
}

/** The device: chosen from the platform's list, or by its ID. */
export function deviceIdField(description: string): INodeProperties {
	return locatorField(
		{ displayName: 'Device', name: 'deviceId', description },
		{ placeholder: 'Select a device…', searchListMethod: 'searchDevices' },
		{
			displayName: 'By ID',
			name: 'id',
			placeholder: 'e.g. 7f3c9a52-0d4b-4b1e-9d6f-2a1c5e8b7d90',
			hint: 'The ID that the platform gave the device at registration, not its IMEI',
		},
	);
}

/**
 * The devices that a trigger watches. Typed, because a list to choose several from has no search and no pages in n8n, and
 * takes no text with commas.
 */
export function deviceIdsField(description: string): INodeProperties {
	return {
		displayName: 'Device IDs',
		name: 'deviceIds',
		type: 'string',
		default: '',
		placeholder: 'e.g. 7f3c9a52-0d4b-4b1e-9d6f-2a1c5e8b7d90',
		description,
	};
}

/** The statuses of a device. */
export const deviceStatuses = ['ABNORMAL', 'INACTIVE', 'OFFLINE', 'ONLINE'].map((status) => ({
	name: status,
	value: status,
}));

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

/** 'Return All', and 'Limit' while that is off. */
export const limitFields: INodeProperties[] = [
	returnAll,
	{ ...limit, displayOptions: { show: { returnAll: [false] } } },
];

export const createdAfter: INodeProperties = {
	displayName: 'Created After',
	name: 'createdAfter',
	type: 'dateTime',
	default: '',
	description: 'Only entries created at or after this time',
};

export const createdBefore: INodeProperties = {
	displayName: 'Created Before',
	name: 'createdBefore',
	type: 'dateTime',
	default: '',
	description: 'Only entries created at or before this time',
};

export const appId: INodeProperties = {
	displayName: 'Application ID',
	name: 'appId',
	type: 'string',
	default: '',
	description:
		'Only for devices of another application that has authorized yours: the ID of that application. Leave it empty for your own devices.',
};

/** The most devices processed at the same time. Without the option, the number grows to this. */
export const MOST_AT_ONCE = 100;

export const concurrency: INodeProperties = {
	displayName: 'Concurrency',
	name: 'concurrency',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: MOST_AT_ONCE },
	default: 50,
	description:
		'How many devices are processed at the same time, from 1 to 100. Without this option, the node starts with 50 and works up to 100 as answers come in.',
};

export const maxRetries: INodeProperties = {
	displayName: 'Max Retries',
	name: 'maxRetries',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 20 },
	default: 5,
	description:
		'How many times a call that did not get through is sent again, from 0 to 20 (default 5). Waiting for the rate limit does not count, but with 0 the node does not wait for it either.',
};

export const timeout: INodeProperties = {
	displayName: 'Timeout',
	name: 'timeout',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 300 },
	default: 30,
	description: 'How many seconds one request may take, from 1 to 300 (default 30)',
};

/** The options of every operation. */
const COMMON_OPTIONS = [appId, concurrency, maxRetries, timeout];

/** The 'Options' collection of an operation: those that all have and `more`. */
export function optionsField(...more: INodeProperties[]): INodeProperties {
	return collection('Options', 'Add option', [...COMMON_OPTIONS, ...more]);
}

/** The 'Filters' collection. */
export function filtersField(filters: INodeProperties[], description?: string): INodeProperties {
	return { ...collection('Filters', 'Add filter', filters), ...(description ? { description } : {}) };
}

/** Fields that a user adds one by one, in the order of their labels. */
export function collection(
	displayName: 'Filters' | 'Options',
	placeholder: string,
	fields: INodeProperties[],
): INodeProperties {
	const options = [...fields].sort((a, b) => a.displayName.localeCompare(b.displayName));
	return {
		displayName,
		name: displayName.toLowerCase(),
		type: 'collection',
		placeholder,
		default: {},
		options,
	};
}

/** Fields that show for these resources and operations only. */
export function shownFor(show: Show, fields: INodeProperties[]): INodeProperties[] {
	return fields.map((field) => ({
		...field,
		displayOptions: { ...field.displayOptions, show: { ...show, ...field.displayOptions?.show } },
	}));
}
