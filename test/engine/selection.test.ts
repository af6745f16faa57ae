import type { IDataObject } from 'n8n-workflow';

import { commandsModule } from './dist';
import { credentialFor, runNode, type Outcome } from './engine';
import { usePlatform } from './usePlatform';

/** Command > Get Many and Revoke Selected: many items that ask about the same commands. */

const platform = usePlatform();

afterEach(() => jest.restoreAllMocks());

const ask = async (parameters: IDataObject, items: IDataObject[]) =>
	await runNode({
		credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
		items,
		parameters: { scope: 'application', ...parameters },
	});

const inputsOf = ({ items }: Outcome) =>
	items.map(({ pairedItem }) => (Array.isArray(pairedItem) ? pairedItem : [pairedItem]));

const pair = (...inputs: number[]) => inputs.map((item) => ({ item }));

describe.each(['getAll', 'revokeSelected'])('With %s', (operation) => {
	it('items that ask the same are one question, and each command is paired with one list of them', async () => {
		platform.queueCommands('device-1', 3);
		const list = jest.spyOn(commandsModule, 'listCommands');
		const items = Array.from({ length: 20 }, (_, at) => ({ at }));
		const outcome = await ask({ operation, filters: { method: 'SET_VALVE' } }, items);
		expect(list.mock.calls.map(([, , filters]) => filters)).toEqual([[{ method: 'SET_VALVE' }]]);
		const lists = outcome.items.map(({ pairedItem }) => pairedItem);
		expect(lists).toHaveLength(3);
		expect(lists[0]).toEqual(pair(...items.map(({ at }) => at)));
		expect(new Set(lists).size).toBe(1);
	});

	it('a command that several questions choose is paired with the items of all, in their order', async () => {
		platform.queueCommands(
			'device-1',
			['2020', '2022', '2023'].map((year) => ({ creationTime: `${year}0101T000000Z` })),
		);
		const items = ['2019', '2021', '2019'].map((after) => ({ after: `${after}-01-01` }));
		const outcome = await ask({ operation, filters: { createdAfter: '={{ $json.after }}' } }, items);
		expect(inputsOf(outcome)).toEqual([pair(0, 2), pair(0, 1, 2), pair(0, 1, 2)]);
		expect(outcome.items[2]?.pairedItem).toBe(outcome.items[1]?.pairedItem);
	});

	it('each item that asks for a summary has one when nothing matches', async () => {
		platform.queueCommands('device-1', 1);
		const items = ['SET_VALVE', 'NONE', 'NONE'].map((method) => ({ method }));
		const options = { emptyResult: 'summary' };
		const outcome = await ask({ operation, filters: { method: '={{ $json.method }}' }, options }, items);
		expect(inputsOf(outcome)).toEqual([pair(0), pair(1), pair(2)]);
		expect(outcome.items.map(({ json }) => json.totalCount)).toEqual([undefined, 0, 0]);
	});
});

it('Each item has its own limit, also where several have the same', async () => {
	platform.queueCommands('device-1', 4);
	const items = [1, 3, 1].map((limit) => ({ limit }));
	const outcome = await ask({ operation: 'getAll', limit: '={{ $json.limit }}' }, items);
	expect(inputsOf(outcome)).toEqual([pair(0, 1, 2), pair(1), pair(1)]);
});
