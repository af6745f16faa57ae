import type { PlatformOptions } from '../platform/platform';
import { DEVICES, refusal, StandIn } from './standIn';

const standIn = new StandIn();

afterEach(async () => await standIn.stop());

interface DeviceList {
	totalCount: number;
	pageNo: number;
	pageSize: number;
	devices: Array<{ deviceId: string }>;
}

/** The IDs of a page, in a word. */
const ids = async (query: string): Promise<string> => {
	const { json } = await standIn.get(`${DEVICES}?${query}`);
	return (json as DeviceList).devices.map(({ deviceId }) => deviceId).join('');
};

/** Devices a, b, c: one for each day, the last two of them silent. */
async function startWithThree(options: PlatformOptions = {}): Promise<void> {
	const platform = await standIn.start(options);
	await platform.addDevice('b', { createTime: '20200102T000000Z', status: 'OFFLINE', name: 'Pump 2' });
	await platform.addDevice('a', { createTime: '20200101T000000Z', status: 'ONLINE', name: 'Pump 1' });
	await platform.addDevice('c', { createTime: '20200103T000000Z', status: 'ABNORMAL', name: null });
}

describe('The list of devices', () => {
	it('comes in order of registration, with all fields', async () => {
		await startWithThree();
		const { json } = await standIn.get(`${DEVICES}?pageNo=0&pageSize=1`);
		expect(json).toEqual({
			totalCount: 3,
			pageNo: 0,
			pageSize: 1,
			devices: [
				{
					deviceId: 'a',
					gatewayId: 'a',
					nodeType: 'ENDPOINT',
					createTime: '20200101T000000Z',
					lastModifiedTime: '20200101T000000Z',
					deviceInfo: expect.objectContaining({ name: 'Pump 1', status: 'ONLINE' }) as object,
					services: null,
				},
			],
		});
		expect(await ids('pageNo=1&pageSize=2')).toBe('c');
	});

	it.each([
		['status=ONLINE', 'a'],
		['status=INACTIVE', ''],
		['name=ump', 'ab'],
		['name=Pump%202', 'b'],
		['name=pump', ''],
		['startTime=20200102T000000Z', 'bc'],
		['endTime=20200102T000000Z', 'ab'],
		['startTime=20200102T000000Z&endTime=20200102T000000Z&status=OFFLINE', 'b'],
		['deviceType=WaterMeter&nodeType=ENDPOINT', 'abc'],
		['deviceType=Lamp', ''],
		['gatewayId=c', 'c'],
		['sort=ASC', 'abc'],
		['sort=DESC', 'cba'],
		['sort=DESC&status=OFFLINE', 'b'],
	])('with %s holds %p', async (query, expected) => {
		await startWithThree();
		expect(await ids(`pageNo=0&${query}`)).toBe(expected);
	});

	it.each([
		['', '100218'],
		['pageSize=1', '100218'],
		['pageNo=0&pageSize=251', '100216'],
		['pageNo=0&pageSize=0', '100216'],
		['pageNo=-1', '100216'],
		['pageNo=0&sort=NEWEST', '100216'],
		['pageNo=0&status=SILENT', '100216'],
		['pageNo=0&startTime=2020', '100216'],
	])('is refused for %p', async (query, code) => {
		await startWithThree();
		expect(await standIn.get(`${DEVICES}?${query}`)).toMatchObject(refusal(400, code));
	});

	it('needs no page number with a gateway, and has 25 on a page', async () => {
		await startWithThree();
		expect((await standIn.get(`${DEVICES}?gatewayId=a`)).json).toMatchObject({ totalCount: 1, pageSize: 25 });
	});

	it.each([
		['name', 'name=Pump%202', 'abc'],
		['status', 'status=ONLINE', 'abc'],
		['sort', 'sort=DESC', 'abc'],
		['startTime', 'startTime=20200103T000000Z&endTime=20200103T000000Z', 'abc'],
	] as const)('can ignore %s', async (ignored, query, expected) => {
		await startWithThree({ deviceListIgnores: [ignored] });
		expect(await ids(`pageNo=0&${query}`)).toBe(expected);
	});

	it('can have the newest first unless it is asked for the oldest', async () => {
		await startWithThree({ deviceOrder: 'DESC' });
		expect(await ids('pageNo=0')).toBe('cba');
		expect(await ids('pageNo=0&sort=ASC')).toBe('abc');
	});

	it('shows a change of status at once, whatever was asked before', async () => {
		await startWithThree();
		expect(await ids('pageNo=0&status=OFFLINE')).toBe('b');
		await standIn.platform.setStatus('a', 'OFFLINE');
		expect(await ids('pageNo=0&status=OFFLINE')).toBe('ab');
		await standIn.platform.removeDevice('b');
		expect(await ids('pageNo=0&status=OFFLINE')).toBe('a');
		await standIn.platform.addDevice('d');
		expect(await ids('pageNo=0&status=OFFLINE')).toBe('ad');
		await standIn.platform.changeInfo('d', { name: 'New' });
		expect(await ids('pageNo=0&name=New')).toBe('d');
	});

	it('shows a device where it was moved or registered anew', async () => {
		await startWithThree();
		standIn.platform.moveDevice('c', 0);
		expect(await ids('pageNo=0')).toBe('cab');
		standIn.platform.moveDevice('a', 2);
		expect(await ids('pageNo=0')).toBe('cba');
		await standIn.platform.removeDevice('b');
		await standIn.platform.addDevice('b');
		expect(await ids('pageNo=0')).toBe('cab');
	});

	it('moves a device whose time of registration is changed', async () => {
		await startWithThree();
		await standIn.platform.addDevice('a', { createTime: '20200104T000000Z' });
		expect(await ids('pageNo=0')).toBe('bca');
		expect(await ids('pageNo=0&startTime=20200104T000000Z')).toBe('a');
	});
});

describe('A device', () => {
	it('is found by its ID', async () => {
		await startWithThree();
		expect(await standIn.get(`${DEVICES}/c`)).toMatchObject({
			status: 200,
			json: { deviceId: 'c', deviceInfo: { name: null, status: 'ABNORMAL' } },
		});
		expect(await standIn.get(`${DEVICES}/unknown`)).toMatchObject(refusal(404, '100403'));
	});

	it('comes without empty fields where the platform leaves them out', async () => {
		await startWithThree({ nulls: 'missing' });
		const { json } = await standIn.get(`${DEVICES}/c`);
		expect(json).not.toHaveProperty('services');
		expect(json).not.toHaveProperty('deviceInfo.name');
	});

	it('is found under the application that owns it', async () => {
		const platform = await standIn.start({ authorizedAppIds: ['owner'] });
		await platform.addDevice('theirs', {}, 'owner');
		expect(await standIn.get(`${DEVICES}/theirs`)).toMatchObject(refusal(404, '100403'));
		expect(await standIn.get(`${DEVICES}/theirs?appId=owner`)).toMatchObject({ status: 200 });
	});

	it('keeps its queue and what else was said of it when it is changed', async () => {
		await startWithThree();
		standIn.platform.queueCommands('a', 1);
		await standIn.platform.addDevice('a', { name: 'Renamed' });
		expect((await standIn.get(`${DEVICES}/a`)).json).toMatchObject({
			createTime: '20200101T000000Z',
			deviceInfo: { name: 'Renamed', status: 'ONLINE' },
		});
		expect(standIn.platform.commands('a')).toHaveLength(1);
	});
});
