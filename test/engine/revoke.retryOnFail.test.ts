import type { IDataObject, INode } from 'n8n-workflow';

import { credentialFor, runNode } from './engine';
import { useFakeTime } from './fakeTime';
import { recordLog } from './log';
import { saysWhereToLook } from './messages';
import { callsOf, expectEachOnce, GET, idsOf, POST, queueFor, REFUSED } from './revocations';
import { runAsTool } from './toolCalls';
import { usePlatform } from './usePlatform';

/** Revoke All Pending with n8n's 'Retry On Fail', which runs all items again and throws away those of the try before. */

useFakeTime();
const platform = usePlatform();

afterEach(() => jest.restoreAllMocks());

const posts = () => callsOf(platform, POST);

const run = async (items: IDataObject[], options: IDataObject = {}, settings: Partial<INode> = {}) =>
	await runNode({
		credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
		items,
		parameters: { options },
		settings: { retryOnFail: true, maxTries: 2, waitBetweenTries: 1, ...settings },
	});

it.each([1, 5])(
	'A device that is refused in the first try costs no command, with concurrency %i',
	async (concurrency) => {
		const items = queueFor(platform, 5);
		platform.failNext({ ...REFUSED, match: { ...POST, deviceId: 'device-3' } });
		expectEachOnce(platform, await run(items, { concurrency }));
		expect(platform.tasks()).toHaveLength(5);
	},
);

it('The next run of the same workflow asks for every device again', async () => {
	const items = queueFor(platform, 2);
	platform.failNext({ ...REFUSED, match: { ...POST, deviceId: 'device-1' } });
	await run(items, { concurrency: 1 });
	for (const { deviceId } of items) platform.queueCommands(String(deviceId), 1);
	expect((await run(items, { concurrency: 1 })).items).toHaveLength(2);
});

it('A device that stays refused stops the node, which says what was done', async () => {
	const items = queueFor(platform, 2);
	platform.failNext({ ...REFUSED, match: { ...POST, deviceId: 'device-1' }, times: Infinity });
	const { stopped } = await run(items, { concurrency: 1 });
	expect(stopped?.message).toContain('100022');
	expect(stopped?.message).toContain('1 of 2 devices were done');
	expect(stopped?.message).toContain(platform.tasks()[0]?.taskId);
	expect(platform.tasks()).toHaveLength(1);
});

it.each([undefined, 'continueRegularOutput', 'continueErrorOutput'] as const)(
	'A device whose revocation stayed unknown is sent again in the next try and looked up (%s)',
	async (onError) => {
		const items = queueFor(platform, 1);
		platform.failNext({ kind: 'resetAfter', match: POST });
		platform.failNext({ kind: 'resetBefore', match: GET, times: 2 });
		expectEachOnce(platform, await run(items, { maxRetries: 1 }, onError ? { onError } : {}));
		// Twice in the first try, as the answer was lost.
		expect(posts()).toHaveLength(3);
	},
);

it('Commands of an earlier try come out even if the credential can not be read in the last one', async () => {
	const [queued] = platform.queueCommands('device-0', 1);
	const credential = credentialFor(platform, { sessionToken: platform.issueToken() });
	const read = credential.getDecrypted.bind(credential);
	credential.getDecrypted = async () => {
		if (posts().length > 1) throw new Error('The credential is gone');
		return await read();
	};
	const outcome = await runNode({
		credential,
		items: [{ deviceId: 'refused' }, { deviceId: 'device-0' }],
		parameters: { options: { concurrency: 1 } },
		settings: { retryOnFail: true, maxTries: 2, waitBetweenTries: 1, onError: 'continueRegularOutput' },
	});
	expect(outcome.items[0]?.json.error).toContain('The credential is gone');
	expect(idsOf(outcome).slice(1)).toEqual([queued?.commandId]);
});

it('A revocation that may stand beside another one comes out, whatever the next try finds', async () => {
	const items = queueFor(platform, 1);
	platform.failNext({ kind: 'resetBefore', match: POST });
	platform.failNext({ kind: 'resetBefore', match: GET, times: 2 });
	expectEachOnce(platform, await run(items, { maxRetries: 1 }));
});

describe('What an earlier try left unknown', () => {
	it('is named behind the failure for which the last try gave it up', async () => {
		const items = queueFor(platform, 2);
		platform.failNext({ kind: 'resetAfter', match: { ...POST, deviceId: 'device-0' }, times: 2 });
		platform.failNext({ kind: 'resetBefore', match: GET, times: 2 });
		// In the second try device-0 waits for the rate limit when device-1 is refused.
		platform.failNext({ kind: 'throttle', match: { ...POST, deviceId: 'device-0' }, times: Infinity });
		platform.failNext({ ...REFUSED, match: { ...POST, deviceId: 'device-1' }, times: Infinity });
		const { run: ended, stopped } = await run(items, { maxRetries: 1 });
		expect(ended.status).toBe('error');
		expect(stopped?.message).toMatch(/100022.*: device device-1\./);
		expect(stopped?.message).not.toContain('canceled');
		expect(`${stopped?.message} ${stopped?.description}`).toContain(
			'Not known whether done: device device-0',
		);
	});

	it.each(['the credential can not be read', 'the platform refuses'])(
		'is in the message and in the log when in the last try %s',
		async (reason) => {
			const log = recordLog();
			queueFor(platform, 1);
			platform.failNext({ kind: 'resetAfter', match: POST, times: 2 });
			platform.failNext({ kind: 'resetBefore', match: GET });
			if (reason === 'the platform refuses') platform.failNext({ ...REFUSED, match: POST });
			const credential = credentialFor(platform, { sessionToken: platform.issueToken() });
			const read = credential.getDecrypted.bind(credential);
			credential.getDecrypted = async () => {
				if (reason !== 'the platform refuses' && posts().length > 1) throw new Error('It is gone');
				return await read();
			};
			const { stopped } = await runNode({
				credential,
				items: [{ deviceId: 'device-0' }],
				parameters: { options: { maxRetries: 0 } },
				settings: { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 },
			});
			expect(saysWhereToLook(stopped?.description, 'device-0')).toBe(true);
			expect(log.filter((line) => line.includes('not known whether done: device device-0'))).not.toEqual([]);
		},
	);
});

describe('A tool call, in which n8n counts the run index up with each try', () => {
	it('takes over what the first try left unknown', async () => {
		const items = queueFor(platform, 1);
		platform.failNext({ kind: 'resetAfter', match: POST, times: 2 });
		platform.failNext({ kind: 'resetBefore', match: GET });
		const [first, second] = await runAsTool(
			{
				credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
				parameters: { options: { maxRetries: 0 } },
				settings: { retryOnFail: true },
			},
			[items, items],
		);
		expect(first?.stopped).toBeDefined();
		expectEachOnce(platform, second ?? { items: [] });
	});

	it('gives the commands of a device that was done in the first try, and asks for that device once more', async () => {
		const items = queueFor(platform, 2);
		platform.failNext({ ...REFUSED, match: { ...POST, deviceId: 'device-1' } });
		const [first, second] = await runAsTool(
			{
				credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
				settings: { retryOnFail: true },
			},
			[items, items],
		);
		expect(first?.stopped?.message).toContain('100022');
		expectEachOnce(platform, second ?? { items: [] });
		expect(posts()).toHaveLength(4);
	});

	it('does not give what an earlier, separate call took back', async () => {
		const items = queueFor(platform, 1);
		const options = {
			credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
			settings: { retryOnFail: true },
		};
		const [first, second] = await runAsTool(options, [items, items]);
		expect(first?.items).toHaveLength(2);
		expect(second?.items).toEqual([]);
	});

	it('remembers what a call left open while another call is done', async () => {
		const [x, y] = queueFor(platform, 2);
		platform.failNext({ kind: 'resetAfter', match: { ...POST, deviceId: 'device-0' }, times: 2 });
		platform.failNext({ kind: 'resetBefore', match: GET });
		const [first, other, second] = await runAsTool(
			{
				credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
				parameters: { options: { maxRetries: 0 } },
				settings: { retryOnFail: true },
			},
			[[x ?? {}], [y ?? {}], [x ?? {}]],
		);
		expect([first?.stopped !== undefined, other?.stopped !== undefined]).toEqual([true, false]);
		const revoked = platform.commands('device-0').map(({ commandId }) => commandId);
		expect(second?.items.map(({ json }) => json.commandId).sort()).toEqual(revoked.sort());
	});
});

it('What the first try revoked is in the log when the second one is canceled', async () => {
	const log = recordLog();
	const items = queueFor(platform, 2);
	platform.failNext({ ...REFUSED, match: { ...POST, deviceId: 'device-1' }, times: Infinity });
	let cancel = () => {};
	platform.set({ onCall: () => void (posts().length === 3 && cancel()) });
	const { run: ended } = await runNode({
		credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
		items,
		parameters: { options: { concurrency: 1 } },
		settings: { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 },
		onStart: (stop) => (cancel = stop),
	});
	expect(ended.status).toBe('canceled');
	const [task] = platform.tasks();
	expect(log.join('\n')).toContain(`canceled. Revocation accepted: device-0 (task ${task?.taskId})`);
});

it('A device that was accepted in the first try is waited for, although another one failed', async () => {
	const items = queueFor(platform, 2);
	platform.set({ taskDurationMs: 5_000 });
	platform.failNext({ ...REFUSED, match: { ...POST, deviceId: 'device-1' } });
	const { items: revoked } = await run(items, { concurrency: 1, waitForCompletion: true });
	expect(revoked.map(({ json }) => json.taskStatus)).toEqual(revoked.map(() => 'SUCCESS'));
	expectEachOnce(platform, { items: revoked });
});

it('What an earlier try left open is in the message when an item can not be read in the last one', async () => {
	const items = queueFor(platform, 2);
	platform.failNext({ kind: 'resetAfter', match: { ...POST, deviceId: 'device-0' }, times: Infinity });
	platform.failNext({ kind: 'resetBefore', match: GET, times: Infinity });
	let tries = 0;
	const credential = credentialFor(platform, { sessionToken: platform.issueToken() });
	const [first = {}, second = {}] = items;
	Object.defineProperty(second, 'deviceId', {
		enumerable: true,
		get: () => (posts().length > 0 ? '' : 'device-1'),
	});
	const { stopped } = await runNode({
		credential,
		items: [first, second],
		parameters: { options: { maxRetries: 0, concurrency: 1 } },
		settings: { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 },
		onStart: () => void (tries += 1),
	});
	expect(tries).toBe(1);
	expect(stopped?.message).toContain("'Device' is empty");
	expect(`${stopped?.message} ${stopped?.description}`).toMatch(/Not known whether done: device device-0/);
});

it('Commands without an ID that two tries revoked come out both', async () => {
	const items = queueFor(platform, 1, 1);
	platform.failNext({ kind: 'resetAfter', match: POST, times: 2 });
	platform.set({
		onCall: ({ method }) => {
			if (method === 'POST' && posts().length === 3) platform.queueCommands('device-0', 1);
		},
		onAnswer: (_call, { body }) => {
			const { data, ...task } = body as Partial<Record<string, unknown>>;
			for (const { deviceCommands } of (data ?? [task]) as Array<{ deviceCommands: IDataObject[] }>) {
				for (const command of deviceCommands) command.commandId = null;
			}
		},
	});
	const { items: revoked, stopped } = await run(items, { maxRetries: 0 });
	expect(stopped).toBeUndefined();
	const [first, , third] = platform.tasks();
	expect(revoked.map(({ json }) => [json.commandId, json.taskId])).toEqual([
		[null, first?.taskId],
		[null, third?.taskId],
	]);
});

it('A device whose commands an earlier try revoked has no summary of nothing', async () => {
	const items = queueFor(platform, 1);
	platform.failNext({ kind: 'resetAfter', match: POST, times: 2 });
	const outcome = await run(items, { maxRetries: 0, emptyResult: 'summary' });
	expect(posts()).toHaveLength(3);
	expectEachOnce(platform, outcome);
});

it.each(['summary', 'none'])(
	'Nothing says that nothing was queued where that is not known (If Nothing Is Queued: %s)',
	async (emptyResult) => {
		const items = queueFor(platform, 1, 0);
		platform.failNext({ kind: 'resetAfter', match: POST, times: 2 });
		const settings = { retryOnFail: false, onError: 'continueErrorOutput' } as const;
		const outcome = await run(items, { maxRetries: 0, emptyResult }, settings);
		expect(outcome.items).toEqual([]);
		expect(outcome.hints).toEqual([]);
		expect(saysWhereToLook(outcome.failed[0]?.json.message, 'device-0')).toBe(true);
	},
);

it('A device with nothing queued has one summary, however many tries that took', async () => {
	const items = queueFor(platform, 1, 0);
	platform.failNext({ kind: 'resetAfter', match: POST, times: 2 });
	const outcome = await run(items, { maxRetries: 0, emptyResult: 'summary' });
	expect(outcome.stopped).toBeUndefined();
	expect(outcome.items.map(({ json }) => json.totalCount)).toEqual([0]);
});
