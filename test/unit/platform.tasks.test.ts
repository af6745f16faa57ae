import { refusal, TASKS, StandIn } from './standIn';

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
