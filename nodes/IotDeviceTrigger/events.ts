import type { INodePropertyOptions } from 'n8n-workflow';

import { toIso } from '../shared/values/times';
import { isObject } from '../shared/values/json';

/** The status of a device changed: the platform has no type of its own for that (platform API, section 7). */
const STATUS_CHANGED = 'deviceStatusChanged';
const INFO_CHANGED = 'deviceInfoChanged';

/** What can start a workflow, in the order of the display names. */
export const EVENTS: INodePropertyOptions[] = [
	{ name: 'Device Added', value: 'deviceAdded', description: 'A device was registered' },
	{ name: 'Device Data Changed', value: 'deviceDataChanged', description: 'A device reported data' },
	{ name: 'Device Deleted', value: 'deviceDeleted', description: 'A device was deleted' },
	{
		name: 'Device Info Changed',
		value: INFO_CHANGED,
		description: 'Something other than the status changed, such as name, model or location',
	},
	{
		name: 'Device Status Changed',
		value: STATUS_CHANGED,
		description:
			'A device came online or fell silent (ABNORMAL after 25 hours, OFFLINE after 49, by default)',
	},
];

/** The platform's types for the chosen events, each once. */
export function notifyTypesOf(events: string[]): string[] {
	return [...new Set(events.map((event) => (event === STATUS_CHANGED ? INFO_CHANGED : event)))];
}

/** A push of the platform as the item that starts a workflow. */
export interface DeviceEvent {
	event: string;
	deviceId: string;
	gatewayId: string | null;
	status: string | null;
	statusDetail: string | null;
	/** The reported data, each with `serviceId`, `serviceType`, `data` and `eventTime`. */
	services: object[];
	/** When n8n received it. */
	receivedAt: string;
}

/** What a workflow is to be started by. */
export interface EventFilter {
	events: string[];
	/** Empty: all. */
	deviceIds: string[];
	/** In capitals, for status changes only. Empty: all. */
	statuses: string[];
}

/**
 * Reads a push. Fields may be null or missing, and unknown ones may be there.
 * @returns undefined for a body that tells of no known event and device, and for what the filter leaves out
 */
export function readPush(body: unknown, filter: EventFilter): DeviceEvent | undefined {
	if (!isObject(body)) return undefined;
	const info = isObject(body.deviceInfo) ? body.deviceInfo : {};
	const status = text(info.status);
	const event = body.notifyType === INFO_CHANGED && status !== null ? STATUS_CHANGED : body.notifyType;
	const deviceId = text(body.deviceId);
	if (typeof event !== 'string' || deviceId === null || !filter.events.includes(event)) return undefined;
	if (filter.deviceIds.length > 0 && !filter.deviceIds.includes(deviceId)) return undefined;
	const { statuses } = filter;
	if (event === STATUS_CHANGED && statuses.length > 0 && !statuses.includes((status ?? '').toUpperCase())) {
		return undefined;
	}
	const services = [body.service, ...(Array.isArray(body.services) ? (body.services as unknown[]) : [])];
	return {
		event,
		deviceId,
		gatewayId: text(body.gatewayId),
		status,
		statusDetail: text(info.statusDetail),
		services: services
			.filter(isObject)
			.map((service) => ({ ...service, eventTime: toIso(text(service.eventTime)) })),
		receivedAt: new Date().toISOString(),
	};
}

function text(value: unknown): string | null {
	if (typeof value === 'number') return String(value);
	return typeof value === 'string' && value !== '' ? value : null;
}
