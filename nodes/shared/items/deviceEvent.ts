import { clock } from '../values/clock';
import { isObject, type JsonObject } from '../values/json';
import { toIso } from '../values/times';

/** The item that starts a workflow: the same whether the platform reported it or n8n asked for it. */
export interface DeviceEvent {
	/** What happened, for example `deviceStatusChanged`. */
	event: string;
	deviceId: string;
	gatewayId: string | null;
	/** As the platform spells it; null if it did not change. */
	status: string | null;
	statusDetail: string | null;
	/** The reported data, each with `serviceId`, `serviceType`, `data` and `eventTime`. */
	services: object[];
	/** When n8n learned of it. */
	receivedAt: string;
}

/**
 * Makes the item of an event, from a device as the platform's reports and its device list have it (platform API, "Devices"
 * and "Subscriptions and notifications"). Fields of the device may be null, missing or of another type.
 * @param services the data that was reported, with times in the platform's format
 */
export function deviceEvent(
	event: string,
	deviceId: string,
	{ gatewayId, deviceInfo }: { gatewayId?: unknown; deviceInfo?: unknown },
	services: unknown[] = [],
): DeviceEvent {
	const { status, statusDetail } = isObject(deviceInfo) ? deviceInfo : {};
	return {
		event,
		deviceId,
		gatewayId: textOrNull(gatewayId),
		status: textOrNull(status),
		statusDetail: textOrNull(statusDetail),
		services: services.filter(isObject).map(withIsoTime),
		receivedAt: new Date(clock.now()).toISOString(),
	};
}

function withIsoTime(service: JsonObject): JsonObject {
	return { ...service, eventTime: toIso(textOrNull(service.eventTime)) };
}

/** A text, also where a number stands for it; null for everything else and for an empty one. */
export function textOrNull(value: unknown): string | null {
	if (typeof value === 'number') return String(value);
	return typeof value === 'string' && value !== '' ? value : null;
}
