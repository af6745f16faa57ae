import type { IDataObject } from 'n8n-workflow';

import { startPlatform, type Platform } from '../platform/platform';
import { credentialFor, runNode } from './engine';

/** Answers that no page promises: what they leave open is never taken for granted. */

const POST = { method: 'POST', path: 'deviceCommandCancelTasks' };
const GET = { method: 'GET', path: 'deviceCommandCancelTasks' };
const PUT = { method: 'PUT', path: 'deviceCommands/' };

let platform: Platform;

beforeEach(async () => {
	platform = await startPlatform();
});

afterEach(async () => await platform.close());

const run = async (parameters: IDataObject = {}, deviceIds = ['device-1']) =>
	await runNode({
		credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
		items: deviceIds.map((deviceId) => ({ deviceId })),
		parameters,
	});

const ids = (items: Array<{ json: IDataObject }>) => items.map(({ json }) => json.commandId);
const sent = (method: string) => platform.requests.filter((request) => request.method === method);

describe.each(['empty', 'refused'] as const)('Where the first page is 1 and page 0 is %s', (pageZero) => {
	beforeEach(() => platform.set({ firstPage: 1, pageZero }));

	it('a lost answer is found', async () => {
		const queued = platform.queueCommands('device-1', 2);
		platform.failNext({ kind: 'resetAfter', match: POST });
		const { items } = await run();
		expect(ids(items)).toEqual(queued.map(({ commandId }) => commandId));
		expect(sent('POST')).toHaveLength(2);
	});

	it('the preview shows what is queued', async () => {
		platform.queueCommands('device-1', 3);
		const { items } = await run({ operation: 'getAll' });
		expect(items).toHaveLength(3);
	});
});

describe('A list that holds entries of other devices', () => {
	it('does not bring their commands into a selection', async () => {
		const [own] = platform.queueCommands('device-1', 1);
		const [other] = platform.queueCommands('device-2', 1);
		platform.failNext({
			kind: 'reply',
			status: 200,
			body: { pagination: { pageSize: 1000 }, data: [other, own] },
			match: { method: 'GET', path: /deviceCommands$/ },
		});
		const { items } = await run({ operation: 'revokeSelected', filters: { method: 'SET_VALVE' } });
		expect(ids(items)).toEqual([own?.commandId]);
		expect(platform.commands('device-2').map(({ status }) => status)).toEqual(['PENDING']);
	});

	it('does not give their task for a lost one', async () => {
		const [own] = platform.queueCommands('device-1', 1);
		platform.failNext({ kind: 'resetBefore', match: POST });
		platform.failNext({
			kind: 'reply',
			status: 200,
			body: {
				pagination: { pageSize: 1000 },
				data: [{ taskId: 'of-another', deviceId: 'device-9', totalCount: 1, deviceCommands: [{}] }],
			},
			match: GET,
			skip: 1,
		});
		expect(ids((await run()).items)).toEqual([own?.commandId]);
	});
});

describe('Revoke Selected', () => {
	const revokeSelected = async () =>
		await run({ operation: 'revokeSelected', filters: { method: 'SET_VALVE' }, options: { maxRetries: 1 } });

	it.each([{ message: 'please log in' }, {}, { commandId: 'another', status: 'PENDING' }])(
		'does not take %p for the revoked command',
		async (body) => {
			platform.queueCommands('device-1', 1);
			platform.failNext({ kind: 'reply', status: 200, body, match: PUT });
			const { items } = await revokeSelected();
			expect(items.map(({ json }) => json.revoked)).toEqual([true]);
			expect(platform.commands().map(({ status }) => status)).toEqual(['CANCELED']);
			expect(sent('PUT')).toHaveLength(2);
		},
	);

	it('does not take an empty list for the proof that a command was not revoked', async () => {
		platform.queueCommands('device-1', 1);
		platform.failNext({ kind: 'resetAfter', match: PUT });
		platform.failNext({
			kind: 'reply',
			status: 200,
			body: { pagination: { pageSize: 1000 }, data: [] },
			match: { method: 'GET', path: /deviceCommands$/ },
			skip: 1,
		});
		const { stopped } = await revokeSelected();
		expect(stopped?.message).toContain('not known whether the command was revoked');
	});

	it('does not believe a list that shows a command pending which the platform calls final', async () => {
		const [command] = platform.queueCommands('device-1', 1);
		platform.failNext({ kind: 'resetAfter', match: PUT });
		platform.failNext({
			kind: 'reply',
			status: 200,
			body: { pagination: { pageSize: 1000 }, data: [{ ...command, status: 'PENDING' }] },
			match: { method: 'GET', path: /deviceCommands$/ },
			skip: 1,
		});
		const { stopped } = await revokeSelected();
		expect(stopped?.message).toContain('not known whether the command was revoked');
	});

	it('tells the status of a command that went out after it was listed, and a hint', async () => {
		const [command] = platform.queueCommands('device-1', [{ status: 'SENT' }]);
		platform.failNext({
			kind: 'reply',
			status: 200,
			body: { pagination: { pageSize: 1000 }, data: [{ ...command, status: 'PENDING' }] },
			match: { method: 'GET', path: /deviceCommands$/ },
		});
		const { items, hints } = await revokeSelected();
		expect(items.map(({ json }) => [json.status, json.revoked])).toEqual([['SENT', false]]);
		expect(items[0]?.json.reason).toContain('100435');
		expect(hints.join()).toContain('Not revoked, see the reason');
	});
});

describe('A task', () => {
	const answer = (body: object, match: object, skip = 0) =>
		platform.failNext({ kind: 'reply', status: 201, body, match, skip });

	it('that says neither how many commands it revokes nor which is read once, and then told', async () => {
		answer({ taskId: 'silent', deviceId: 'device-1', status: 'WAITTING' }, POST);
		const { items, hints } = await run();
		expect(items.map(({ json }) => [json.taskId, json.totalCount])).toEqual([['silent', null]]);
		expect(hints.join()).toContain('does not say which commands it revokes');
		// The list of one task has one page, which may be 0 or 1.
		expect(sent('GET').map(({ query }) => [query.taskId, query.pageNo])).toEqual([
			['silent', '0'],
			['silent', '1'],
		]);
	});

	it.each([{}, { waitForCompletion: true, waitTimeout: 1 }])(
		'that stays silent when it is read again is told all the same, with %p',
		async (options) => {
			const silent = { taskId: 'silent', deviceId: 'device-1', status: 'WAITTING' };
			answer(silent, POST);
			platform.failNext({
				kind: 'reply',
				status: 200,
				body: { pagination: { pageSize: 1000 }, data: [silent] },
				match: GET,
				times: Infinity,
			});
			const { items, hints } = await run({ options });
			expect(items.map(({ json }) => [json.taskId, json.totalCount])).toEqual([['silent', null]]);
			expect(hints.join()).not.toContain('Nothing was queued');
		},
	);

	it('that may stand beside that of a repeated request is named when it cannot be looked up', async () => {
		platform.queueCommands('device-1', 1);
		platform.failNext({ kind: 'resetBefore', match: POST });
		platform.failNext({ kind: 'resetBefore', match: GET, times: Infinity });
		const { stopped } = await run({ options: { maxRetries: 1 } });
		expect(stopped?.message).toContain("platform's answer was lost");
		expect(`${stopped?.message} ${stopped?.description}`).toContain(platform.tasks()[0]?.taskId);
	});

	it('that is FAILED is not told as done', async () => {
		platform.set({ taskOutcome: 'FAILED' });
		platform.queueCommands('device-1', 1);
		const { stopped } = await run({ options: { waitForCompletion: true, waitTimeout: 5 } });
		expect(stopped?.message).toContain('is FAILED');
		expect(stopped?.message).not.toContain('were done');
	});
});

it('A date that no platform time can tell is told for its item, under Continue too', async () => {
	const { failed, items } = await runNode({
		credential: credentialFor(platform),
		items: [{}],
		parameters: {
			resource: 'revocationTask',
			operation: 'getAll',
			filters: { createdBefore: '+275760-09-13T00:00:00Z' },
		},
		settings: { onError: 'continueErrorOutput' },
	});
	expect(items).toEqual([]);
	expect(failed.map(({ json }) => json.error)).toEqual([expect.stringContaining("'Created Before'")]);
});
