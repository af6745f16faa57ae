import { sleep, type IDataObject } from 'n8n-workflow';

import { credentialFor, runNode } from './engine';
import { callsOf, POST } from './revocations';
import { usePlatform } from './usePlatform';

/** Revoke All Pending: one item for each command that was taken back. */

const PATH = '/iocm/app/cmd/v1.4.0/deviceCommandCancelTasks';

const platform = usePlatform();

const posts = () => callsOf(platform, POST);

const devices = (...deviceIds: unknown[]) => deviceIds.map((deviceId) => ({ deviceId }) as IDataObject);

/** For each item: its device and its input items. */
const pairs = (items: Array<{ json: IDataObject; pairedItem?: unknown }>) =>
	items.map(({ json, pairedItem }) => [json.deviceId, pairedItem]);

describe('Revoke All Pending', () => {
	it('gives one item for each command of the device', async () => {
		const queued = platform.queueCommands('device-1', [
			{ serviceId: 'Valve', method: 'CLOSE', paras: { percent: 0 }, creationTime: '20170222T164000Z' },
			{},
			{},
		]);
		const { items } = await runNode({
			credential: credentialFor(platform),
			items: [{ deviceId: 'device-1' }],
		});
		expect(items).toHaveLength(3);
		expect(items[0]).toMatchObject({
			json: {
				commandId: queued[0]?.commandId,
				deviceId: 'device-1',
				appId: platform.appId,
				serviceId: 'Valve',
				method: 'CLOSE',
				paras: { percent: 0 },
				status: 'PENDING',
				creationTime: '2017-02-22T16:40:00.000Z',
				taskId: platform.tasks()[0]?.taskId,
				taskStatus: 'WAITTING',
			},
			pairedItem: { item: 0 },
		});
		expect(platform.commands('device-1').map(({ status }) => status)).toEqual([
			'CANCELED',
			'CANCELED',
			'CANCELED',
		]);
	});

	describe('with three input items that have 2, 0 and 1 commands', () => {
		beforeEach(() => {
			platform.queueCommands('two', 2);
			platform.queueCommands('none', 0);
			platform.queueCommands('one', 1);
		});

		it('pairs the items with inputs 0, 0 and 2', async () => {
			const { items } = await runNode({
				credential: credentialFor(platform),
				items: devices('two', 'none', 'one'),
			});
			expect(pairs(items)).toEqual([
				['two', { item: 0 }],
				['two', { item: 0 }],
				['one', { item: 2 }],
			]);
		});

		it('adds an item for the empty device when a summary is wanted', async () => {
			const { items } = await runNode({
				credential: credentialFor(platform),
				items: devices('two', 'none', 'one'),
				parameters: { options: { emptyResult: 'summary' } },
			});
			expect(pairs(items)).toEqual([
				['two', { item: 0 }],
				['two', { item: 0 }],
				['none', { item: 1 }],
				['one', { item: 2 }],
			]);
			expect(items[2]?.json).toEqual({
				taskId: platform.tasks().find(({ deviceId }) => deviceId === 'none')?.taskId,
				appId: platform.appId,
				deviceId: 'none',
				status: 'WAITTING',
				taskStatus: 'WAITTING',
				totalCount: 0,
			});
		});
	});

	it.each(['empty', 'null', 'missing'] as const)(
		'gives no item for a device without commands when the list is %s',
		async (emptyTask) => {
			platform.set({ emptyTask });
			platform.queueCommands('none', 0);
			const { items, stopped } = await runNode({
				credential: credentialFor(platform),
				items: devices('none'),
			});
			expect(stopped).toBeUndefined();
			expect(items).toEqual([]);
			expect(posts()).toHaveLength(1);
		},
	);

	it('calls once for a device in two input items and pairs its items with both', async () => {
		platform.queueCommands('twice', 2);
		platform.queueCommands('once', 1);
		const { items } = await runNode({
			credential: credentialFor(platform),
			items: devices('twice', 'once', ' twice '),
		});
		expect(posts().map(({ body }) => body)).toEqual(
			expect.arrayContaining([{ deviceId: 'twice' }, { deviceId: 'once' }]),
		);
		expect(posts()).toHaveLength(2);
		expect(pairs(items)).toEqual([
			['twice', [{ item: 0 }, { item: 2 }]],
			['twice', [{ item: 0 }, { item: 2 }]],
			['once', { item: 1 }],
		]);
	});

	it("makes exactly the page's request, without a query", async () => {
		platform.queueCommands('device-1', 1);
		const token = platform.issueToken();
		await runNode({
			credential: credentialFor(platform, { authentication: 'accessToken', token }),
			items: devices('device-1'),
		});
		expect(platform.requests).toHaveLength(1);
		expect(platform.requests[0]).toMatchObject({
			method: 'POST',
			path: PATH,
			query: {},
			headers: {
				app_key: platform.appId,
				authorization: `Bearer ${token}`,
				'content-type': 'application/json',
			},
		});
		expect(platform.requests[0]?.query).toEqual({});
		expect(platform.requests[0]?.body).toEqual({ deviceId: 'device-1' });
	});

	it('puts the other application into the query, and nothing else changes', async () => {
		platform.set({ authorizedAppIds: ['other-application'] });
		platform.queueCommands('device-1', 1, 'other-application');
		const { items } = await runNode({
			credential: credentialFor(platform),
			items: devices('device-1'),
			parameters: { options: { appId: 'other-application' } },
		});
		expect(items).toHaveLength(1);
		expect(posts()).toHaveLength(1);
		expect(posts()[0]?.query).toEqual({ appId: 'other-application' });
		expect(posts()[0]?.body).toEqual({ deviceId: 'device-1' });
		expect(posts()[0]?.headers.app_key).toBe(platform.appId);
	});

	it('calls once for each application that an expression names for the same device', async () => {
		platform.set({ authorizedAppIds: ['other-application'] });
		platform.queueCommands('device-1', 1);
		platform.queueCommands('device-1', 1, 'other-application');
		await runNode({
			credential: credentialFor(platform),
			items: [
				{ deviceId: 'device-1', appId: '' },
				{ deviceId: 'device-1', appId: 'other-application' },
			],
			parameters: { options: { appId: '={{ $json.appId }}', concurrency: 1 } },
		});
		expect(posts().map(({ query }) => query)).toEqual([{}, { appId: 'other-application' }]);
	});

	it("sends the key in the gateway's header when that is set", async () => {
		platform.set({ keyHeader: 'x-app-key' });
		platform.queueCommands('device-1', 1);
		const { items } = await runNode({
			credential: credentialFor(platform, { appKeyHeader: 'x-app-key' }),
			items: devices('device-1'),
		});
		expect(items).toHaveLength(1);
		expect(posts()[0]?.headers).not.toHaveProperty('app_key');
	});

	it("gives the platform's own command and the task when not simplified", async () => {
		const [queued] = platform.queueCommands('device-1', [{ creationTime: '20170222T164000Z' }]);
		const { items } = await runNode({
			credential: credentialFor(platform),
			items: devices('device-1'),
			parameters: { simplify: false },
		});
		expect(items.map(({ json }) => json)).toEqual([
			{
				commandId: queued?.commandId,
				appId: platform.appId,
				deviceId: 'device-1',
				command: { serviceId: 'Valve', method: 'SET_VALVE', paras: { value: 0 } },
				callbackUrl: null,
				expireTime: null,
				status: 'PENDING',
				result: null,
				creationTime: '20170222T164000Z',
				executeTime: null,
				platformIssuedTime: null,
				deliveredTime: null,
				issuedTimes: null,
				maxRetransmit: 3,
				taskId: platform.tasks()[0]?.taskId,
				taskStatus: 'WAITTING',
				totalCount: 1,
			},
		]);
	});

	it('gives null for values that a reply leaves out', async () => {
		platform.queueCommands('device-1', 0);
		platform.failNext({
			kind: 'reply',
			status: 201,
			body: { taskId: 'task-1', deviceCommands: [{ commandId: 'command-1' }] },
			match: { method: 'POST', path: PATH },
		});
		const { items } = await runNode({ credential: credentialFor(platform), items: devices('device-1') });
		expect(items.map(({ json }) => json)).toEqual([
			{
				commandId: 'command-1',
				deviceId: null,
				appId: null,
				serviceId: null,
				method: null,
				paras: null,
				status: null,
				creationTime: null,
				taskId: 'task-1',
				taskStatus: null,
			},
		]);
	});

	it('keeps the order of the input items when the platform answers in another one', async () => {
		const deviceIds = Array.from({ length: 30 }, (_, index) => `device-${index}`);
		for (const deviceId of deviceIds) platform.queueCommands(deviceId, 1);
		// Of each two calls the second is answered first.
		let release = () => {};
		platform.set({
			onCall: async () => {
				const isSecond = posts().length % 2 === 0;
				if (isSecond) return release();
				await new Promise<void>((resolve) => (release = resolve));
			},
		});
		const { items } = await runNode({
			credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
			items: devices(...deviceIds),
			parameters: { options: { concurrency: 10 } },
		});
		expect(pairs(items)).toEqual(deviceIds.map((deviceId, index) => [deviceId, { item: index }]));
	});

	it.each([1, 3, 60])('processes %i devices at the same time and no more', async (concurrency) => {
		const deviceIds = Array.from({ length: 70 }, (_, index) => `device-${index}`);
		for (const deviceId of deviceIds) platform.queueCommands(deviceId, 1);
		let underWay = 0;
		let most = 0;
		let goOn = () => {};
		const full = new Promise<void>((resolve) => (goOn = resolve));
		platform.set({
			// The first calls are answered when as many as may be are there.
			onCall: async () => {
				underWay += 1;
				most = Math.max(most, underWay);
				if (underWay === concurrency) goOn();
				await full;
			},
			onAnswer: () => void (underWay -= 1),
		});
		await runNode({
			credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
			items: devices(...deviceIds),
			parameters: { options: { concurrency } },
		});
		expect(most).toBe(concurrency);
	});

	it('begins with 50 devices at the same time and goes up to 100 as the platform answers', async () => {
		const deviceIds = Array.from({ length: 250 }, (_, index) => `device-${index}`);
		for (const deviceId of deviceIds) platform.queueCommands(deviceId, 1);
		let underWay = 0;
		let most = 0;
		// Nothing is answered until as many calls as are to be under way have been for a moment.
		const full: number[] = [];
		const gates = [50, 100].map((size) => {
			let open = () => {};
			const opened = new Promise<void>((resolve) => (open = resolve));
			return { size, opened, open: () => void (full.push(most), open()) };
		});
		platform.set({
			onCall: async () => {
				const gate = gates[full.length];
				underWay += 1;
				most = Math.max(most, underWay);
				if (underWay === gate?.size) void sleep(100).then(gate.open);
				await gate?.opened;
			},
			onAnswer: () => void (underWay -= 1),
		});
		await runNode({
			credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
			items: devices(...deviceIds),
		});
		expect(full).toEqual([50, 100]);
		expect(most).toBe(100);
	});
});

describe('What a task lists', () => {
	const reply = (deviceCommands: unknown[], totalCount: number) =>
		platform.failNext({
			kind: 'reply',
			status: 201,
			body: { taskId: 'task-1', deviceId: 'device-1', status: 'WAITTING', totalCount, deviceCommands },
			match: POST,
		});

	it.each([null, '', undefined])('comes out whole where its commands have the ID %p', async (commandId) => {
		reply([{ commandId }, { commandId }], 2);
		const { items } = await runNode({
			credential: credentialFor(platform),
			items: [{ deviceId: 'device-1' }],
		});
		expect(items).toHaveLength(2);
	});

	it('gives a hint when it is shorter than the task says', async () => {
		reply([{ commandId: 'a' }], 5);
		const { items, hints } = await runNode({
			credential: credentialFor(platform),
			items: [{ deviceId: 'device-1' }],
		});
		expect(items).toHaveLength(1);
		expect(hints).toEqual([expect.stringContaining('5 revoked, 1 listed')]);
	});
});
