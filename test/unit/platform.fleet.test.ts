import { addDemoFleet, FLEET_NOTES } from '../platform/fleet';
import { CAPABILITIES, COMMANDS, refusal, StandIn } from './standIn';

const standIn = new StandIn();

afterEach(async () => await standIn.stop());

beforeEach(async () => {
	const platform = await standIn.start();
	await addDemoFleet(platform, () => standIn.now);
});

const send = async (deviceId: string) =>
	await standIn.post(COMMANDS, { deviceId, command: { serviceId: 'Valve', method: 'RESTART', paras: {} } });

describe('The devices of npm run platform', () => {
	it('are all in the notes, with their status', async () => {
		const { json } = await standIn.get('/control/state');
		const { devices } = json as { devices: Array<{ deviceId: string; status: string }> };
		const shown = devices.map(({ deviceId, status }) => `${deviceId} ${status}`);
		expect(shown).toEqual(FLEET_NOTES.split('\n').map((line) => line.split(/ +/).slice(0, 2).join(' ')));
	});

	it('have queued commands of which some are superseded', () => {
		expect(standIn.statuses('demo-device-1')).toEqual(['PENDING', 'PENDING', 'PENDING']);
		const times = standIn.platform.commands('demo-device-2').map(({ creationTime }) => creationTime);
		expect(new Set(times).size).toBe(3);
		expect(standIn.statuses('demo-device-2')).toEqual(['PENDING', 'PENDING', 'PENDING']);
		expect(standIn.statuses('demo-device-3')).toEqual(['DELIVERED']);
	});

	it('have capabilities, but for one, and take commands, but for another', async () => {
		expect((await standIn.get(`${CAPABILITIES}?deviceId=demo-device-2`)).json).toMatchObject({
			deviceCapabilities: [{ serviceCapabilities: [{ serviceId: 'Valve' }, {}] }],
		});
		expect((await standIn.get(`${CAPABILITIES}?deviceId=demo-device-4`)).json).toEqual({
			deviceCapabilities: [],
		});
		expect(await send('demo-device-3')).toMatchObject({ status: 201 });
		expect(await send('demo-device-5')).toMatchObject(refusal(403, '100612'));
	});
});
