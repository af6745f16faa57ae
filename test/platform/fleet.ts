import { platformTime } from './clock';
import type { CommandSpec } from './model';
import type { Platform } from './platform';

const HOUR_MS = 3_600_000;

/**
 * Devices that give every operation something to do: some report, some fell silent with commands in their queue, one of
 * them superseded; some can be sent commands by name, of one nothing is known, and one is refused everything.
 */
export async function addDemoFleet(platform: Platform, now: () => number = Date.now): Promise<void> {
	const ago = (hours: number) => platformTime(now() - hours * HOUR_MS);
	const valve = (value: number, hours: number) => ({
		serviceId: 'Valve',
		method: 'SET_VALVE',
		paras: { value },
		creationTime: ago(hours),
	});
	await platform.addDevice('demo-device-1', { name: 'Pump station North', createTime: ago(900) });
	platform.queueCommands('demo-device-1', 3);

	await platform.addDevice('demo-device-2', {
		name: 'Pump station South',
		status: 'ABNORMAL',
		createTime: ago(800),
	});
	platform.queueCommands('demo-device-2', [valve(30, 26), valve(60, 20), valve(0, 2)]);

	await platform.addDevice('demo-device-3', {
		name: 'Meter Market Square',
		status: 'ONLINE',
		createTime: ago(700),
	});
	platform.queueCommands('demo-device-3', [{ ...valve(50, 5), status: 'DELIVERED' }]);

	await platform.addDevice('demo-device-4', {
		name: 'Street lamp 4',
		deviceType: 'StreetLamp',
		createTime: ago(600),
	});
	platform.queueCommands('demo-device-4', [
		{ serviceId: 'Lamp', method: 'DIM', paras: { percent: 40 }, creationTime: ago(3) },
	]);

	await platform.addDevice('demo-device-5', { name: 'Meter Old Mill', isZombie: true, createTime: ago(500) });
	await platform.addDevice('demo-device-6', {
		name: 'Meter Harbor',
		status: 'INACTIVE',
		createTime: ago(1),
	});
}

/** Commands that were created one second after another, the last one now: the first ones are superseded. */
export function commandsInARow(count: number, now = Date.now()): Array<Partial<CommandSpec>> {
	return Array.from({ length: count }, (_, value) => ({
		paras: { value },
		creationTime: platformTime(now - (count - 1 - value) * 1000),
	}));
}

/** What a person should know of the fleet, a line for each device. */
export const FLEET_NOTES = `demo-device-1  OFFLINE   3 commands queued
demo-device-2  ABNORMAL  3 commands queued, the first two superseded by the third
demo-device-3  ONLINE    nothing queued, one command delivered
demo-device-4  OFFLINE   1 command queued; a lamp whose capabilities are not known
demo-device-5  OFFLINE   a zombie: new commands are refused
demo-device-6  INACTIVE  registered an hour ago`;
