import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { connect } from '../platform/connect';
import { readId } from '../values/ids';
import { searchDevices as search, type ListedDevice } from '../platform/devices';
import { stoppingError } from './errors';
import type { Failure, Result } from '../values/results';

/** How long a person waits for the list at the most, in milliseconds; what was read until then is kept for a next try. */
const PATIENCE_MS = 10_000;
/** Devices at once in the list; the editor asks for more when a person scrolls. */
const SHOWN = 100;

/**
 * The devices for the field 'Device', by name or ID.
 * @throws NodeApiError or NodeOperationError that says why there is no list
 */
export async function searchDevices(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const skip = Number(paginationToken ?? 0);
	const found = await find(this, filter ?? '', skip);
	if (!found.ok) {
		const failure = found.failure.kind === 'canceled' ? TOOK_TOO_LONG : found.failure;
		throw stoppingError(this.getNode(), failure);
	}
	const { devices, hasMore } = found.value;
	return {
		results: devices.map((device) => ({ name: label(device), value: device.deviceId })),
		...(hasMore ? { paginationToken: String(skip + SHOWN) } : {}),
	};
}

async function find(
	context: ILoadOptionsFunctions,
	text: string,
	skip: number,
): Promise<Result<{ devices: ListedDevice[]; hasMore: boolean }>> {
	const named = context.getCurrentNodeParameter('options.appId');
	const appId = named === undefined || named === '' ? undefined : readId(named, 'Application ID');
	if (appId && !appId.ok) return appId;
	const transport = await connect(context, {
		interactive: true,
		// A person waits: better to say what is in the way than to try again.
		maxRetries: 0,
		timeoutMs: PATIENCE_MS,
		signal: AbortSignal.timeout(PATIENCE_MS),
	});
	if (!transport.ok) return transport;
	return await search(transport.value, transport.value.application, appId?.value, {
		text,
		skip,
		limit: SHOWN,
	});
}

function label({ deviceId, name, status }: ListedDevice): string {
	return [name, status && `(${status})`, name === deviceId ? '' : deviceId].filter(Boolean).join(' ');
}

const TOOK_TOO_LONG: Failure = {
	kind: 'final',
	maybeDone: false,
	what: `The list of devices was not complete after ${PATIENCE_MS / 1000} seconds: the application's calls for this minute are used up, or there are very many devices`,
	help: "Try again in a minute, or choose 'By ID' and enter the device's ID.",
};
