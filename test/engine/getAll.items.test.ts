import type { IDataObject } from 'n8n-workflow';

import { credentialFor, runNode } from './engine';
import { usePlatform } from './usePlatform';

/** Command > Get Many: what is queued, without changing anything. */

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

describe('The commands of a device', () => {
	it('come out one item for each, with the fields that a user works with', async () => {
		const [command] = platform.queueCommands('device-1', [
			{ serviceId: 'Valve', method: 'SET_VALVE', paras: { open: false }, expireTime: 3600 },
		]);
		const { items, hints } = await list();
		expect(hints).toEqual([]);
		expect(items).toEqual([
			{
				json: {
					commandId: command?.commandId,
					deviceId: 'device-1',
					appId: platform.appId,
					serviceId: 'Valve',
					method: 'SET_VALVE',
					paras: { open: false },
					status: 'PENDING',
					creationTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
					expireTime: 3600,
				},
				pairedItem: { item: 0 },
			},
		]);
		expect(platform.commands()).toEqual([expect.objectContaining({ status: 'PENDING' })]);
	});

	it('come out untouched when they are not simplified', async () => {
		const [command] = platform.queueCommands('device-1', 1);
		const { items } = await list({ simplify: false });
		expect(items[0]?.json).toEqual(command);
	});

	it.each(['PENDING', 'DEFAULT', 'PENDDING'] as const)(
		'are the pending ones, which the platform spells %s',
		async (pendingSpelling) => {
			platform.set({ pendingSpelling });
			const [pending] = platform.queueCommands('device-1', [
				{},
				{ status: 'DELIVERED' },
				{ status: 'CANCELED' },
			]);
			const outcome = await list();
			expect(ids(outcome)).toEqual([pending?.commandId]);
			expect(outcome.items[0]?.json.status).toBe(pendingSpelling);
		},
	);

	it('are those of the chosen statuses', async () => {
		const queued = platform.queueCommands('device-1', [
			{},
			{ status: 'DELIVERED' },
			{ status: 'CANCELED' },
			{ status: 'SUCCESSFUL' },
		]);
		const outcome = await list({ filters: { statuses: ['CANCELED', 'SUCCESSFUL'] } });
		expect(ids(outcome)).toEqual(queued.slice(2).map(({ commandId }) => commandId));
	});

	it('can be chosen by ID, service and method at the same time', async () => {
		const queued = platform.queueCommands('device-1', [
			{ serviceId: 'Valve', method: 'OPEN' },
			{ serviceId: 'Valve', method: 'CLOSE' },
			{ serviceId: 'Firmware', method: 'OPEN' },
			{ serviceId: 'Valve', method: 'OPEN' },
		]);
		const named = queued.slice(0, 3).map(({ commandId }) => commandId);
		const filters = { serviceId: 'Valve', method: 'OPEN' };
		expect(ids(await list({ filters: { ...filters, commandIds: named } }))).toEqual([named[0]]);
		expect(ids(await list({ filters: { ...filters, commandIds: ` ${named.join(' ,')}, ` } }))).toEqual([
			named[0],
		]);
	});

	it.each(['null', 'missing'] as const)('may come with empty fields %s', async (nulls) => {
		platform.set({ nulls });
		platform.queueCommands('device-1', [{ paras: null, expireTime: null }]);
		const { items } = await list();
		expect(items[0]?.json).toMatchObject({ paras: null, expireTime: null });
	});

	it('give a hint when there are none', async () => {
		platform.addDevice('device-1');
		const { items, hints } = await list();
		expect(items).toEqual([]);
		expect(hints).toEqual(['Nothing is queued for: device device-1']);
	});

	it('are listed once for all items that ask the same, and paired with all of them', async () => {
		platform.queueCommands('device-1', 1);
		platform.queueCommands('device-2', 1);
		const { items } = await list({}, [
			{ deviceId: 'device-1' },
			{ deviceId: 'device-2' },
			{ deviceId: 'device-1' },
		]);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([[{ item: 0 }, { item: 2 }], { item: 1 }]);
		expect(calls()).toHaveLength(2);
	});

	it('are listed once for items with different filters, each paired with the items whose filter chose it', async () => {
		const [open, close] = platform.queueCommands('device-1', [{ method: 'OPEN' }, { method: 'CLOSE' }]);
		const { items } = await list(
			{ filters: { serviceId: '={{ $json.service }}', method: '={{ $json.method }}' } },
			[
				{ deviceId: 'device-1', service: 'Valve', method: 'CLOSE' },
				{ deviceId: 'device-1', service: 'Valve', method: 'OPEN' },
				{ deviceId: 'device-1', service: 'Valve', method: 'CLOSE' },
			],
		);
		expect(items.map(({ json, pairedItem }) => [json.commandId, pairedItem])).toEqual([
			[close?.commandId, [{ item: 0 }, { item: 2 }]],
			[open?.commandId, { item: 1 }],
		]);
		expect(calls()).toHaveLength(1);
	});

	it('give a hint for those that are named and left out, but not where the list ends at the limit', async () => {
		const [a, b] = platform.queueCommands('device-1', [{ method: 'OPEN' }, { method: 'CLOSE' }]);
		const commandIds = [a?.commandId, b?.commandId, 'gone'].join();
		const { items, hints } = await list({ filters: { commandIds, method: 'OPEN' } });
		expect(items).toHaveLength(1);
		expect(hints.join('\n').split('\n')).toEqual([
			`Named in 'Command IDs', but left out by another filter: ${b?.commandId} (device-1)`,
			"Named in 'Command IDs', but not queued for the device, or no longer queued: gone (device-1)",
		]);
		expect((await list({ filters: { commandIds, statuses: ['DELIVERED'] } })).hints).toEqual([
			'No matching commands for: device device-1 (pending: 2)',
		]);
		const cut = await list({ filters: { commandIds }, returnAll: false, limit: 1 });
		expect([cut.items.length, cut.hints]).toEqual([1, []]);
	});

	it.each(['summary', 'none'])(
		'that are not there give an item for each input that asks for one (%s)',
		async (emptyResult) => {
			await platform.addDevice('device-1');
			const { items, hints } = await list({ options: { emptyResult } });
			expect(items.map(({ json }) => json)).toEqual(
				emptyResult === 'none' ? [] : [{ deviceId: 'device-1', totalCount: 0, appId: null }],
			);
			expect(hints).toEqual(['Nothing is queued for: device device-1']);
		},
	);
});

describe('The commands of the whole application', () => {
	it('are listed without a device, whatever the device field still holds', async () => {
		const queued = ['device-1', 'device-2'].flatMap((deviceId) => platform.queueCommands(deviceId, 2));
		const outcome = await list({ scope: 'application' }, [{}]);
		expect(ids(outcome).sort()).toEqual(queued.map(({ commandId }) => commandId).sort());
		expect(calls()).toHaveLength(1);
		expect(calls()[0]?.query.deviceId).toBeUndefined();
	});

	it('are never meant by a device field that is empty', async () => {
		platform.queueCommands('device-1', 1);
		const { stopped } = await list({}, [{}]);
		expect(stopped?.message).toContain("'Device'");
		expect(calls()).toEqual([]);
	});

	it('belong to another application when that is named', async () => {
		platform.set({ authorizedAppIds: ['other'] });
		const queued = platform.queueCommands('device-9', 1, 'other');
		platform.queueCommands('device-1', 1);
		const outcome = await list({ scope: 'application', options: { appId: 'other' } });
		expect(ids(outcome)).toEqual(queued.map(({ commandId }) => commandId));
	});

	it('lead to one revocation for each device that has something queued, and one call for each page', async () => {
		for (let index = 0; index < 2000; index += 1) {
			const deviceId = `device-${index}`;
			if (index % 40 === 0) platform.queueCommands(deviceId, 2);
			else platform.queueCommands(deviceId, [{ status: 'DELIVERED' }]);
		}
		const preview = await list({ scope: 'application', returnAll: true }, [{}]);
		expect(preview.items).toHaveLength(100);
		const pages = calls().length;
		expect(pages).toBe(3);
		await runNode({
			credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
			items: preview.items.map(({ json }) => json),
		});
		expect(
			calls()
				.slice(pages)
				.map(({ method }) => method),
		).toEqual(Array.from({ length: 50 }, () => 'POST'));
		expect(platform.commands().filter(({ status }) => status === 'PENDING')).toEqual([]);
	});
});

it('A run that stops says how many lists were done, and names no command as if it had changed it', async () => {
	platform.queueCommands('device-1', 1);
	const { stopped } = await list({ options: { concurrency: 1 } }, [
		{ deviceId: 'device-1' },
		{ deviceId: 'unknown' },
	]);
	expect(stopped?.message).toMatch(/\. 1 of 2 lists of commands were read \[item 1\]$/);
});
