import type { INodePropertyOptions } from 'n8n-workflow';

import { deviceEvent, textOrNull, type DeviceEvent } from '../shared/items/deviceEvent';
import { isOfDevice } from '../shared/values/ids';
import { isObject } from '../shared/values/json';
import { failForGood, ok, type Result } from '../shared/values/results';
import { excerpt } from '../shared/values/text';

/** The status of a device changed: the platform has no type of its own for that (platform API, "Subscriptions and notifications"). */
export const STATUS_CHANGED = 'deviceStatusChanged';
const INFO_CHANGED = 'deviceInfoChanged';

/** What can start a workflow, in the order of the display names. */
export const EVENTS: INodePropertyOptions[] = [
	{ name: 'Device Added', value: 'deviceAdded', description: 'A device was registered' },
	{ name: 'Device Data Changed', value: 'deviceDataChanged', description: 'A device reported data' },
	{ name: 'Device Deleted', value: 'deviceDeleted', description: 'A device was deleted' },
	{
		name: 'Device Info Changed',
		value: INFO_CHANGED,
		description: 'Something other than the status changed, such as the name, model or location',
	},
	{
		name: 'Device Status Changed',
		value: STATUS_CHANGED,
		description: 'A device came online or fell silent (by default ABNORMAL after 25 hours, OFFLINE after 49)',
	},
];

/** The platform's types for the chosen events, each once. */
export function notifyTypesOf(events: string[]): string[] {
	return [...new Set(events.map((event) => (event === STATUS_CHANGED ? INFO_CHANGED : event)))];
}

/** The editor's names of the events that the platform reports under this type. */
export function eventsOf(notifyType: string): string[] {
	return EVENTS.filter(({ value }) => notifyTypesOf([String(value)]).includes(notifyType)).map(
		({ name }) => name,
	);
}

/**
 * Reads a report of the platform. Fields may be null or missing, and unknown ones may be there.
 * @param body the JSON; undefined if it is none
 */
export function readReport(body: unknown): Result<DeviceEvent> {
	if (body === undefined) return notUnderstood('it holds no JSON');
	if (!isObject(body)) return notUnderstood('it is not a JSON object');
	const { notifyType, deviceInfo } = body;
	if (typeof notifyType !== 'string') return notUnderstood("it has no 'notifyType'");
	if (!EVENTS.some(({ value }) => value === notifyType) || notifyType === STATUS_CHANGED) {
		return notUnderstood(`its 'notifyType' is "${excerpt(notifyType.slice(0, 100))}"`);
	}
	const deviceId = textOrNull(body.deviceId);
	if (deviceId === null) return notUnderstood("it has no 'deviceId'");
	if (deviceInfo !== undefined && deviceInfo !== null && !isObject(deviceInfo)) {
		return notUnderstood("its 'deviceInfo' is not an object");
	}
	const services: unknown[] = Array.isArray(body.services) ? body.services : [];
	const event = deviceEvent(notifyType, deviceId, body, [body.service, ...services]);
	const isStatusChange = notifyType === INFO_CHANGED && event.status !== null;
	return ok(isStatusChange ? { ...event, event: STATUS_CHANGED } : event);
}

function notUnderstood(reason: string): Result<never> {
	return failForGood(
		`A report of the platform could not be read: ${reason}`,
		'It started nothing, and the platform will not send it again.',
	);
}

/** What a workflow is to be started by. */
export interface EventFilter {
	events: string[];
	/** Empty: all. */
	deviceIds: string[];
	/** For status changes only. Empty: all. */
	statuses: string[];
}

export function passes({ event, deviceId, status }: DeviceEvent, filter: EventFilter): boolean {
	const { events, deviceIds, statuses } = filter;
	if (!events.includes(event)) return false;
	if (deviceIds.length > 0 && !deviceIds.some((id) => isOfDevice({ deviceId }, id))) return false;
	return event !== STATUS_CHANGED || statuses.length === 0 || statuses.includes((status ?? '').toUpperCase());
}
