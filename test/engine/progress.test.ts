import { startPlatform, type Platform } from '../platform/platform';
import { credentialFor, runNode } from './engine';
import { recordLog } from './log';
import { MovedClock } from './movedClock';

jest.setTimeout(60_000);

const clock = new MovedClock();
let log: string[];
let platform: Platform;

beforeEach(async () => {
	clock.install();
	log = recordLog();
	platform = await startPlatform({ now: clock.now });
});

afterEach(async () => {
	clock.uninstall();
	jest.restoreAllMocks();
	await platform.close();
});

const lines = () => log.filter((line) => line.includes('devices are done'));

function queue(count: number) {
	return Array.from({ length: count }, (_, index) => {
		platform.queueCommands(`device-${index}`, 1);
		return { deviceId: `device-${index}` };
	});
}

describe('The log of n8n', () => {
	it('tells in a run of minutes how many devices are done and until when the threshold is waited for', async () => {
		platform.set({ threshold: 20 });
		const began = clock.now();
		const { items } = await runNode({
			credential: credentialFor(platform, { requestsPerMinute: 20 }),
			items: queue(60),
			parameters: { options: { concurrency: 5 } },
		});
		expect(items).toHaveLength(60);
		expect(clock.now() - began).toBeGreaterThan(120_000);
		const waits = lines().filter((line) => line.includes('waiting for the rate limit'));
		expect(waits.length).toBeGreaterThanOrEqual(2);
		for (const [index, line] of waits.slice(0, 2).entries()) {
			const [, done, until = ''] = /(\d+) of 60 devices .* until (\S+)/.exec(line) ?? [];
			expect(Number(done)).toBeGreaterThanOrEqual(20 * (index + 1) - 5);
			expect(Number(done)).toBeLessThanOrEqual(20 * (index + 1));
			expect(Math.abs(Date.parse(until) - began - 60_000 * (index + 1))).toBeLessThan(10_000);
		}
	});

	it('tells twice a minute how many devices are done when the platform is slow', async () => {
		const slow = jest.spyOn(clock, 'now');
		const began = Date.now();
		// Each look at the clock is 100 ms later than the one before.
		let looks = 0;
		slow.mockImplementation(() => began + (looks += 1) * 100);
		clock.install();
		const { items } = await runNode({ credential: credentialFor(platform), items: queue(100) });
		expect(items).toHaveLength(100);
		const minutes = (looks * 100) / 60_000;
		expect(lines().length).toBeGreaterThanOrEqual(Math.floor(minutes));
		expect(lines().length).toBeLessThanOrEqual(Math.ceil(2 * minutes));
	});

	it('has no line for a short run', async () => {
		await runNode({ credential: credentialFor(platform), items: queue(20) });
		expect(lines()).toEqual([]);
	});
});
