import { startPlatform, type Platform } from '../platform/platform';
import { credentialFor, runNode } from './engine';
import { recordLog } from './log';

let platform: Platform;

beforeEach(async () => {
	platform = await startPlatform();
});

afterEach(async () => await platform.close());

const creations = () =>
	platform.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('Tasks'));

describe('No command is revoked', () => {
	it("when the workflow names an operation that this version doesn't know", async () => {
		platform.queueCommands('device-1', 2);
		const { stopped } = await runNode({
			credential: credentialFor(platform),
			items: [{ deviceId: 'device-1' }],
			parameters: { operation: 'revokeTomorrow' },
		});
		expect(stopped?.message).toContain("'revokeTomorrow'");
		expect(platform.requests).toEqual([]);
	});

	it("when the expression in 'Simplify' can't be resolved", async () => {
		platform.queueCommands('device-1', 2);
		const { items } = await runNode({
			credential: credentialFor(platform),
			items: [{ deviceId: 'device-1' }],
			parameters: { simplify: "={{ $('No such node').item.json.x }}" },
			settings: { onError: 'continueRegularOutput' },
		});
		expect(items).toEqual([
			{
				json: { error: expect.stringContaining("'Simplify'"), message: expect.any(String) },
				pairedItem: { item: 0 },
			},
		]);
		expect(creations()).toEqual([]);
	});
});

describe('Nothing that was revoked is lost from sight', () => {
	it('when a task tells how many commands it revoked and lists none', async () => {
		platform.set({ finishedTaskList: 'none' });
		platform.queueCommands('device-1', 2);
		platform.failNext({ kind: 'resetAfter', match: { method: 'POST', path: 'deviceCommandCancelTasks' } });
		const { items } = await runNode({
			credential: credentialFor(platform),
			items: [{ deviceId: 'device-1' }],
		});
		expect(items.map(({ json }) => json)).toEqual([
			expect.objectContaining({ taskId: platform.tasks()[0]?.taskId, totalCount: 2 }),
		]);
	});

	it('when the login fails in the middle, without a word about commands that may have been revoked', async () => {
		platform.queueCommands('device-1', 1);
		platform.failNext({ kind: 'resetBefore', match: { path: '/login' }, times: 10 });
		const { stopped } = await runNode({
			credential: credentialFor(platform),
			items: [{ deviceId: 'device-1' }],
			parameters: { options: { maxRetries: 0 } },
		});
		expect(creations()).toEqual([]);
		expect(stopped?.message).toContain('closed the connection');
		expect(`${stopped?.message} ${stopped?.description}`).not.toContain('may have revoked');
	});

	it('when a lost answer is not found: the message says what may have happened and where to look', async () => {
		platform.queueCommands('device-1', 1);
		platform.failNext({
			kind: 'html',
			match: { method: 'POST', path: 'deviceCommandCancelTasks' },
			times: 10,
		});
		const { stopped } = await runNode({
			credential: credentialFor(platform),
			items: [{ deviceId: 'device-1' }],
			parameters: { options: { maxRetries: 0 } },
		});
		expect(stopped?.description).toContain('look for a revocation task of device device-1');
	});
});

describe("With 'Retry On Fail'", () => {
	it.each([undefined, 'continueRegularOutput', 'continueErrorOutput'] as const)(
		'a device of which it stayed open whether it was done is sent again and looked up (%s)',
		async (onError) => {
			const queued = platform.queueCommands('device-1', 2);
			platform.failNext({ kind: 'resetAfter', match: { method: 'POST', path: 'deviceCommandCancelTasks' } });
			platform.failNext({ kind: 'resetBefore', match: { method: 'GET' }, times: 2 });
			const { items, stopped } = await runNode({
				credential: credentialFor(platform),
				items: [{ deviceId: 'device-1' }],
				parameters: { options: { maxRetries: 1 } },
				settings: { retryOnFail: true, maxTries: 3, waitBetweenTries: 10, ...(onError ? { onError } : {}) },
			});
			expect(stopped).toBeUndefined();
			expect(items.map(({ json }) => json.commandId)).toEqual(queued.map(({ commandId }) => commandId));
			// Each of the two tries sends its request: the first one's twice, as its answer was lost.
			expect(creations()).toHaveLength(3);
		},
	);
});

describe("With 'Retry On Fail'", () => {
	const retry = { retryOnFail: true, maxTries: 2, waitBetweenTries: 10 };

	it('what an earlier try revoked comes out even if the credential can not be read in the last one', async () => {
		const queued = platform.queueCommands('device-1', 2);
		const credential = credentialFor(platform, { sessionToken: platform.issueToken() });
		const read = credential.getDecrypted.bind(credential);
		credential.getDecrypted = async () => {
			if (creations().length > 1) throw new Error('The credential is gone');
			return await read();
		};
		const { items } = await runNode({
			credential,
			items: [{ deviceId: 'refused' }, { deviceId: 'device-1' }],
			parameters: { options: { concurrency: 1 } },
			settings: { ...retry, onError: 'continueRegularOutput' },
		});
		expect(items[0]?.json.error).toContain('The credential is gone');
		expect(items.slice(1).map(({ json }) => json.commandId)).toEqual(
			queued.map(({ commandId }) => commandId),
		);
	});

	it('a revocation beside which another one may stand comes out, whatever the next try finds', async () => {
		const queued = platform.queueCommands('device-1', 2);
		const match = { method: 'GET', path: 'deviceCommandCancelTasks' };
		platform.failNext({ kind: 'resetBefore', match: { method: 'POST', path: match.path } });
		platform.failNext({ kind: 'resetBefore', match, skip: 2, times: 2 });
		const { items, stopped } = await runNode({
			credential: credentialFor(platform),
			items: [{ deviceId: 'device-1' }],
			parameters: { options: { maxRetries: 1 } },
			settings: retry,
		});
		expect(stopped).toBeUndefined();
		expect(items.map(({ json }) => json.commandId)).toEqual(queued.map(({ commandId }) => commandId));
	});
});

describe('A canceled run', () => {
	afterEach(() => jest.restoreAllMocks());

	const revokeSelected = { operation: 'revokeSelected', filters: { method: 'SET_VALVE' } };

	it.each(['resetAfter', 'hangAfter'] as const)(
		'names the command whose revocation was under way when its answer was lost by %s',
		async (kind) => {
			const log = recordLog();
			const [command] = platform.queueCommands('device-1', 1);
			platform.failNext({ kind, match: { method: 'PUT' } });
			const { run } = await runNode({
				credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
				items: [{ deviceId: 'device-1' }],
				parameters: revokeSelected,
				cancelAfterMs: 400,
			});
			expect(run.status).toBe('canceled');
			expect(log.join('\n')).toContain(
				`not known whether done: device device-1 (commands ${command?.commandId})`,
			);
		},
	);

	it('that only reads warns of nothing', async () => {
		const log = recordLog();
		platform.queueCommands('device-1', 1);
		platform.failNext({ kind: 'hang', match: { method: 'GET' } });
		const { run } = await runNode({
			credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
			items: [{ deviceId: 'device-1' }],
			parameters: { operation: 'getAll' },
			cancelAfterMs: 400,
		});
		expect(run.status).toBe('canceled');
		expect(log.join('\n')).not.toContain('may have done');
	});

	it.each([undefined, 'continueRegularOutput'] as const)('ends as canceled (%s)', async (onError) => {
		platform.queueCommands('device-1', 1);
		platform.failNext({ kind: 'hangAfter', match: { method: 'POST', path: 'deviceCommandCancelTasks' } });
		const { run } = await runNode({
			credential: credentialFor(platform),
			items: [{ deviceId: 'device-1' }],
			settings: onError ? { onError } : {},
			cancelAfterMs: 700,
		});
		expect(run.status).toBe('canceled');
	});
});

describe('What a task lists', () => {
	const reply = (deviceCommands: unknown[], totalCount: number) =>
		platform.failNext({
			kind: 'reply',
			status: 201,
			body: { taskId: 'task-1', deviceId: 'device-1', status: 'WAITTING', totalCount, deviceCommands },
			match: { method: 'POST', path: 'deviceCommandCancelTasks' },
		});

	it.each([null, '', undefined])('comes out whole when the commands have the ID %p', async (commandId) => {
		reply([{ commandId }, { commandId }], 2);
		const { items } = await runNode({
			credential: credentialFor(platform),
			items: [{ deviceId: 'device-1' }],
		});
		expect(items).toHaveLength(2);
	});

	it('brings a hint when it is shorter than the task says', async () => {
		reply([{ commandId: 'a' }], 5);
		const { items, hints } = await runNode({
			credential: credentialFor(platform),
			items: [{ deviceId: 'device-1' }],
		});
		expect(items).toHaveLength(1);
		expect(hints).toEqual([expect.stringContaining('5 revoked, 1 listed')]);
	});
});
