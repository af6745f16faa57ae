import type { IDataObject, INode } from 'n8n-workflow';

import { credentialFor, runNode } from './engine';
import { useFakeTime } from './fakeTime';
import { callsOf, GET, idsOf, POST, queueFor } from './revocations';
import { usePlatform } from './usePlatform';

/** Revoke All Pending with 'Wait for Completion'. */

const time = useFakeTime();
const platform = usePlatform({ taskDurationMs: 1500 });

const run = async (deviceIds: string[], options: IDataObject = {}, settings: Partial<INode> = {}) =>
	await runNode({
		credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
		items: deviceIds.map((deviceId) => ({ deviceId })),
		parameters: { options: { waitForCompletion: true, ...options } },
		settings,
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
		// After 1 s and 2.5 s.
		expect(polls()).toHaveLength(2);
	});

	it.each([1, -1, -8])(
		'made by a platform whose clock differs by %i hours are found all the same',
		async (hours) => {
			platform.set({ clockOffsetMs: hours * 3_600_000 });
			for (const deviceId of ['device-1', 'device-2', 'device-3']) platform.queueCommands(deviceId, 1);
			const { items } = await run(['device-1', 'device-2', 'device-3']);
			expect(items.map(({ json }) => json.taskStatus)).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS']);
			expect(polls().every(({ query }) => query.taskId === undefined)).toBe(true);
		},
	);

	/** Lets time pass when the platform gets the creation of a task, counted from 1, as a long run does. */
	const passWithin = (ms: number, postNo: number) => {
		platform.set({
			onAnswer: ({ method }) => {
				if (method === 'POST' && callsOf(platform, POST).length === postNo) time.pass(ms);
			},
		});
	};

	it('of a run that takes longer than the tolerance for clocks are still read with one call for each round', async () => {
		platform.set({ taskDurationMs: 3_600_000 });
		passWithin(11 * 60_000, 1);
		const items = queueFor(platform, 3);
		await run(
			items.map(({ deviceId }) => String(deviceId)),
			{ concurrency: 1, waitTimeout: 2 },
		);
		// After 1 s and 2 s.
		expect(polls().map(({ query }) => query.taskId)).toStrictEqual([undefined, undefined]);
	});

	it('of a long run, by a platform whose clock is an hour behind, are not read one by one', async () => {
		platform.set({ taskDurationMs: 7_200_000, clockOffsetMs: -3_600_000, tokenLifetime: 100_000 });
		passWithin(55 * 60_000, 2);
		const items = queueFor(platform, 3);
		await run(
			items.map(({ deviceId }) => String(deviceId)),
			{ concurrency: 1, waitTimeout: 1 },
		);
		// The last task alone is within ten minutes of the beginning by our clock; the wider list has the others.
		expect(polls().map(({ query }) => query.taskId)).toStrictEqual([undefined, undefined]);
	});

	it('are read with one call for each round although a try of Retry On Fail made one of them long before', async () => {
		platform.set({ taskDurationMs: 12 * 60_000 });
		const items = queueFor(platform, 2);
		platform.failNext({ kind: 'resetAfter', match: { ...POST, deviceId: 'device-0' }, times: 2 });
		platform.failNext({ kind: 'resetBefore', match: GET });
		let isFirst = true;
		platform.set({
			onCall: ({ method }) => {
				if (method !== 'GET' || !isFirst) return;
				isFirst = false;
				time.pass(11 * 60_000);
			},
		});
		const outcome = await run(
			items.map(({ deviceId }) => String(deviceId)),
			{ concurrency: 1, waitTimeout: 2, maxRetries: 0 },
			{ retryOnFail: true, maxTries: 2, waitBetweenTries: 1 },
		);
		expect(idsOf(outcome)).toEqual(platform.commands().map(({ commandId }) => commandId));
		const [lost] = platform.tasks();
		expect(polls().filter(({ query }) => query.taskId === lost?.taskId)).toEqual([]);
	});

	it('are still listed together when no list has two of them, which are looked at one by one', async () => {
		const unlisted = () =>
			platform
				.tasks()
				.slice(0, 2)
				.map(({ taskId }) => taskId);
		platform.set({
			taskDurationMs: 3_600_000,
			onAnswer: ({ method, query }, answer) => {
				const { data, ...page } = answer.body as { data?: IDataObject[] };
				if (method !== 'GET' || query.taskId !== undefined || !data) return;
				answer.body = { ...page, data: data.filter(({ taskId }) => !unlisted().includes(String(taskId))) };
			},
		});
		const items = queueFor(platform, 4);
		await run(
			items.map(({ deviceId }) => String(deviceId)),
			{ concurrency: 1, waitTimeout: 4 },
		);
		const [first, second] = unlisted();
		// After 1 s the longer list too, for what the shorter one lacks; after 2.5 s and 4 s it is known to have no more.
		expect(polls().map(({ query }) => query.taskId)).toStrictEqual([
			...[undefined, undefined, first, second],
			...[undefined, first, second],
			...[undefined, first, second],
		]);
	});

	it('that other programs made do not cost more calls than looking at each', async () => {
		platform.set({ pageSizeCap: 1 });
		for (const deviceId of ['device-1', 'device-2']) platform.queueCommands(deviceId, 1);
		const { items } = await run(['device-1', 'device-2']);
		expect(items.map(({ json }) => json.taskStatus)).toEqual(['SUCCESS', 'SUCCESS']);
	});
});

/** What a platform may list of a task that is over (platform API, 8.1). */
describe('What became of a command that a finished task leaves out', () => {
	const raceTo = (status: 'SENT' | 'DELIVERED', finishedTaskList: 'all' | 'revoked' | 'none') => {
		const [revoked, gone] = platform.queueCommands('device-1', 2);
		platform.set({ finishedTaskList, taskOutcome: undefined });
		// The device wakes up between the task's creation and its end.
		platform.set({
			onAnswer: ({ method }) => {
				if (method === 'POST' && gone) gone.status = status;
			},
		});
		return [revoked?.commandId, gone?.commandId];
	};

	it.each(['all', 'revoked', 'none'] as const)(
		'is CANCELED where the task is SUCCESS and lists %s',
		async (finishedTaskList) => {
			platform.set({ finishedTaskList });
			platform.queueCommands('device-1', 3);
			const { items } = await run(['device-1']);
			expect(items.map(({ json }) => [json.status, json.taskStatus])).toEqual([
				['CANCELED', 'SUCCESS'],
				['CANCELED', 'SUCCESS'],
				['CANCELED', 'SUCCESS'],
			]);
			expect(polls().filter(({ path }) => path.endsWith('/deviceCommands'))).toEqual([]);
		},
	);

	it.each([
		['SENT', 'revoked'],
		['DELIVERED', 'revoked'],
		['SENT', 'none'],
		['DELIVERED', 'none'],
		['SENT', 'all'],
	] as const)('is read once from the commands: %s, where a PART_SUCCESS lists %s', async (status, listed) => {
		const [revoked, gone] = raceTo(status, listed);
		const { items } = await run(['device-1']);
		expect(items.map(({ json }) => [json.commandId, json.status, json.taskStatus])).toEqual([
			[revoked, 'CANCELED', 'PART_SUCCESS'],
			[gone, status, 'PART_SUCCESS'],
		]);
		expect(
			callsOf(platform, { method: 'GET', path: '/deviceCommands' }).filter(({ path }) =>
				path.endsWith('/deviceCommands'),
			).length,
		).toBeLessThanOrEqual(1);
	});

	it('is looked for among the commands of its device and application alone', async () => {
		raceTo('SENT', 'revoked');
		const { appId } = platform;
		await run(['device-1'], { appId });
		const lists = polls().filter(({ path }) => path.endsWith('/deviceCommands'));
		expect(lists.map(({ query }) => query)).toEqual([
			expect.objectContaining({ deviceId: 'device-1', appId }),
		]);
	});

	it('is null, and a hint says so, where the commands do not settle it either', async () => {
		const [revoked, gone] = raceTo('SENT', 'revoked');
		platform.failNext({
			kind: 'reply',
			status: 200,
			body: { pagination: { pageSize: 1000 }, data: [] },
			match: { method: 'GET', path: /deviceCommands$/ },
		});
		const { items, hints } = await run(['device-1']);
		expect(items.map(({ json }) => [json.commandId, json.status])).toEqual([
			[revoked, 'CANCELED'],
			[gone, null],
		]);
		expect(hints.join('\n')).toContain('does not say what became of some commands');
	});

	it('is null where the commands can not be read, and a hint says why', async () => {
		const [revoked, gone] = raceTo('SENT', 'revoked');
		platform.failNext({
			kind: 'reply',
			status: 200,
			body: { code: 30001, data: null, msg: 'authentication failed' },
			match: { method: 'GET', path: /deviceCommands$/ },
			times: Infinity,
		});
		const { items, hints, stopped } = await run(['device-1'], { maxRetries: 0 });
		expect(stopped).toBeUndefined();
		expect(hints.join()).toContain('could not be looked up');
		expect(hints.join()).toContain('30001: authentication failed');
		expect(items.map(({ json }) => [json.commandId, json.status])).toEqual([
			[revoked, 'CANCELED'],
			[gone, null],
		]);
	});
});

describe('The end of a wait', () => {
	it.each([1, 2, 59, 60])('of %i s still looks at the task once, at its end', async (waitTimeout) => {
		platform.set({ taskDurationMs: waitTimeout * 1000 });
		platform.queueCommands('device-1', 1);
		const began = time.now();
		const { items } = await run(['device-1'], { waitTimeout });
		expect(items.map(({ json }) => json.taskStatus)).toEqual(['SUCCESS']);
		expect(time.now() - began).toBe(waitTimeout * 1000);
	});

	it('comes for each device after its own time', async () => {
		platform.set({ taskDurationMs: 90_000 });
		for (const deviceId of ['device-1', 'device-2']) platform.queueCommands(deviceId, 1);
		const { items } = await runNode({
			credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
			items: [
				{ deviceId: 'device-1', seconds: 5 },
				{ deviceId: 'device-2', seconds: 120 },
			],
			parameters: { options: { waitForCompletion: true, waitTimeout: '={{ $json.seconds }}' } },
		});
		expect(items.map(({ json }) => json.taskStatus)).toEqual(['WAITTING', 'SUCCESS']);
	});
});

describe('Without waiting', () => {
	it('a hint says that the tasks are not finished', async () => {
		for (const deviceId of ['device-1', 'device-2']) platform.queueCommands(deviceId, 1);
		const { hints } = await run(['device-1', 'device-2'], { waitForCompletion: false });
		expect(hints).toEqual([
			"The platform was still revoking the commands. 'Revocation Task: Get' shows how that ended; next time, turn on the option 'Wait for Completion'. Devices: device-1, device-2",
		]);
	});

	it('there is no hint if the task is finished, or the device fails', async () => {
		const deviceCommands = [{ commandId: 'command-1', status: 'CANCELED' }];
		const body = { taskId: 'task-1', deviceId: 'device-1', status: 'SUCCESS', totalCount: 1, deviceCommands };
		platform.failNext({ kind: 'reply', status: 201, body, match: { ...POST, deviceId: 'device-1' } });
		const settings = { onError: 'continueErrorOutput' } as const;
		const { items, failed, hints } = await run(
			['device-1', 'unknown'],
			{ waitForCompletion: false },
			settings,
		);
		expect(items).toHaveLength(1);
		expect(failed).toHaveLength(1);
		expect(hints).toEqual([]);
	});
});

it('A failure under Stop ends the run without waiting for the tasks of other devices', async () => {
	platform.set({ taskDurationMs: 3_600_000 });
	platform.queueCommands('device-1', 1);
	const began = time.now();
	const { stopped } = await run(['device-1', 'unknown'], { waitTimeout: 86_400, concurrency: 1 });
	expect(stopped?.message).toContain('[item 1]');
	// How the task ends is not known.
	const [task] = platform.tasks();
	expect(stopped?.message).toContain(`Revocation accepted: device-1 (task ${task?.taskId})`);
	expect(stopped?.description).toContain("'Revocation Task: Get' shows how a revocation ended");
	expect(task?.status).toBe('WAITTING');
	expect(time.now() - began).toBeLessThan(1000);
});

it('A failure under Continue waits for the tasks of other devices', async () => {
	platform.queueCommands('device-1', 1);
	const { items } = await run(['unknown', 'device-1'], {}, { onError: 'continueRegularOutput' });
	expect(items.map(({ json }) => json.taskStatus ?? 'failed')).toEqual(['failed', 'SUCCESS']);
});

describe('Bad input', () => {
	it.each([0, 1.5, 'long', 86_401])('a wait of %p is reported before any call', async (waitTimeout) => {
		const { stopped } = await run(['device-1'], { waitTimeout });
		expect(stopped?.message).toContain("'Wait Timeout' is");
		expect(platform.requests).toEqual([]);
	});
});
