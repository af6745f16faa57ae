import { sleep } from 'n8n-workflow';

import { startPlatform, type Platform } from '../platform/platform';
import { credentialFor, runNode, type Outcome } from './engine';
import { shortenWaits } from './shortWaits';

/** Several executions in one process on one device at the same time. */

const POST = { path: 'deviceCommandCancelTasks', method: 'POST' };

let platform: Platform;

shortenWaits(20);

beforeEach(async () => {
	platform = await startPlatform();
});

afterEach(async () => await platform.close());

const run = async (cancelAfterMs?: number) =>
	await runNode({
		credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
		items: [{ deviceId: 'device-1' }],
		cancelAfterMs,
	});

/** Resolves when the platform has had so many calls. */
async function calls(count: number): Promise<void> {
	while (platform.requests.length < count) await sleep(5);
}

const idsOf = (outcomes: Outcome[]) =>
	outcomes.flatMap(({ items }) => items.map(({ json }) => json.commandId));

it('a lost answer is not taken for that of another run whose answer is still under way', async () => {
	const queued = platform.queueCommands('device-1', 3);
	platform.set({ latencyMs: 500 });
	const first = run();
	await calls(1);
	platform.set({ latencyMs: 0 });
	platform.failNext({ kind: 'resetAfter', match: POST });
	const outcomes = await Promise.all([first, run()]);
	for (const { stopped } of outcomes) expect(stopped).toBeUndefined();
	expect(idsOf(outcomes)).toEqual(queued.map(({ commandId }) => commandId));
});

it('what each of many runs takes back comes out once, whichever answers are lost', async () => {
	const queued = platform.queueCommands('device-1', 5);
	for (const kind of ['halfJson', 'resetAfter', '502After'] as const) {
		platform.failNext({ kind, match: POST, skip: 1 });
	}
	const outcomes = await Promise.all(Array.from({ length: 6 }, async () => await run()));
	for (const { stopped } of outcomes) expect(stopped).toBeUndefined();
	expect(idsOf(outcomes).sort()).toEqual(queued.map(({ commandId }) => commandId).sort());
});

it('a run that is canceled while it waits for another one ends at once, without a call', async () => {
	platform.queueCommands('device-1', 1);
	platform.set({ latencyMs: 2000 });
	const first = run();
	await calls(1);
	const second = await run(50);
	expect(second.run.status).toBe('canceled');
	expect(platform.requests).toHaveLength(1);
	expect(platform.requests[0]?.answeredAt).toBeUndefined();
	expect((await first).items).toHaveLength(1);
});
