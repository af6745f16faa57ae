import type { IDataObject, INode } from 'n8n-workflow';

import { AFTER_WORK } from '../platform/faults';
import { startPlatform, type Fault, type Platform } from '../platform/platform';
import { credentialFor, pace, runNode, type Outcome } from './engine';
import { shortenWaits } from './shortWaits';
import { saysWhereToLook } from './told';

// A congested platform makes the next call wait for a part of the window.
pace.window.ms = 600;

const POST = { path: 'deviceCommandCancelTasks', method: 'POST' };
const GET = { path: 'deviceCommandCancelTasks', method: 'GET' };

let platform: Platform;

shortenWaits(10);

beforeEach(async () => {
	platform = await startPlatform();
});

afterEach(async () => await platform.close());

function queue(count: number, commands = 2): IDataObject[] {
	return Array.from({ length: count }, (_, index) => {
		const deviceId = `device-${index}`;
		platform.queueCommands(deviceId, commands);
		return { deviceId };
	});
}

const run = async (items: IDataObject[], options: IDataObject = {}, settings: Partial<INode> = {}) =>
	await runNode({
		credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
		items,
		parameters: { options: { timeout: 1, ...options } },
		settings,
	});

/** Every queued command came out exactly once, in the order of the inputs, and none is queued any more. */
function expectEachOnce({ items, stopped }: Outcome): void {
	expect(stopped).toBeUndefined();
	expect(items.map(({ json }) => json.commandId)).toEqual(
		platform.commands().map(({ commandId }) => commandId),
	);
	expect(new Set(platform.commands().map(({ status }) => status))).toEqual(new Set(['CANCELED']));
}

const posts = () => platform.requests.filter(({ method }) => method === 'POST');

describe.each([1, 10])('With concurrency %i', (concurrency) => {
	it.each(AFTER_WORK)('an answer that is lost by %s is sent once more and costs no command', async (kind) => {
		const items = queue(10);
		platform.failNext({ kind, match: { ...POST, deviceId: 'device-0' } });
		platform.failNext({ kind, match: { ...POST, deviceId: 'device-7' } });
		expectEachOnce(await run(items, { concurrency }));
		expect(posts()).toHaveLength(12);
	});

	// Without the one that takes a time-out for each device.
	it.each(AFTER_WORK.filter((kind) => kind !== 'hangAfter'))(
		'when every answer is lost by %s, each command still comes out once, beside an item that says so',
		async (kind) => {
			const items = queue(10);
			platform.failNext({ kind, match: POST, times: Infinity });
			const outcome = await run(
				items,
				{ concurrency, maxRetries: 0 },
				{ onError: 'continueErrorOutput' },
			);
			expectEachOnce(outcome);
			expect(outcome.failed).toHaveLength(10);
			for (const [device, { json }] of outcome.failed.entries()) {
				expect(saysWhereToLook(json.message, `device-${device}`)).toBe(true);
			}
			expect(posts()).toHaveLength(20);
		},
	);

	it.each(['resetBefore', 'hang', 'html', 'empty', '503'] as const)(
		'a request that never arrived by %s is sent again',
		async (kind) => {
			const items = queue(10);
			platform.failNext({ kind, match: { ...POST, deviceId: 'device-3' } });
			expectEachOnce(await run(items, { concurrency }));
			expect(platform.tasks()).toHaveLength(10);
			expect(posts()).toHaveLength(11);
		},
	);

	// For device-0, where the platform's clock is read first: before the look-up, between it and the repeat, and later.
	it.each([1, 2, 3, 4])(
		'a request that the platform works off %i answers later costs no command and repeats none',
		async (lateBy) => {
			const items = queue(10);
			platform.failNext({ kind: 'resetLate', lateBy, match: { ...POST, deviceId: 'device-0' } });
			platform.failNext({ kind: 'resetLate', lateBy, match: { ...POST, deviceId: 'device-7' } });
			expectEachOnce(await run(items, { concurrency }));
			expect(platform.requests.filter(({ fault }) => fault === 'resetLate')).toHaveLength(2);
		},
	);

	it('a lost look-up is made again', async () => {
		const items = queue(10);
		platform.failNext({ kind: 'resetAfter', match: { ...POST, deviceId: 'device-3' } });
		platform.failNext({ kind: 'resetAfter', match: GET });
		platform.failNext({ kind: 'halfJson', match: GET });
		expectEachOnce(await run(items, { concurrency }));
		expect(posts()).toHaveLength(11);
	});
});

describe.each([-300_000, 300_000])("With the platform's clock %i ms off ours", (clockOffsetMs) => {
	it.each(AFTER_WORK)('an answer that is lost by %s is found all the same', async (kind) => {
		platform.set({ clockOffsetMs, tokenLifetime: 100_000 });
		const items = queue(3);
		platform.failNext({ kind, match: POST });
		expectEachOnce(await run(items, { concurrency: 1 }));
		expect(posts()).toHaveLength(4);
	});
});

describe('After a lost answer', () => {
	it('a task of an earlier run is not taken for the lost one', async () => {
		const items = queue(1);
		await run(items);
		platform.queueCommands('device-0', 1);
		platform.failNext({ kind: 'resetBefore', match: POST });
		const second = await run(items);
		expect(second.stopped).toBeUndefined();
		expect(second.items.map(({ json }) => json.commandId)).toEqual([platform.commands()[2]?.commandId]);
	});

	it('with Max Retries 0 the request is sent once more all the same', async () => {
		const items = queue(1);
		platform.failNext({ kind: 'resetAfter', match: POST });
		expectEachOnce(await run(items, { maxRetries: 0 }));
		expect(posts()).toHaveLength(2);
	});

	it('a look-up that stays without answer is told, with what to look for', async () => {
		const items = queue(1);
		platform.failNext({ kind: 'resetAfter', match: POST });
		platform.failNext({ kind: 'resetBefore', match: GET, times: Infinity });
		const { stopped } = await run(items, { maxRetries: 1 });
		expect(stopped?.message).toContain('An answer of the platform was lost');
		expect(stopped?.description).toContain('may have revoked the commands');
		expect(stopped?.description).toContain('device-0');
	});

	it('a 500 after which the work was not done is tried again, then looked up', async () => {
		const items = queue(1);
		platform.failNext({
			kind: 'reply',
			status: 500,
			body: { error_code: '100001', error_desc: 'Internal server error.' },
			match: POST,
		});
		expectEachOnce(await run(items));
		const lookUp = { method: 'GET', query: expect.objectContaining({ deviceId: 'device-0' }) as object };
		// Before it, the task that was answered is looked up to see how far the clocks differ.
		const sent = platform.requests.filter(({ query, method }) => method !== 'GET' || !query.taskId);
		expect(sent).toMatchObject([{ method: 'POST' }, { method: 'POST' }, lookUp]);
	});

	it('the task is found where the platform counts its pages from 1', async () => {
		platform.queueCommands('device-0', 2);
		platform.failNext({ kind: 'resetAfter', match: POST });
		platform.set({ firstPage: 1 });
		expectEachOnce(await run([{ deviceId: 'device-0' }]));
	});

	it('the application that was named is named in the look-up too', async () => {
		platform.set({ authorizedAppIds: ['other-application'] });
		const items = [{ deviceId: 'device-0' }];
		platform.queueCommands('device-0', 2, 'other-application');
		platform.failNext({ kind: 'resetAfter', match: POST });
		expectEachOnce(await run(items, { appId: 'other-application' }));
		for (const { query } of platform.requests) expect(query.appId).toBe('other-application');
	});

	it('a session that ended meanwhile is renewed for the look-up', async () => {
		const items = queue(1);
		platform.failNext({ kind: 'resetAfter', match: POST });
		const push = platform.tasks().push.bind(platform.tasks());
		platform.tasks().push = (...made) => {
			platform.expireTokens();
			return push(...made);
		};
		expectEachOnce(await run(items));
	});
});

describe("With 'Retry On Fail'", () => {
	const retry = { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 };
	const refusal: Fault = {
		kind: 'reply',
		status: 400,
		body: { error_code: '100022', error_desc: 'The input is invalid.' },
	};

	it.each([1, 5])(
		'a device that is refused on the first try costs no command, with concurrency %i',
		async (concurrency) => {
			const items = queue(5);
			platform.failNext({ ...refusal, match: { ...POST, deviceId: 'device-3' } });
			expectEachOnce(await run(items, { concurrency }, retry));
			expect(platform.tasks()).toHaveLength(5);
		},
	);

	it('the next run of the same workflow asks for every device again', async () => {
		const items = queue(2);
		platform.failNext({ ...refusal, match: { ...POST, deviceId: 'device-1' } });
		await run(items, { concurrency: 1 }, retry);
		for (const { deviceId } of items) platform.queueCommands(String(deviceId), 1);
		const second = await run(items, { concurrency: 1 }, retry);
		expect(second.items).toHaveLength(2);
	});

	it('a device that stays refused stops the node with what was done', async () => {
		const items = queue(2);
		platform.failNext({ ...refusal, match: { ...POST, deviceId: 'device-1' }, times: Infinity });
		const { stopped } = await run(items, { concurrency: 1 }, retry);
		expect(stopped?.message).toContain('100022');
		expect(stopped?.message).toContain('1 of 2 devices were done');
		expect(stopped?.message).toContain(platform.tasks()[0]?.taskId);
		expect(platform.tasks()).toHaveLength(1);
	});
});
