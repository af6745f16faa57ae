import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';

import { deviceEvent } from '../shared/items/deviceEvent';
import { stoppingError } from '../shared/items/errors';
import { connect } from '../shared/platform/connect';
import { clock } from '../shared/values/clock';
import { ok, type Result } from '../shared/values/results';
import { compare } from './compare';
import { readParameters, type Parameters } from './parameters';
import { preview } from './preview';
import { readWatched, type WatchedDevice } from './readWatched';
import { asRemembered, digestOf, newSalt, type Remembered } from './remembered';

const LIMITS = { maxRetries: 2, timeoutMs: 30_000 };

/**
 * How long it may go without saying that n8n has not stored what was remembered, in milliseconds: n8n stores it together
 * with items only. After that a run without items has it stored. A device is silent after hours, so that no restart of
 * n8n can fall between a device's return and its next silence unnoticed.
 */
const MOST_UNSAVED_MS = 3_600_000;

/** The nodes whose poll is under way. */
const running = new Set<string>();
/** What n8n keeps of the nodes that were polled since their workflow was published or n8n was started. */
const polled = new WeakSet<object>();

/**
 * One poll.
 * @returns the items, or null for none
 * @throws NodeApiError or NodeOperationError that says why the poll failed; then nothing has changed
 */
export async function poll(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	const key = JSON.stringify([context.getWorkflow().id, context.getNode().id]);
	const isManual = context.getMode() === 'manual';
	if (running.has(key) && !isManual) {
		context.logger.info(`${context.getNode().name}: the last poll is still running, so this one is skipped`);
		return null;
	}
	const parameters = readParameters(context);
	if (!parameters.ok) throw stoppingError(context.getNode(), parameters.failure);
	if (isManual) return await preview(context, parameters.value, itemOf);
	running.add(key);
	const items = await pollOnce(context, parameters.value).finally(() => running.delete(key));
	if (!items.ok) throw stoppingError(context.getNode(), items.failure);
	return items.value;
}

async function pollOnce(
	context: IPollFunctions,
	parameters: Parameters,
): Promise<Result<INodeExecutionData[][] | null>> {
	const transport = await connect(context, LIMITS);
	if (!transport.ok) return transport;
	const found = await readWatched(transport.value, parameters);
	if (!found.ok) return found;

	const { appId, statuses, deviceIds } = parameters;
	const watched = digestOf([transport.value.application, appId, statuses, deviceIds]);
	const kept = context.getWorkflowStaticData('node');
	const known = isJustPublished(context, kept) ? undefined : asRemembered(kept);
	// After the first poll, when it turns the workflow on, n8n stores what was remembered.
	const isStored = !polled.has(kept);
	polled.add(kept);
	if (known?.watched !== watched) {
		// The first poll only remembers: what is silent already has not just fallen silent.
		remember(kept, compare({ watched, salt: newSalt(), devices: {} }, found.value).next);
		return ok(null);
	}
	const { entered, next, isChanged } = compare(known, found.value);
	if (isStored && entered.length === 0) {
		remember(kept, { ...next, unsavedSince: undefined });
		return ok(null);
	}
	return ok(
		settle(
			kept,
			next,
			isChanged,
			entered.map((device) => itemOf(device, parameters.simplify)),
		),
	);
}

/** Remembers what was found, and gives the items with which n8n stores it. */
function settle(
	kept: IDataObject,
	{ unsavedSince, ...next }: Remembered,
	isChanged: boolean,
	items: INodeExecutionData[],
): INodeExecutionData[][] | null {
	const now = clock.now();
	const since = unsavedSince ?? (isChanged ? now : undefined);
	const isDue = items.length > 0 || (since !== undefined && now - since >= MOST_UNSAVED_MS);
	if (isDue) remember(kept, next);
	else if (isChanged) remember(kept, { ...next, unsavedSince: since });
	return isDue ? [items] : null;
}

function remember(kept: IDataObject, { unsavedSince, ...next }: Remembered): void {
	Object.assign(kept, next);
	if (unsavedSince === undefined) delete kept.unsavedSince;
	else kept.unsavedSince = unsavedSince;
}

/** Whether this is the first poll of a workflow that was published, and not of one that goes on after n8n's start. */
function isJustPublished(context: IPollFunctions, kept: object): boolean {
	return context.getActivationMode() === 'activate' && !polled.has(kept);
}

function itemOf({ deviceId, device }: WatchedDevice, simplify: boolean): INodeExecutionData {
	const event = deviceEvent('deviceStatusChanged', deviceId, device);
	return { json: { ...event, ...(simplify ? {} : { body: { ...device } as IDataObject }) } };
}
