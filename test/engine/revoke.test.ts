import { startPlatform, type Platform } from '../platform/platform';
import { credentialFor, runNode } from './engine';

let platform: Platform;

beforeEach(async () => {
	platform = await startPlatform();
});

afterEach(async () => await platform.close());

describe('Revoke All Pending', () => {
	it('gives one item for each command of the device', async () => {
		const queued = platform.queueCommands('device-1', [
			{ serviceId: 'Valve', method: 'CLOSE', paras: { percent: 0 }, creationTime: '20170222T164000Z' },
			{},
			{},
		]);
		const { items } = await runNode({
			credential: credentialFor(platform),
			items: [{ deviceId: 'device-1' }],
		});
		expect(items).toHaveLength(3);
		expect(items[0]).toMatchObject({
			json: {
				commandId: queued[0]?.commandId,
				deviceId: 'device-1',
				appId: platform.appId,
				serviceId: 'Valve',
				method: 'CLOSE',
				paras: { percent: 0 },
				status: 'PENDING',
				creationTime: '2017-02-22T16:40:00.000Z',
				taskId: platform.tasks()[0]?.taskId,
				taskStatus: 'WAITTING',
			},
			pairedItem: { item: 0 },
		});
		expect(platform.commands('device-1').map(({ status }) => status)).toEqual([
			'CANCELED',
			'CANCELED',
			'CANCELED',
		]);
	});
});
