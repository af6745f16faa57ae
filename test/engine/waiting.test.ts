import type { IDataObject, INode } from 'n8n-workflow';

import { startPlatform, type Platform } from '../platform/platform';
import { credentialFor, runNode } from './engine';

/** Revoke All Pending with 'Wait for Completion'. */

let platform: Platform;

beforeEach(async () => {
	platform = await startPlatform({ taskDurationMs: 1500 });
});

afterEach(async () => await platform.close());

const run = async (
	deviceIds: string[],
	options: IDataObject = {},
	settings: Partial<INode> = {},
	cancelAfterMs?: number,
) =>
	await runNode({
		credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
		items: deviceIds.map((deviceId) => ({ deviceId })),
		parameters: { options: { waitForCompletion: true, ...options } },
		settings,
		cancelAfterMs,
	});

const polls = () => platform.requests.filter(({ method }) => method === 'GET');

describe('A task that is waited for', () => {
	it('gives its commands as they are at its end', async () => {
		platform.queueCommands('device-1', 2);
		const { items, hints } = await run(['device-1']);
		expect(items.map(({ json }) => [json.status, json.taskStatus])).toEqual([
			['CANCELED', 'SUCCESS'],
			['CANCELED', 'SUCCESS'],
		]);
		expect(hints).toEqual([]);
	});

	it.each(['all', 'revoked', 'none'] as const)(
		'loses no command when the platform then lists %s of them',
		async (finishedTaskList) => {
			platform.set({ finishedTaskList });
			const queued = platform.queueCommands('device-1', 3);
			const { items } = await run(['device-1']);
			expect(items.map(({ json }) => [json.commandId, json.taskStatus])).toEqual(
				queued.map(({ commandId }) => [commandId, 'SUCCESS']),
			);
		},
	);

	it('and revokes only a part gives each command with its own status, and a hint', async () => {
		platform.set({ taskOutcome: 'PART_SUCCESS' });
		platform.queueCommands('device-1', 2);
		const { items, hints } = await run(['device-1']);
		expect(items.map(({ json }) => [json.status, json.taskStatus])).toEqual([
			['CANCELED', 'PART_SUCCESS'],
			['SENT', 'PART_SUCCESS'],
		]);
		expect(hints.join()).toContain('Only some of the commands were revoked');
	});

	it.each([undefined, 'continueErrorOutput'] as const)('and fails is a failed item (%s)', async (onError) => {
		platform.set({ taskOutcome: ({ deviceId }) => (deviceId === 'device-2' ? 'FAILED' : 'SUCCESS') });
		for (const deviceId of ['device-1', 'device-2']) platform.queueCommands(deviceId, 1);
		const { items, failed, stopped } = await run(['device-1', 'device-2'], {}, onError ? { onError } : {});
		const taskId = platform.tasks().find(({ deviceId }) => deviceId === 'device-2')?.taskId;
		const message = stopped?.message ?? String(failed[0]?.json.error);
		expect(message).toContain(`revocation task ${taskId} is FAILED`);
		expect(message).toContain('[item 1]');
		if (onError) {
			expect(items.map(({ json }) => [json.deviceId, json.taskStatus])).toEqual([['device-1', 'SUCCESS']]);
			expect(failed).toHaveLength(1);
		} else {
			for (const { taskId: id } of platform.tasks()) expect(message).toContain(id);
		}
	});

	it('longer than the time that is given shows its last state, and a hint', async () => {
		platform.set({ taskDurationMs: 60_000 });
		platform.queueCommands('device-1', 1);
		const { items, hints } = await run(['device-1'], { waitTimeout: 2 });
		expect(items.map(({ json }) => json.taskStatus)).toEqual(['WAITTING']);
		expect(hints.join()).toContain('The wait ended before the platform had finished the task');
	});

	it('costs no command when it can not be read', async () => {
		platform.failNext({ kind: 'resetBefore', match: { method: 'GET' }, times: Infinity });
		const [command] = platform.queueCommands('device-1', 1);
		const { items, hints, stopped } = await run(['device-1'], { waitTimeout: 3, maxRetries: 0 });
		expect(stopped).toBeUndefined();
		expect(items.map(({ json }) => json.commandId)).toEqual([command?.commandId]);
		expect(hints.join()).toContain('could not be read');
	});

	it('is not polled when it is empty', async () => {
		platform.addDevice('device-1');
		const { items, hints } = await run(['device-1']);
		expect(items).toEqual([]);
		expect(hints).toEqual(['Nothing was queued for: device-1']);
		expect(polls()).toEqual([]);
	});
});

describe('Many tasks', () => {
	it('are waited for side by side, with one call for each round', async () => {
		platform.set({ taskDurationMs: 2000 });
		const deviceIds = Array.from({ length: 20 }, (_, index) => `device-${index}`);
		for (const deviceId of deviceIds) platform.queueCommands(deviceId, 1);
		const { items } = await run(deviceIds);
		expect(items.map(({ json }) => [json.deviceId, json.taskStatus])).toEqual(
			deviceIds.map((deviceId) => [deviceId, 'SUCCESS']),
		);
		// After 1 s, 2.5 s and, should the tasks have been made slowly, 4.75 s: the last look is the first after the end.
		const ended = Math.max(...platform.tasks().map(({ endsAt }) => endsAt));
		expect(polls().filter(({ at }) => at > ended)).toHaveLength(1);
		expect(polls().length).toBeLessThanOrEqual(4);
	});

	it('made by a platform whose clock differs by an hour are found all the same', async () => {
		platform.set({ clockOffsetMs: 3_600_000 });
		for (const deviceId of ['device-1', 'device-2', 'device-3']) platform.queueCommands(deviceId, 1);
		const { items } = await run(['device-1', 'device-2', 'device-3']);
		expect(items.map(({ json }) => json.taskStatus)).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS']);
		expect(polls().every(({ query }) => query.taskId === undefined)).toBe(true);
	});

	it('that other programs made do not cost more calls than looking at each', async () => {
		platform.set({ pageSizeCap: 1 });
		for (const deviceId of ['device-1', 'device-2']) platform.queueCommands(deviceId, 1);
		const { items } = await run(['device-1', 'device-2']);
		expect(items.map(({ json }) => json.taskStatus)).toEqual(['SUCCESS', 'SUCCESS']);
	});
});

describe('A canceled run', () => {
	it('stops waiting at once and makes no further call', async () => {
		platform.set({ taskDurationMs: 60_000 });
		platform.queueCommands('device-1', 1);
		const { run: ended } = await run(['device-1'], {}, {}, 1500);
		expect(ended.status).toBe('canceled');
		expect(platform.tasks()[0]?.status).toBe('WAITTING');
		const calls = platform.requests.length;
		await new Promise((resolve) => {
			// eslint-disable-next-line @n8n/community-nodes/no-restricted-globals -- longer than until the next look
			setTimeout(resolve, 3000);
		});
		expect(platform.requests).toHaveLength(calls);
	});
});

describe('Bad input', () => {
	it.each([0, 1.5, 'long', 86_401])('a wait of %p is told before any call', async (waitTimeout) => {
		const { stopped } = await run(['device-1'], { waitTimeout });
		expect(stopped?.message).toContain("'Wait Timeout' is");
		expect(platform.requests).toEqual([]);
	});
});
