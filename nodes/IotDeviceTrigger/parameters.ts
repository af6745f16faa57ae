import type { IHookFunctions, IWebhookFunctions } from 'n8n-workflow';

import { readId } from '../shared/values/ids';
import { type Result, ok } from '../shared/values/results';

type Context = Pick<IHookFunctions, 'getNodeParameter'> | Pick<IWebhookFunctions, 'getNodeParameter'>;

/** Entries of a list, or of text with commas or blanks between them. */
function entries(value: unknown): unknown[] {
	const given: unknown[] = Array.isArray(value)
		? value
		: typeof value === 'string'
			? value.split(/[\s,]+/)
			: [value];
	return given.filter((entry) => entry !== '' && entry !== undefined && entry !== null);
}

function option(context: Context, name: string): unknown {
	return context.getNodeParameter(`options.${name}`, '');
}

/** The chosen events. */
export function readEvents(context: Context): string[] {
	return entries(context.getNodeParameter('events', [])).map(String);
}

/** The chosen statuses in capitals; none means all. */
export function readStatuses(context: Context): string[] {
	return entries(option(context, 'statuses')).map((status) => String(status).toUpperCase());
}

/** The chosen devices; none means all. */
export function readDeviceIds(context: Context): Result<string[]> {
	const deviceIds: string[] = [];
	for (const entry of entries(option(context, 'deviceIds'))) {
		const deviceId = readId(entry, 'Device IDs');
		if (!deviceId.ok) return deviceId;
		deviceIds.push(deviceId.value);
	}
	return ok(deviceIds);
}

/** The application that owns the devices; undefined for the caller's own. */
export function readOwner(context: Context): Result<string | undefined> {
	const appId = option(context, 'appId');
	if (appId === undefined || appId === null || appId === '') return ok(undefined);
	return readId(appId, 'Application ID');
}

export function readSimplify(context: Context): boolean {
	return option(context, 'simplify') !== false;
}
