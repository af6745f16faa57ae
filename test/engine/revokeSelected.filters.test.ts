import type { IDataObject } from 'n8n-workflow';

import { credentialFor, runNode } from './engine';
import { callsOf, PUT } from './revocations';
import { usePlatform } from './usePlatform';

/** Command > Revoke Selected: a filter never chooses more than it says. */

const platform = usePlatform();

const run = async (parameters: IDataObject, items: IDataObject[] = [{ deviceId: 'device-1' }]) =>
	await runNode({
		credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
		items,
		parameters: { operation: 'revokeSelected', filters: { method: 'SET_VALVE' }, ...parameters },
	});

const puts = () => callsOf(platform, PUT);

describe('No command is revoked', () => {
	it.each([{}, { statuses: ['PENDING'] }])('without a filter: %p', async (filters) => {
		platform.queueCommands('device-1', 2);
		const { stopped } = await run({ filters });
		expect(stopped?.message).toContain("'Filters' is empty");
		expect(stopped?.description).toContain('Revoke All Pending');
		expect(platform.requests).toEqual([]);
	});

	it.each([
		['commandIds', ''],
		['commandIds', []],
		['commandIds', ' , '],
		['commandIds', null],
		['commandIds', [7]],
		['method', ''],
		['method', { a: 1 }],
		['serviceId', '  '],
		['createdBefore', ''],
	])('when the filter %s is %p', async (name, value) => {
		platform.queueCommands('device-1', 2);
		const { stopped } = await run({ filters: { serviceId: 'Valve', [name]: '={{ $json.value }}' } }, [
			{ deviceId: 'device-1', value: value as string },
		]);
		expect(stopped?.message).toMatch(/'(Command IDs|Method|Service ID|Created Before)'/);
		expect(platform.requests).toEqual([]);
	});

	it('when none matches, and a hint says so', async () => {
		platform.queueCommands('device-1', 2);
		const { items, hints } = await run({ filters: { method: 'OTHER' } });
		expect(items).toEqual([]);
		expect(hints).toEqual(['No matching pending commands for: device device-1 (pending: 2)']);
		expect(puts()).toEqual([]);
	});

	it('when none was created in time; how many are pending at other times, nobody asked', async () => {
		platform.queueCommands('device-1', 2);
		const { items, hints } = await run({ filters: { createdBefore: '2001-01-01T00:00:00Z' } });
		expect(items).toEqual([]);
		expect(hints).toEqual(['No matching pending commands for: device device-1']);
	});

	it('when all that are named are gone, and one hint says so', async () => {
		const [gone] = platform.queueCommands('device-1', [{ status: 'DELIVERED' }]);
		const { items, hints } = await run({ filters: { commandIds: [gone?.commandId ?? ''] } });
		expect(items).toEqual([]);
		expect(hints).toEqual([
			`Named in 'Command IDs', but not queued for the device, or no longer queued: ${gone?.commandId} (device-1)`,
		]);
		expect(puts()).toEqual([]);
	});

	it.each([
		[{ method: 'OTHER' }, 'left out by another filter'],
		[{ superseded: true }, 'left out by another filter'],
		[
			{ createdAfter: '2099-01-01T00:00:00Z' },
			'not queued for the device, or no longer queued, or created at another time',
		],
	])('when those that are named do not match %p, and the hint says why', async (filter, why) => {
		const ids = platform.queueCommands('device-1', 2).map(({ commandId }) => commandId);
		const { items, hints } = await run({ filters: { commandIds: ids.join(), ...filter } });
		expect(items).toEqual([]);
		expect(hints).toEqual([
			`Named in 'Command IDs', but ${why}: ${ids.map((id) => `${id} (device-1)`).join(', ')}`,
		]);
		expect(puts()).toEqual([]);
	});

	it('when the platform stops a run, and no hint calls what was chosen left out or missing', async () => {
		const ids = platform.queueCommands('device-1', 2).map(({ commandId }) => commandId);
		const body = { resultcode: '1010009', resultmsg: 'app throttle exceed.' };
		platform.failNext({ kind: 'reply', status: 403, body, match: { method: 'PUT' }, times: Infinity });
		for (const filters of [{ commandIds: ids.join() }, { method: 'SET_VALVE', serviceId: 'Valve' }]) {
			const { items, hints } = await runNode({
				credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
				items: [{ deviceId: 'device-1' }],
				parameters: { operation: 'revokeSelected', filters, options: { maxRetries: 0 } },
				settings: { onError: 'continueRegularOutput' },
			});
			expect(items.map(({ json }) => json.error)).toEqual([expect.stringContaining('0 of 2 commands')]);
			expect(hints).toEqual([]);
		}
	});

	it('when the whole list was read for Superseded, and the hint does not speak of other times', async () => {
		platform.queueCommands('device-1', 2);
		const filters = { commandIds: 'nowhere', superseded: true, createdAfter: '2001-01-01T00:00:00Z' };
		const { hints } = await run({ filters });
		expect(hints).toEqual([
			"Named in 'Command IDs', but not queued for the device, or no longer queued: nowhere (device-1)",
		]);
	});

	it.each([
		['commandIds', 'Command IDs'],
		['createdAfter', 'Created After'],
		['createdBefore', 'Created Before'],
		['method', 'Method'],
		['serviceId', 'Service ID'],
		['superseded', 'Superseded'],
	])(
		'when the expression of the filter %s gives nothing, beside one that gives a value',
		async (name, label) => {
			platform.queueCommands('device-1', 2);
			const other = name === 'method' ? { serviceId: 'Valve' } : { method: 'SET_VALVE' };
			const { stopped } = await run({ filters: { ...other, [name]: '={{ $json.nope }}' } });
			expect(stopped?.message).toContain(`'${label}'`);
			expect(platform.requests).toEqual([]);
		},
	);

	it('when an empty result of a search names no command for one of several items', async () => {
		platform.queueCommands('device-1', 2);
		const { stopped } = await run({ filters: { commandIds: '={{ $json.ids }}' } }, [
			{ deviceId: 'device-1', ids: ['a'] },
			{ deviceId: 'device-1', ids: [] },
		]);
		expect(stopped?.message).toContain("'Command IDs' is empty [item 1]");
		expect(platform.requests).toEqual([]);
	});
});

describe('If nothing matches', () => {
	it('an item that asks for a summary gets one, though the filter of another item for the same device matches', async () => {
		platform.queueCommands('device-1', 1);
		const { items } = await run(
			{ filters: { method: '={{ $json.method }}' }, options: { emptyResult: 'summary' } },
			[
				{ deviceId: 'device-1', method: 'OTHER' },
				{ deviceId: 'device-1', method: 'SET_VALVE' },
			],
		);
		expect(items.map(({ json, pairedItem }) => [json.totalCount ?? json.revoked, pairedItem])).toEqual([
			[0, { item: 0 }],
			[true, { item: 1 }],
		]);
	});
});
