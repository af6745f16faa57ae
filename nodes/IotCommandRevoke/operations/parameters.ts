import type { IDisplayOptions, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { readId } from '../../shared/deviceId';
import { excerpt, isObject } from '../../shared/replies';
import { invalidInput } from '../../shared/invalidInput';
import type { DeviceAddress, Result } from '../../shared/types';

type Show = NonNullable<IDisplayOptions['show']>;

/** The device, from the first version on a resource locator, so that saved workflows keep working. */
export function deviceIdField(show: Show, description: string): INodeProperties {
	return {
		displayName: 'Device',
		name: 'deviceId',
		type: 'resourceLocator',
		default: { mode: 'id', value: '' },
		required: true,
		displayOptions: { show },
		description,
		modes: [
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

export function simplifyField(show: Show): INodeProperties {
	return {
		displayName: 'Simplify',
		name: 'simplify',
		type: 'boolean',
		default: true,
		displayOptions: { show },
		description: 'Whether to return a simplified version of the response instead of the raw data',
	};
}

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
		description: 'How many devices are worked on at once, from 1 to 100',
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
			'How often a call that did not get through is sent again, from 0 to 20. Waiting for the threshold does not count, but with 0 a call over the threshold is not waited for either.',
	},
	timeout: {
		displayName: 'Timeout',
		name: 'timeout',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 300 },
		default: 30,
		description: 'How many seconds one request may take, from 1 to 300',
	},
};

/** The 'Options' collection with the named options, in the order of their display names. */
export function optionsField(show: Show, names: string[]): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show },
		options: names.flatMap((name) => OPTIONS[name] ?? []),
	};
}

/** A parameter's value for an item; an expression that can't be resolved is told like any other bad input. */
export function readParameter(
	context: IExecuteFunctions,
	name: string,
	field: string,
	itemIndex: number,
): Result<unknown> {
	try {
		return { ok: true, value: context.getNodeParameter(name, itemIndex, '') };
	} catch (thrown) {
		const said = isObject(thrown) && typeof thrown.message === 'string' ? `: ${thrown.message}` : '';
		return invalidInput(
			`The expression in '${field}' could not be resolved${said}`,
			`Correct the expression in '${field}'.`,
		);
	}
}

/** The device and, where given, the application that an item names. */
export function readDevice(context: IExecuteFunctions, itemIndex: number): Result<DeviceAddress> {
	const given = readParameter(context, 'deviceId', 'Device', itemIndex);
	if (!given.ok) return given;
	const isLocator = isObject(given.value) && given.value.__rl === true;
	const deviceId = readId(isLocator && isObject(given.value) ? given.value.value : given.value, 'Device');
	if (!deviceId.ok) return deviceId;
	const options = readParameter(context, 'options', 'Options', itemIndex);
	if (!options.ok) return options;
	const named = isObject(options.value) ? options.value.appId : undefined;
	if (named === undefined || named === null || named === '')
		return { ok: true, value: { deviceId: deviceId.value } };
	const appId = readId(named, 'Application ID');
	return appId.ok ? { ok: true, value: { deviceId: deviceId.value, appId: appId.value } } : appId;
}

export interface Limits {
	concurrency: number;
	maxRetries: number;
	timeoutMs: number;
}

/** The options that count for a whole run, checked. */
export function readLimits(context: IExecuteFunctions): Result<Limits> {
	const options = readParameter(context, 'options', 'Options', 0);
	if (!options.ok) return options;
	const given = isObject(options.value) ? options.value : {};
	const concurrency = wholeNumber(given.concurrency ?? 5, 'Concurrency', 1, 100);
	if (!concurrency.ok) return concurrency;
	const maxRetries = wholeNumber(given.maxRetries ?? 5, 'Max Retries', 0, 20);
	if (!maxRetries.ok) return maxRetries;
	const timeout = wholeNumber(given.timeout ?? 30, 'Timeout', 1, 300);
	if (!timeout.ok) return timeout;
	return {
		ok: true,
		value: { concurrency: concurrency.value, maxRetries: maxRetries.value, timeoutMs: timeout.value * 1000 },
	};
}

function wholeNumber(value: unknown, field: string, least: number, most: number): Result<number> {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	if (typeof number === 'number' && Number.isInteger(number) && number >= least && number <= most) {
		return { ok: true, value: number };
	}
	return invalidInput(
		`The option '${field}' is ${excerpt(String(value))}, and it has to be a whole number from ${least} to ${most}`,
		`Correct the option '${field}'.`,
	);
}
