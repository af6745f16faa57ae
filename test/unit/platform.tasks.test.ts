import { COMMANDS, refusal, StandIn, TASKS } from './standIn';

const standIn = new StandIn();

afterEach(async () => await standIn.stop());

describe('A revocation task', () => {
	it('shows the commands as they were, and revokes them at once', async () => {
		await standIn.start({ pendingSpelling: 'PENDDING' });
		standIn.platform.queueCommands('d', [{}, { status: 'DELIVERED' }]);
		const { status, json } = await standIn.revoke('d');
		expect(status).toBe(201);
		expect(json).toMatchObject({
			status: 'WAITTING',
			totalCount: 1,
			deviceCommands: [{ status: 'PENDDING', expireTime: null }],
		});
		expect(standIn.platform.requests).toMatchObject([
			{
				at: standIn.now,
				answeredAt: standIn.now,
				method: 'POST',
				path: TASKS,
				body: { deviceId: 'd' },
				status,
				reply: json,
			},
		]);
		expect(standIn.statuses('d')).toEqual(['CANCELED', 'DELIVERED']);
		expect((await standIn.get(`${TASKS}?deviceId=d`)).json).toMatchObject({
			data: [{ status: 'SUCCESS', deviceCommands: [{ status: 'CANCELED' }] }],
		});
	});

	it('waits, runs and ends when it takes time', async () => {
		await standIn.start({ taskDurationMs: 1000, taskOutcome: 'PART_SUCCESS' });
		standIn.platform.queueCommands('d', 2);
		await standIn.revoke('d');
		const look = async () => (await standIn.get(TASKS)).json;
		expect(await look()).toMatchObject({ data: [{ status: 'WAITTING' }] });
		standIn.now += 500;
		expect(await look()).toMatchObject({ data: [{ status: 'RUNNING' }] });
		expect((await standIn.revoke('d')).json).toMatchObject({ totalCount: 0, deviceCommands: [] });
		expect(standIn.statuses('d')).toEqual(['PENDING', 'PENDING']);
		standIn.now += 500;
		expect(await look()).toMatchObject({ data: [{ status: 'PART_SUCCESS' }, {}] });
		expect(standIn.statuses('d')).toEqual(['CANCELED', 'SENT']);
	});

	it('leaves the commands alone when it fails', async () => {
		await standIn.start({ taskOutcome: () => 'FAILED' });
		standIn.platform.queueCommands('d', 1);
		await standIn.revoke('d');
		expect(standIn.platform.tasks()).toMatchObject([{ status: 'FAILED' }]);
		expect(standIn.statuses('d')).toEqual(['PENDING']);
	});

	it.each([
		['no deviceId', {}, 400, '102202'],
		['an empty deviceId', { deviceId: '' }, 400, '102202'],
		['a number', { deviceId: 7 }, 400, '100022'],
		['more than 64 characters', { deviceId: 'd'.repeat(65) }, 400, '100022'],
		['another field', { deviceId: 'd', all: true }, 400, '100022'],
		['a list', [], 400, '100022'],
		['no JSON', '{"deviceId"', 400, '100022'],
		['an unknown device', { deviceId: 'unknown' }, 200, '100418'],
	])('is refused for %s', async (_name, body, status, code) => {
		await standIn.start();
		expect(await standIn.revoke(undefined, { body })).toMatchObject(refusal(status, code));
		expect(standIn.platform.tasks()).toEqual([]);
	});

	it.each([
		['empty', { deviceCommands: [] }],
		['null', { deviceCommands: null }],
		['missing', {}],
	] as const)('of an empty queue has a list that is %s', async (emptyTask, list) => {
		await standIn.start({ emptyTask });
		standIn.platform.queueCommands('d', 0);
		const { taskId, appId, deviceId } = { ...((await standIn.revoke('d')).json as Record<string, unknown>) };
		const [shown] = ((await standIn.get(TASKS)).json as { data: unknown[] }).data;
		expect(shown).toEqual({ taskId, appId, deviceId, status: 'SUCCESS', totalCount: 0, ...list });
	});
});

describe('A revocation task of which a command got away', () => {
	const CANCELED = { status: 'CANCELED' };
	const SENT = { status: 'SENT' };

	it.each([
		['all', 'now', [CANCELED, SENT]],
		['revoked', 'now', [CANCELED]],
		['none', 'now', []],
		['all', 'created', [{ status: 'PENDING' }, { status: 'PENDING' }]],
	] as const)(
		'ends as a part of a success and lists %s of its commands, as %s',
		async (list, shown, expected) => {
			const platform = await standIn.start({
				taskDurationMs: 1000,
				finishedTaskList: list,
				taskCommandsShown: shown,
			});
			const [, second] = platform.queueCommands('d', 2);
			await standIn.revoke('d');
			if (second) second.status = 'SENT';
			standIn.now += 1000;
			expect((await standIn.get(TASKS)).json).toMatchObject({
				data: [{ status: 'PART_SUCCESS', totalCount: 2, deviceCommands: expected }],
			});
			expect(standIn.statuses('d')).toEqual(['CANCELED', 'SENT']);
		},
	);

	it('fails when all of them did', async () => {
		const platform = await standIn.start({ taskDurationMs: 1000 });
		const [command] = platform.queueCommands('d', 1);
		await standIn.revoke('d');
		if (command) command.status = 'DELIVERED';
		standIn.now += 1000;
		expect(platform.tasks()).toMatchObject([{ status: 'FAILED' }]);
	});
});

describe('A second revocation task for a device', () => {
	it.each([
		['empty', 0],
		['shared', 1],
	] as const)('while one runs is %s', async (secondTask, totalCount) => {
		const platform = await standIn.start({ taskDurationMs: 1000, secondTask });
		platform.queueCommands('d', 1);
		await standIn.revoke('d');
		expect((await standIn.revoke('d')).json).toMatchObject({ totalCount });
		standIn.now += 1000;
		expect(platform.tasks()).toMatchObject([{ status: 'SUCCESS' }, { status: 'SUCCESS' }]);
	});
});

describe('The list of revocation tasks', () => {
	const deviceIds = async (query = ''): Promise<string> => {
		const { json } = await standIn.get(`${TASKS}?${query}`);
		return (json as { data: Array<{ deviceId: string }> }).data.map(({ deviceId }) => deviceId).join('');
	};

	/** Tasks for a, b and c, an hour apart; that for b fails. */
	const startWithThree = async (options: object = {}) => {
		const platform = await standIn.start({
			taskOutcome: ({ deviceId }: { deviceId: string }) => (deviceId === 'b' ? 'FAILED' : 'SUCCESS'),
			...options,
		});
		for (const deviceId of 'abc') {
			platform.queueCommands(deviceId, 2);
			await standIn.revoke(deviceId);
			standIn.now += 3_600_000;
		}
		return platform;
	};

	it.each([
		['', 'abc'],
		['deviceId=b', 'b'],
		['status=FAILED', 'b'],
		['status=SUCCESS&deviceId=b', ''],
		['startTime=20200603T071701Z', 'bc'],
		['endTime=20200603T071701Z', 'ab'],
		['startTime=20200603T071701Z&endTime=20200603T071701Z', 'b'],
		['startTime=20200603T071702Z', 'c'],
		['taskId=unknown', ''],
		['pageNo=1&pageSize=2', 'c'],
	])('with %p holds those for %p', async (query, expected) => {
		await startWithThree();
		expect(await deviceIds(query)).toBe(expected);
	});

	it('finds one by its ID', async () => {
		const platform = await startWithThree();
		expect(await deviceIds(`taskId=${platform.tasks()[1]?.taskId}`)).toBe('b');
	});

	it('is refused for an unknown device', async () => {
		await startWithThree();
		expect(await standIn.get(`${TASKS}?deviceId=unknown`)).toMatchObject(refusal(200, '100418'));
	});

	it.each([
		['commands', 6],
		['tasks', 3],
	] as const)('counts %s', async (taskTotal, totalSize) => {
		await startWithThree({ taskTotal });
		expect((await standIn.get(TASKS)).json).toMatchObject({ pagination: { totalSize } });
	});

	it('forgets tasks where the platform does not keep them', async () => {
		await startWithThree({ taskKeptMs: 7_200_000 });
		expect(await deviceIds()).toBe('bc');
	});

	it("goes by the platform's clock, and the Date header by the gateway's", async () => {
		await startWithThree({ clockOffsetMs: 86_400_000, gatewayClockOffsetMs: -86_400_000 });
		expect(await deviceIds('startTime=20200604T081701Z')).toBe('c');
		expect((await standIn.get(TASKS)).headers.date).toBe('Tue, 02 Jun 2020 09:17:01 GMT');
		expect((await standIn.get(COMMANDS)).json).toMatchObject({
			data: { 0: { creationTime: '20200604T061701Z' } },
		});
	});

	it('holds a task that another program made', async () => {
		const platform = await standIn.start();
		platform.queueCommands('d', 1);
		const { taskId } = platform.createTask('d');
		expect((await standIn.get(TASKS)).json).toMatchObject({
			data: [{ taskId, totalCount: 1, status: 'SUCCESS' }],
		});
		expect((await standIn.revoke('d')).json).toMatchObject({ totalCount: 0 });
		expect(platform.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
	});

	it.each([true, 'created'] as const)('can be shorter than the count says: %p', async (commandsShorter) => {
		const platform = await standIn.start({ commandsShorter });
		platform.queueCommands('d', 2);
		expect((await standIn.revoke('d')).json).toMatchObject({ totalCount: 2, deviceCommands: [{}] });
		const later = commandsShorter === true ? [{}] : [{}, {}];
		expect((await standIn.get(TASKS)).json).toMatchObject({
			data: [{ totalCount: 2, deviceCommands: later }],
		});
	});
});
