import type { IDataObject } from 'n8n-workflow';

import { credentialFor, runNode, type Outcome } from './engine';
import { usePlatform } from './usePlatform';

/** IoT Device > Get and Get Many. */

const platform = usePlatform();

const run = async (parameters: IDataObject, items: IDataObject[] = [{}]): Promise<Outcome> =>
	await runNode({
		credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
		items,
		parameters: { resource: 'device', ...parameters },
		settings: { type: 'device', onError: 'continueRegularOutput' },
	});
const many = async (filters: IDataObject = {}, more: IDataObject = {}) =>
	await run({ operation: 'getAll', filters, ...more });
const idsOf = ({ items }: Outcome) => items.map(({ json }) => json.deviceId);
const calls = () => platform.requests.filter(({ path }) => path.endsWith('/devices'));

const FIELDS = [
	...['deviceId', 'name', 'status', 'statusDetail', 'deviceType', 'model', 'createTime'],
	...['lastModifiedTime', 'nodeId', 'gatewayId'],
];

async function addFleet(): Promise<void> {
	await platform.addDevice('north', { name: 'Pump North', status: 'ONLINE', createTime: '20260101T000000Z' });
	await platform.addDevice('south', {
		name: 'pump south',
		status: 'OFFLINE',
		createTime: '20260201T000000Z',
	});
	await platform.addDevice('lamp', { name: 'Lamp', status: 'ABNORMAL', createTime: '20260301T000000Z' });
	await platform.addDevice('spare', { name: null, status: 'INACTIVE', createTime: '20260401T000000Z' });
}

describe('Get', () => {
	it('gives a device with what a person looks for first, times in ISO 8601', async () => {
		await addFleet();
		const { items } = await run({ operation: 'get' }, [{ deviceId: 'south' }]);
		expect(items.map(({ json }) => Object.keys(json))).toEqual([FIELDS]);
		expect(items[0]?.json).toMatchObject({
			deviceId: 'south',
			name: 'pump south',
			status: 'OFFLINE',
			createTime: '2026-02-01T00:00:00.000Z',
		});
	});

	it('gives the raw reply without Simplify', async () => {
		await addFleet();
		const { items } = await run({ operation: 'get', simplify: false }, [{ deviceId: 'south' }]);
		expect(items[0]?.json).toMatchObject({
			createTime: '20260201T000000Z',
			deviceInfo: { status: 'OFFLINE' },
		});
	});

	it.each([[], {}, { hello: 'world' }, { deviceId: null }, { deviceId: 'north' }])(
		'takes no answer for the device that does not name it: %j',
		async (body) => {
			platform.failNext({ kind: 'reply', status: 200, body, times: Infinity });
			const { items } = await run({ operation: 'get', options: { maxRetries: 0 } }, [{ deviceId: 'south' }]);
			expect(items.map(({ json }) => Object.keys(json))).toEqual([['error', 'message']]);
			expect(items[0]?.json.error).toContain('contains no device');
		},
	);

	it('makes one call for a device that two items name, and reports an unknown one for its item', async () => {
		await addFleet();
		const { items } = await run({ operation: 'get' }, [
			{ deviceId: 'south' },
			{ deviceId: 'nobody' },
			{ deviceId: 'south' },
		]);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([[{ item: 0 }, { item: 2 }], { item: 1 }]);
		expect(String(items[1]?.json.error)).toMatch(/100403|100418/);
		expect(platform.requests).toHaveLength(2);
	});
});

describe('Get Many', () => {
	it('lists the devices in the order of their registration', async () => {
		await addFleet();
		const outcome = await many();
		expect(idsOf(outcome)).toEqual(['north', 'south', 'lamp', 'spare']);
		expect(Object.keys(outcome.items[0]?.json ?? {})).toEqual(FIELDS);
		expect(calls()[0]?.query).toEqual({ pageNo: '0', pageSize: '250' });
	});

	it.each([
		['statuses', { statuses: ['OFFLINE', 'ABNORMAL'] }, ['south', 'lamp']],
		['a status as an expression gives it', { statuses: 'offline' }, ['south']],
		[
			'all statuses',
			{ statuses: ['OFFLINE', 'ABNORMAL', 'ONLINE', 'INACTIVE'] },
			['north', 'south', 'lamp', 'spare'],
		],
		['a part of the name in any case', { name: 'PUMP' }, ['north', 'south']],
		['a name and a status', { name: 'pump', statuses: ['ONLINE'] }, ['north']],
		[
			'registration',
			{ registeredAfter: '2026-02-01T00:00:00Z', registeredBefore: '2026-03-01T00:00:00Z' },
			['south', 'lamp'],
		],
	])('filters by %s, also where the platform ignores that', async (_by, filters, ids) => {
		await addFleet();
		expect(idsOf(await many(filters))).toEqual(ids);
		platform.set({ deviceListIgnores: ['name', 'status', 'startTime', 'endTime'] });
		expect(idsOf(await many(filters))).toEqual(ids);
	});

	it('reads 250 devices per page, and no more pages than the limit needs', async () => {
		for (let at = 0; at < 600; at += 1) await platform.addDevice(`device-${at}`);
		expect(idsOf(await many({}, { limit: 250 }))).toHaveLength(250);
		expect(calls()).toHaveLength(1);
		expect(idsOf(await many({}, { limit: 251 }))).toHaveLength(251);
		expect(calls()).toHaveLength(3);
		expect(new Set(idsOf(await many({}, { returnAll: true }))).size).toBe(600);
		expect(calls()).toHaveLength(6);
	});

	it('says in a hint that nothing matches', async () => {
		const { items, hints } = await many({ name: 'nothing' });
		expect(items).toEqual([]);
		expect(hints.join()).toContain('No devices found');
	});

	it.each([
		[{ statuses: ['GONE'] }, "'Statuses' is GONE"],
		[{ name: ' ' }, "'Name' is empty"],
		[{ registeredAfter: 'soon' }, "'Registered After' is not a date"],
		[{ registeredAfter: '2026-02-02', registeredBefore: '2026-02-01' }, "'Registered After' is later"],
	])('refuses %p before any call', async (filters, words) => {
		const { items } = await many(filters);
		expect(items[0]?.json.error).toContain(words);
		expect(platform.requests).toEqual([]);
	});
});
