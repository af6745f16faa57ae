/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs in Node.js: lets other work go first */
import type { IDataObject, INode } from 'n8n-workflow';

import { AFTER_WORK } from '../platform/faults';
import { credentialFor, runNode, type Outcome } from './engine';
import { useFakeTime } from './fakeTime';
import { saysWhereToLook } from './messages';
import { callsOf, expectEachOnce, GET, idsOf, POST, queueFor, REFUSED } from './revocations';
import { usePlatform } from './usePlatform';

/** Revoke All Pending when answers of the platform are lost: no command is lost with them. */

useFakeTime();
const platform = usePlatform({ tokenLifetime: 1_000_000 });

const run = async (items: IDataObject[], options: IDataObject = {}, settings: Partial<INode> = {}) =>
	await runNode({
		credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
		items,
		parameters: { options },
		settings,
	});

const posts = () => callsOf(platform, POST);

describe.each([1, 10])('With concurrency %i', (concurrency) => {
	it.each(AFTER_WORK)('a request whose answer is lost by %s is sent once more', async (kind) => {
		const items = queueFor(platform, 10);
		platform.failNext({ kind, match: { ...POST, deviceId: 'device-0' } });
		platform.failNext({ kind, match: { ...POST, deviceId: 'device-7' } });
		expectEachOnce(platform, await run(items, { concurrency }));
		expect(posts()).toHaveLength(12);
	});

	it.each(AFTER_WORK)(
		'commands whose answers are all lost by %s come out, beside an item that says where to look',
		async (kind) => {
			const items = queueFor(platform, 10);
			platform.failNext({ kind, match: POST, times: Infinity });
			const outcome = await run(items, { concurrency, maxRetries: 0 }, { onError: 'continueErrorOutput' });
			expectEachOnce(platform, outcome);
			expect(
				outcome.failed.map(({ json }, device) => saysWhereToLook(json.message, `device-${device}`)),
			).toEqual(items.map(() => true));
			expect(posts()).toHaveLength(20);
		},
	);

	it.each(['resetBefore', 'hang', 'html', 'empty', '503'] as const)(
		'a request that never arrived by %s is sent again',
		async (kind) => {
			const items = queueFor(platform, 10);
			platform.failNext({ kind, match: { ...POST, deviceId: 'device-3' } });
			expectEachOnce(platform, await run(items, { concurrency }));
			expect(platform.tasks()).toHaveLength(10);
			expect(posts()).toHaveLength(11);
		},
	);

	// Before the repetition, between it and the look-up, and after both.
	it.each([1, 2, 3, 4])(
		'a request that the platform finishes %i answers later costs no command',
		async (lateBy) => {
			const items = queueFor(platform, 10);
			platform.failNext({ kind: 'resetLate', lateBy, match: { ...POST, deviceId: 'device-0' } });
			platform.failNext({ kind: 'resetLate', lateBy, match: { ...POST, deviceId: 'device-7' } });
			expectEachOnce(platform, await run(items, { concurrency }));
			expect(platform.requests.filter(({ fault }) => fault === 'resetLate')).toHaveLength(2);
		},
	);

	it('a look-up that is lost itself is made again', async () => {
		const items = queueFor(platform, 10);
		platform.failNext({ kind: 'resetAfter', match: { ...POST, deviceId: 'device-3' } });
		platform.failNext({ kind: 'resetAfter', match: GET });
		platform.failNext({ kind: 'halfJson', match: GET });
		expectEachOnce(platform, await run(items, { concurrency }));
		expect(posts()).toHaveLength(11);
	});
});

/** Tolerances of the node are 5 s, 10 minutes and 26 hours: offsets lie between them, and on both sides of each. */
const OFFSETS_S = [3, 10, 180, 590, 610, 3600, 8 * 3600, 20 * 3600];

describe.each(OFFSETS_S.flatMap((seconds) => [-seconds, seconds]))(
	"With the platform's clock %i s ahead of ours",
	(seconds) => {
		it.each([undefined, -30_000])(
			'a lost answer costs no command, with the clock of the gateway %p ms ahead',
			async (gatewayClockOffsetMs) => {
				platform.set({ clockOffsetMs: seconds * 1000, gatewayClockOffsetMs });
				const items = queueFor(platform, 2);
				platform.failNext({ kind: 'resetAfter', match: POST });
				expectEachOnce(platform, await run(items, { concurrency: 1 }));
				expect(posts()).toHaveLength(3);
			},
		);
	},
);

describe.each([10, 180, 3600].flatMap((seconds) => [-seconds, seconds]))(
	"With the platform's clock %i s ahead of ours, and no answer to any request",
	(seconds) => {
		beforeEach(() => platform.set({ clockOffsetMs: seconds * 1000 }));

		it.each([
			['nor to a look-up', { kind: 'resetAfter', match: { path: POST.path } }, true],
			['but to look-ups', { kind: 'resetAfter', match: POST }, false],
			['but a refusal of the repetition', { ...REFUSED, match: POST }, false],
		] as const)('%s, each command comes out or is said to be unknown', async (_what, fault, isSilent) => {
			const items = queueFor(platform, 2);
			platform.failNext({ kind: 'resetAfter', match: POST, times: 2 });
			platform.failNext({ ...fault, times: Infinity });
			const { failed, ...outcome } = await run(items, {}, { onError: 'continueErrorOutput' });
			expect(new Set(platform.commands().map(({ status }) => status))).toEqual(new Set(['CANCELED']));
			expect(failed.map(({ json }, at) => saysWhereToLook(json.message, `device-${at}`))).toEqual([
				true,
				true,
			]);
			if (isSilent) expect(outcome.items).toEqual([]);
		});
	},
);

it.each([undefined, 'continueErrorOutput'] as const)(
	'A platform that lists none of its tasks at their time leaves open what a lost answer revoked (%s)',
	async (onError) => {
		platform.set({ clockOffsetMs: 30 * 3_600_000 });
		const items = queueFor(platform, 1);
		platform.failNext({ kind: 'resetAfter', match: POST });
		const { failed, stopped } = await run(items, {}, onError ? { onError } : {});
		const message = onError ? failed[0]?.json.error : stopped?.message;
		const help = onError ? failed[0]?.json.message : stopped?.description;
		expect(message).toContain('could not find out whether commands of device device-0 were revoked');
		expect(saysWhereToLook(help, 'device-0')).toBe(true);
	},
);

it("An older task of another program is not taken for the lost one where the platform's list lacks ours", async () => {
	platform.set({ clockOffsetMs: 25 * 3_600_000 });
	platform.queueCommands('device-0', 1);
	platform.createTask('device-0');
	platform.set({ clockOffsetMs: 30 * 3_600_000 });
	const items = queueFor(platform, 1);
	platform.failNext({ kind: 'resetAfter', match: POST });
	const { failed } = await run(items, {}, { onError: 'continueErrorOutput' });
	expect(failed[0]?.json.error).toContain(
		'could not find out whether commands of device device-0 were revoked',
	);
	expect(saysWhereToLook(failed[0]?.json.message, 'device-0')).toBe(true);
});

describe('After a lost answer', () => {
	it('commands come out where the platform lists its tasks a moment later', async () => {
		const items = queueFor(platform, 1);
		platform.failNext({ kind: 'resetAfter', match: POST });
		let lists = 0;
		platform.set({
			onAnswer: ({ method, path }, { body }) => {
				if (method !== GET.method || !path.endsWith(GET.path)) return;
				lists += 1;
				if (lists <= 3) Object.assign(body as object, { totalCount: 0, data: [] });
			},
		});
		expectEachOnce(platform, await run(items));
		expect(lists).toBeGreaterThan(3);
	});

	it('a task of an earlier run is not taken for the lost one', async () => {
		const items = queueFor(platform, 1);
		await run(items);
		const [queued] = platform.queueCommands('device-0', 1);
		platform.failNext({ kind: 'resetBefore', match: POST });
		const second = await run(items);
		expect(second.stopped).toBeUndefined();
		expect(idsOf(second)).toEqual([queued?.commandId]);
	});

	it.each(['resetBefore', 'resetAfter'] as const)(
		"a task of another program does not keep ours from being sent, with %s, and both tasks' commands come out",
		async (kind) => {
			const [theirs] = platform.queueCommands('device-0', 1);
			platform.createTask('device-0');
			const [ours] = platform.queueCommands('device-0', 1);
			platform.failNext({ kind, match: POST });
			const outcome = await run([{ deviceId: 'device-0' }]);
			expect(outcome.stopped).toBeUndefined();
			expect(idsOf(outcome)).toContain(ours?.commandId);
			expect(platform.commands().map(({ status }) => status)).toEqual(['CANCELED', 'CANCELED']);
			// In doubt a command comes out rather than not.
			expect([[ours?.commandId], [theirs?.commandId, ours?.commandId]]).toContainEqual(idsOf(outcome));
		},
	);

	it.each([
		{ statusCode: 504, message: 'Gateway Timeout' },
		{ error_code: '999999', error_desc: 'Something new.' },
	])('hidden in HTTP 200 with %j, the commands come out', async (body) => {
		const items = queueFor(platform, 1);
		platform.set({
			onAnswer: ({ method }, answer) => {
				if (method === POST.method && posts().length === 1) answer.body = body;
			},
		});
		expectEachOnce(platform, await run(items));
		expect(posts()).toHaveLength(2);
	});

	it('the request is sent once more with Max Retries 0 too', async () => {
		const items = queueFor(platform, 1);
		platform.failNext({ kind: 'resetAfter', match: POST });
		expectEachOnce(platform, await run(items, { maxRetries: 0 }));
		expect(posts()).toHaveLength(2);
	});

	it('a look-up without an answer stops the node, which says what to look for', async () => {
		const items = queueFor(platform, 1);
		platform.failNext({ kind: 'resetAfter', match: POST });
		platform.failNext({ kind: 'resetBefore', match: GET, times: Infinity });
		const { stopped } = await run(items, { maxRetries: 1 });
		expect(stopped?.message).toContain("The platform's answer was lost");
		expect(saysWhereToLook(stopped?.description, 'device-0')).toBe(true);
	});

	it('a request that only ever gets web pages stops the node, which says what to look for', async () => {
		const items = queueFor(platform, 1);
		platform.failNext({ kind: 'html', match: POST, times: Infinity });
		const { stopped } = await run(items, { maxRetries: 0 });
		expect(saysWhereToLook(stopped?.description, 'device-0')).toBe(true);
		expect(posts()).toHaveLength(2);
	});

	it('a task that lists no commands is an item with their number', async () => {
		platform.set({ finishedTaskList: 'none' });
		const items = queueFor(platform, 1);
		platform.failNext({ kind: 'resetAfter', match: POST });
		const outcome = await run(items);
		expect(outcome.items.map(({ json }) => json)).toEqual([
			expect.objectContaining({ taskId: platform.tasks()[0]?.taskId, totalCount: 2 }),
		]);
	});

	it.each([false, true])(
		'commands that the tasks of both requests list are one item each, without a hint that some are missing (waiting: %p)',
		async (waitForCompletion) => {
			platform.set({ secondTask: 'shared', taskDurationMs: 5000 });
			const items = queueFor(platform, 1);
			platform.failNext({ kind: 'resetAfter', match: POST });
			const outcome = await run(items, { waitForCompletion });
			expect(outcome.items.map(({ json }) => [json.commandId, json.taskId])).toEqual(
				platform.commands().map(({ commandId }) => [commandId, platform.tasks()[0]?.taskId]),
			);
			expect(platform.tasks().map(({ totalCount }) => totalCount)).toEqual([2, 2]);
			expect(outcome.hints).toEqual(waitForCompletion ? [] : [expect.stringContaining('still revoking')]);
		},
	);

	it('a 500 after which the work was not done is tried again, then looked up', async () => {
		const items = queueFor(platform, 1);
		platform.failNext({
			kind: 'reply',
			status: 500,
			body: { error_code: '100001', error_desc: 'Internal server error.' },
			match: POST,
		});
		expectEachOnce(platform, await run(items));
		const lookUp = { method: 'GET', query: expect.objectContaining({ deviceId: 'device-0' }) as object };
		// Before it, the task that was answered is looked up to see how far the clocks differ.
		const sent = platform.requests.filter(({ query, method }) => method !== 'GET' || !query.taskId);
		expect(sent).toMatchObject([{ method: 'POST' }, { method: 'POST' }, lookUp]);
	});

	it('the task is found where the platform counts its pages from 1', async () => {
		const items = queueFor(platform, 1);
		platform.failNext({ kind: 'resetAfter', match: POST });
		platform.set({ firstPage: 1 });
		expectEachOnce(platform, await run(items));
	});

	it('the application that was named is named in the look-up too', async () => {
		platform.set({ authorizedAppIds: ['other-application'] });
		platform.queueCommands('device-0', 2, 'other-application');
		platform.failNext({ kind: 'resetAfter', match: POST });
		expectEachOnce(platform, await run([{ deviceId: 'device-0' }], { appId: 'other-application' }));
		expect(platform.requests.map(({ query }) => query.appId)).toEqual(
			platform.requests.map(() => 'other-application'),
		);
	});

	it('a session that ended meanwhile is renewed for the look-up', async () => {
		const items = queueFor(platform, 1);
		platform.failNext({ kind: 'resetAfter', match: POST });
		let isFirst = true;
		platform.set({
			onAnswer: () => {
				if (isFirst) platform.expireTokens();
				isFirst = false;
			},
		});
		expectEachOnce(platform, await run(items));
		expect(platform.requests.filter(({ path }) => path.endsWith('/login'))).toHaveLength(1);
	});
});

describe('Several runs on one device at the same time', () => {
	const runs = async (count: number): Promise<Outcome[]> =>
		await Promise.all(Array.from({ length: count }, async () => await run([{ deviceId: 'device-0' }])));

	it('do not take the task of a run whose answer is under way for a lost one', async () => {
		const queued = platform.queueCommands('device-0', 3);
		platform.failNext({ kind: 'resetAfter', match: POST, skip: 1 });
		let isFirst = true;
		let second: Promise<Outcome> | undefined;
		platform.set({
			onAnswer: async () => {
				if (!isFirst) return;
				isFirst = false;
				second = run([{ deviceId: 'device-0' }]);
				// Until the other run stands before its own call.
				await new Promise((resolve) => setImmediate(resolve));
			},
		});
		const first = await run([{ deviceId: 'device-0' }]);
		const outcomes = [first, ...(second ? [await second] : [])];
		expect(outcomes.map(({ stopped }) => stopped)).toEqual([undefined, undefined]);
		expect(outcomes.flatMap(idsOf)).toEqual(queued.map(({ commandId }) => commandId));
	});

	it('take each command back once, whichever answers are lost', async () => {
		const queued = platform.queueCommands('device-0', 5);
		for (const kind of ['halfJson', 'resetAfter', '502After'] as const) {
			platform.failNext({ kind, match: POST, skip: 1 });
		}
		const outcomes = await runs(6);
		expect(outcomes.filter(({ stopped }) => stopped)).toEqual([]);
		expect(outcomes.flatMap(idsOf).sort()).toEqual(queued.map(({ commandId }) => commandId).sort());
	});
});

it('A device with nothing queued has one summary, however many requests that took', async () => {
	const [device = {}] = queueFor(platform, 1, 0);
	platform.failNext({ kind: 'resetAfter', match: POST });
	const { items } = await run([device], { emptyResult: 'summary' });
	expect(platform.tasks()).toHaveLength(2);
	expect(items.map(({ json }) => [json.deviceId, json.totalCount])).toEqual([['device-0', 0]]);
});
