import type { IDataObject } from 'n8n-workflow';

import { credentialFor, runNode } from './engine';
import { usePlatform } from './usePlatform';

/** Command > Get Many: lists of many pages. */

const platform = usePlatform();

const list = async (parameters: IDataObject = {}, items: IDataObject[] = [{ deviceId: 'device-1' }]) =>
	await runNode({
		credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
		items,
		parameters: { operation: 'getAll', ...parameters },
	});

const ids = (outcome: { items: Array<{ json: IDataObject }> }) =>
	outcome.items.map(({ json }) => json.commandId);

const calls = () => platform.requests.map(({ method, path, query }) => ({ method, path, query }));

describe('Long lists', () => {
	it('of 2,500 commands come out complete and in order over three pages', async () => {
		const queued = platform.queueCommands('device-1', 2500);
		const outcome = await list({ returnAll: true });
		expect(ids(outcome)).toEqual(queued.map(({ commandId }) => commandId));
		expect(calls().map(({ query }) => query.pageNo)).toEqual(['0', '1', '2']);
	});

	it('end as soon as 10 matches are found', async () => {
		const queued = platform.queueCommands(
			'device-1',
			Array.from({ length: 2500 }, (_, index) => ({ method: index >= 1100 ? 'B' : 'A' })),
		);
		const outcome = await list({ limit: 10, filters: { method: 'B' } });
		expect(ids(outcome)).toEqual(queued.slice(1100, 1110).map(({ commandId }) => commandId));
		expect(calls()).toHaveLength(2);
	});

	it('hold 50 items when nothing else is said', async () => {
		platform.queueCommands('device-1', 60);
		expect((await list()).items).toHaveLength(50);
	});

	it.each([
		{ pageSizeCap: 7, firstPage: 0 },
		{ pageSizeCap: 7, firstPage: 1 },
	] as const)('come out whole from a server with %p', async (options) => {
		platform.set(options);
		const queued = platform.queueCommands('device-1', 21);
		expect(ids(await list({ returnAll: true }))).toEqual(queued.map(({ commandId }) => commandId));
	});

	it('begin with page 1 where the platform refuses page 0', async () => {
		const queued = platform.queueCommands('device-1', 3);
		platform.set({ firstPage: 1 });
		platform.failNext({
			kind: 'reply',
			status: 400,
			body: { error_code: '100022', error_desc: 'The input is invalid.' },
			match: { path: 'deviceCommands' },
		});
		expect(ids(await list())).toEqual(queued.map(({ commandId }) => commandId));
		expect(calls().map(({ query }) => query.pageNo)).toEqual(['0', '1']);
	});

	it.each([0, 2.5, 'many'])('are not asked for with a limit of %p', async (limit) => {
		const { stopped } = await list({ limit });
		expect(stopped?.message).toContain("'Limit' is");
		expect(calls()).toEqual([]);
	});
});
