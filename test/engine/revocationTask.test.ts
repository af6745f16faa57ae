import type { IDataObject } from 'n8n-workflow';

import { credentialFor, runNode } from './engine';
import { usePlatform } from './usePlatform';

/** Revocation Task > Get and Get Many. */

const platform = usePlatform();

const run = async (operation: string, parameters: IDataObject, items: IDataObject[] = [{}]) =>
	await runNode({
		credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
		items,
		parameters: { resource: 'revocationTask', operation, ...parameters },
	});

async function revoke(...deviceIds: string[]): Promise<string[]> {
	for (const deviceId of deviceIds) platform.queueCommands(deviceId, 1);
	const { items } = await runNode({
		credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
		items: deviceIds.map((deviceId) => ({ deviceId })),
		parameters: { options: { concurrency: 1 } },
	});
	return items.map(({ json }) => String(json.taskId));
}

const lists = () =>
	platform.requests.filter(({ method, path }) => method === 'GET' && path.includes('CancelTasks'));
const taskIds = (outcome: { items: Array<{ json: IDataObject }> }) =>
	outcome.items.map(({ json }) => json.taskId);

describe('Revocation Task > Get', () => {
	it('gives the task with its state', async () => {
		const [taskId] = await revoke('device-1');
		const { items } = await run('get', { taskId: '={{ $json.taskId }}' }, [{ taskId: taskId as string }]);
		expect(items).toEqual([
			{
				json: { taskId, appId: platform.appId, deviceId: 'device-1', status: 'SUCCESS', totalCount: 1 },
				pairedItem: { item: 0 },
			},
		]);
		expect(lists().at(-1)?.query.taskId).toBe(taskId);
	});

	it('gives the untouched task with its commands when it is not simplified', async () => {
		const [taskId] = await revoke('device-1');
		const { items } = await run('get', { taskId, simplify: false });
		expect(items[0]?.json).toMatchObject({
			taskId,
			deviceCommands: [expect.objectContaining({ status: 'CANCELED', issuedTimes: null })],
		});
	});

	it('says so when the platform does not know the task', async () => {
		const { stopped } = await run('get', { taskId: 'unknown' });
		expect(stopped?.message).toBe('The platform does not know revocation task unknown [item 0]');
		expect(stopped?.description).toContain("'Task ID'");
	});

	it('says how many tasks it had read before one that the platform does not know', async () => {
		const [taskId = ''] = await revoke('device-1');
		const parameters = { taskId: '={{ $json.taskId }}', options: { concurrency: 1 } };
		const { stopped } = await run('get', parameters, [{ taskId }, { taskId: 'unknown' }]);
		expect(stopped?.message).toBe(
			'The platform does not know revocation task unknown. 1 of 2 tasks were read [item 1]',
		);
	});

	it.each([
		['', 'is empty'],
		['x'.repeat(65), '65 characters'],
		['a b', 'blanks'],
	])('refuses a task ID of %p before any call', async (taskId, message) => {
		const { stopped } = await run('get', { taskId: '={{ $json.taskId }}' }, [{ taskId }]);
		expect(stopped?.message).toContain("'Task ID'");
		expect(stopped?.message).toContain(message);
		expect(platform.requests).toEqual([]);
	});
});

describe('Revocation Task > Get Many', () => {
	it('gives one item for each task', async () => {
		const made = await revoke('device-1', 'device-2', 'device-3');
		const outcome = await run('getAll', {});
		expect(taskIds(outcome)).toEqual(made);
		expect(outcome.items[1]?.json).toEqual({
			taskId: made[1],
			appId: platform.appId,
			deviceId: 'device-2',
			status: 'SUCCESS',
			totalCount: 1,
		});
	});

	it('stops at its limit, and reads page after page without trusting the total', async () => {
		const made = await revoke(...Array.from({ length: 7 }, (_, index) => `device-${index}`));
		platform.set({ pageSizeCap: 2 });
		expect(taskIds(await run('getAll', { limit: 3 }))).toEqual(made.slice(0, 3));
		expect(lists()).toHaveLength(2);
		expect(taskIds(await run('getAll', { returnAll: true }))).toEqual(made);
	});

	it('gives the tasks of empty queues too, over several pages whose total counts commands and is 0', async () => {
		const deviceIds = Array.from({ length: 5 }, (_, index) => `device-${index}`);
		for (const deviceId of deviceIds) await platform.addDevice(deviceId);
		await runNode({
			credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
			items: deviceIds.map((deviceId) => ({ deviceId })),
		});
		platform.set({ pageSizeCap: 2 });
		const outcome = await run('getAll', { returnAll: true });
		expect(taskIds(outcome)).toEqual(platform.tasks().map(({ taskId }) => taskId));
		expect(outcome.items).toHaveLength(5);
		const page = { pagination: { pageSize: 2, totalSize: 0 } };
		expect(lists().map(({ reply }) => reply)).toMatchObject([page, page, page]);
	});

	it('filters by device, from the list or by ID', async () => {
		const [, second] = await revoke('device-1', 'device-2');
		for (const deviceId of ['device-2', { __rl: true, mode: 'list', value: 'device-2' }]) {
			const outcome = await run('getAll', { filters: { deviceId } });
			expect(taskIds(outcome)).toEqual([second]);
			expect(lists().at(-1)?.query.deviceId).toBe('device-2');
		}
	});

	it('filters by status', async () => {
		platform.set({ taskOutcome: ({ deviceId }) => (deviceId === 'device-2' ? 'FAILED' : 'SUCCESS') });
		const [, second] = await revoke('device-1', 'device-2');
		expect(taskIds(await run('getAll', { filters: { status: 'FAILED' } }))).toEqual([second]);
		expect(lists().at(-1)?.query.status).toBe('FAILED');
	});

	it('filters by status even where the platform does not', async () => {
		platform.failNext({
			kind: 'reply',
			status: 200,
			body: {
				pagination: { pageNo: 0, pageSize: 1000, totalSize: 3 },
				data: [
					{ taskId: 'a', status: 'WAITTING' },
					{ taskId: 'b', status: 'WAITING' },
					{ taskId: 'c', status: 'SUCCESS' },
				],
			},
		});
		const outcome = await run('getAll', { filters: { status: 'WAITTING' } });
		expect(outcome.items.map(({ json }) => json)).toEqual([
			{ taskId: 'a', appId: null, deviceId: null, status: 'WAITTING', totalCount: null },
			{ taskId: 'b', appId: null, deviceId: null, status: 'WAITING', totalCount: null },
		]);
	});

	it('filters by creation time, with both ends on the wire', async () => {
		const made = await revoke('device-1');
		expect(taskIds(await run('getAll', { filters: { createdAfter: '={{ $now.minus(60000) }}' } }))).toEqual(
			made,
		);
		expect(taskIds(await run('getAll', { filters: { createdBefore: '2020-01-01' } }))).toEqual([]);
		expect(lists().every(({ query }) => query.startTime && query.endTime)).toBe(true);
	});

	it.each([
		[{ deviceId: '' }, "'Device' is empty"],
		[{ deviceId: { __rl: true, mode: 'list', value: '' } }, "'Device' is empty"],
		[{ createdAfter: 'soon' }, "'Created After' is not a date"],
		[{ status: '' }, "'Status' is empty"],
	])('refuses the filter %p before any call', async (filters, message) => {
		const { stopped } = await run('getAll', { filters });
		expect(stopped?.message).toContain(message);
		expect(platform.requests).toEqual([]);
	});

	it.each([
		['the application', {}],
		['device device-1', { deviceId: 'device-1' }],
	])('says whose tasks could not be listed: those of %s', async (name, filters) => {
		platform.failNext({ kind: 'status', status: 400 });
		const { stopped } = await run('getAll', { filters });
		expect(stopped?.message).toContain(`(${name}) [item 0]`);
	});

	it.each([
		['the application', {}],
		['device device-9', { deviceId: 'device-9' }],
	])('says that there are none: those of %s', async (name, filters) => {
		await platform.addDevice('device-9');
		const { items, hints } = await run('getAll', { filters });
		expect(items).toEqual([]);
		expect(hints).toEqual([`No matching revocation tasks for: ${name}`]);
	});

	it('calls once for items that ask the same, and pairs the tasks with all of them', async () => {
		const [taskId] = await revoke('device-1');
		const { items } = await run('getAll', {}, [{}, {}, {}]);
		expect(items.map(({ json, pairedItem }) => [json.taskId, pairedItem])).toEqual([
			[taskId, [{ item: 0 }, { item: 1 }, { item: 2 }]],
		]);
		expect(lists()).toHaveLength(1);
	});
});
