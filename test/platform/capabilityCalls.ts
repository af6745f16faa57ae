import type { Backend, Server } from './backend';
import { Refusal } from './errors';
import { isObject, queryOf, requiredId } from './inputs';
import type { StoredDevice } from './model';
import type { Settings } from './options';

const CAPABILITIES = '/iocm/app/data/v1.1.0/deviceCapabilities';

/** The call of platform API, "Commands", that says what devices understand. */
export function addCapabilityCalls(server: Server, { settings, devices }: Backend): void {
	server.get(CAPABILITIES, async (request) => {
		const { deviceId, gatewayId } = queryOf(request);
		const found = devicesFor(request.applicationId, deviceId, gatewayId);
		const deviceCapabilities = found.flatMap((device) => viewOf(device, settings));
		if (deviceCapabilities.length > 0) return { deviceCapabilities };
		return { deviceCapabilities: settings.noCapabilities === 'null' ? null : [] };
	});

	function devicesFor(appId: string, deviceId?: string, gatewayId?: string): StoredDevice[] {
		if (deviceId === undefined) {
			if (gatewayId === undefined) throw new Refusal('102202');
			return devices.list(appId).filter((device) => device.gatewayId === requiredId(gatewayId));
		}
		const device = devices.find(appId, requiredId(deviceId));
		// HTTP 404 in all calls about devices; 200 in those about commands.
		if (!device) throw new Refusal('100418', 404);
		return gatewayId === undefined || device.gatewayId === gatewayId ? [device] : [];
	}
}

function viewOf({ deviceId, capabilities }: StoredDevice, settings: Settings): object[] {
	if (capabilities.length === 0) {
		return settings.noCapabilities === 'noServices' ? [{ deviceId, serviceCapabilities: [] }] : [];
	}
	return [{ deviceId, serviceCapabilities: capabilities.map((service) => written(service, settings)) }];
}

/** A value with numbers and nulls as the platform is set to write them. */
function written(value: unknown, settings: Settings): unknown {
	if (typeof value === 'number') return settings.capabilityNumbers === 'texts' ? String(value) : value;
	if (Array.isArray(value)) return value.map((entry) => written(entry, settings));
	if (!isObject(value)) return value;
	const kept = Object.entries(value).filter(([, entry]) => settings.nulls === 'null' || entry !== null);
	return Object.fromEntries(kept.map(([name, entry]) => [name, written(entry, settings)]));
}
