/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js, beside the node as another program */
import { request } from 'node:https';
import type { IDataObject } from 'n8n-workflow';

import { clockModule, credentialFor, pace, runNode } from './engine';
import { useFakeTime } from './fakeTime';
import { startWithClock, usePlatform } from './usePlatform';

const WINDOW_MS = pace.window.ms;
const PATH = '/iocm/app/cmd/v1.4.0/deviceCommandCancelTasks';

const time = useFakeTime();
const platform = usePlatform({ threshold: 20, windowMs: WINDOW_MS });

function queue(count: number): IDataObject[] {
	return Array.from({ length: count }, (_, index) => {
		platform.queueCommands(`device-${index}`, 1);
		return { deviceId: `device-${index}` };
	});
}

const deviceIds = (items: Array<{ json: IDataObject }>) => items.map(({ json }) => json.deviceId);

/** Another program of the same application: one call. */
async function callByAnotherProgram(token: string): Promise<void> {
	await new Promise<void>((resolve) => {
		const call = request(
			`${platform.url}${PATH}?deviceId=other-program`,
			{
				ca: platform.certificates.ca,
				headers: { app_key: platform.appId, authorization: `Bearer ${token}` },
			},
			(answer) => answer.resume().on('end', resolve),
		);
		call.on('error', () => resolve());
		call.end();
	});
}

describe('The threshold', () => {
	it.each([1, 10, 60])(
		'of 20 is kept by 60 devices without a refusal, with concurrency %i',
		async (concurrency) => {
			const items = queue(60);
			const { items: revoked, stopped } = await runNode({
				credential: credentialFor(platform, { requestsPerMinute: 20 }),
				items,
				parameters: { options: { concurrency } },
			});
			expect(stopped).toBeUndefined();
			expect(deviceIds(revoked)).toEqual(deviceIds(items.map((json) => ({ json }))));
			expect(platform.requests.filter(({ status }) => status === 403)).toEqual([]);
		},
	);

	it('is kept by two runs at once, and by a run right after another', async () => {
		const items = queue(40);
		const credential = credentialFor(platform, {
			requestsPerMinute: 20,
			sessionToken: platform.issueToken(),
		});
		const run = async (part: IDataObject[]) => await runNode({ credential, items: part });
		const [first, second] = await Promise.all([run(items.slice(0, 15)), run(items.slice(15, 30))]);
		const third = await run(items.slice(30));
		expect([first, second, third].flatMap(({ items: revoked }) => revoked)).toHaveLength(40);
		expect(platform.requests.filter(({ status }) => status === 403)).toEqual([]);
	});

	it.each([
		[20, 60],
		[100, 120],
	])(
		'of %i, half used up by another program, loses none of %i devices and shows no refusal',
		async (threshold, devices) => {
			platform.set({ threshold });
			const items = queue(devices);
			const token = platform.issueToken();
			let running = true;
			const other = (async () => {
				while (running) {
					const calls = Array.from({ length: threshold / 2 }, async () => await callByAnotherProgram(token));
					await Promise.all([...calls, time.sleep(WINDOW_MS)]);
				}
			})();
			const { items: revoked, stopped } = await runNode({
				credential: credentialFor(platform, { requestsPerMinute: threshold }),
				items,
				parameters: { options: { concurrency: 10 } },
				settings: { onError: 'continueRegularOutput' },
			});
			running = false;
			await time.run(other);
			expect(stopped).toBeUndefined();
			expect(deviceIds(revoked)).toEqual(deviceIds(items.map((json) => ({ json }))));
			// The two together do run into it; else this would not show anything.
			expect(platform.requests.some(({ status }) => status === 403)).toBe(true);
		},
	);

	it('that the operator lowered is learned from the refusals', async () => {
		platform.set({ threshold: 8 });
		const items = queue(30);
		const { items: revoked, stopped } = await runNode({
			credential: credentialFor(platform, { requestsPerMinute: 20 }),
			items,
			parameters: { options: { concurrency: 10 } },
		});
		expect(stopped).toBeUndefined();
		expect(revoked).toHaveLength(30);
	});

	it('is not waited for where there is none', async () => {
		platform.set({ threshold: 0 });
		const waits = jest.spyOn(clockModule.clock, 'sleep');
		const { items } = await runNode({ credential: credentialFor(platform), items: queue(60) });
		expect(items).toHaveLength(60);
		expect(waits).not.toHaveBeenCalled();
		waits.mockRestore();
	});

	it('of one application does not slow down another', async () => {
		const other = await startWithClock();
		other.queueCommands('device-0', 1);
		const isUsedUp = new Promise<void>((resolve) =>
			platform.set({ onCall: () => (platform.requests.length === 20 ? resolve() : undefined) }),
		);
		const busy = runNode({
			credential: credentialFor(platform, { requestsPerMinute: 20 }),
			items: queue(45),
		});
		await isUsedUp;
		const began = time.now();
		const { items } = await runNode({
			credential: credentialFor(other, { requestsPerMinute: 20 }),
			items: [{ deviceId: 'device-0' }],
		});
		expect(items).toHaveLength(1);
		expect(time.now()).toBe(began);
		expect((await busy).items).toHaveLength(45);
		expect(time.now()).toBeGreaterThanOrEqual(began + 2 * WINDOW_MS);
		await other.close();
	});
});
