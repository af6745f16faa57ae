import { para, type ServiceCapability } from '../platform/platform';
import { CAPABILITIES, refusal, StandIn } from './standIn';

const standIn = new StandIn();

afterEach(async () => await standIn.stop());

interface Capabilities {
	deviceCapabilities: Array<{ deviceId: string; serviceCapabilities: ServiceCapability[] }>;
}

const look = async (query: string): Promise<Capabilities['deviceCapabilities']> =>
	((await standIn.get(`${CAPABILITIES}?${query}`)).json as Capabilities).deviceCapabilities;

describe('The capabilities of a device', () => {
	it('of the usual type are a valve and a meter, with parameters of every kind', async () => {
		const platform = await standIn.start();
		await platform.addDevice('d');
		const [{ deviceId, serviceCapabilities } = { deviceId: '', serviceCapabilities: [] }] =
			await look('deviceId=d');
		expect(deviceId).toBe('d');
		expect(serviceCapabilities.map(({ serviceId }) => serviceId)).toEqual(['Valve', 'Meter']);
		const [valve] = serviceCapabilities;
		expect(valve).toMatchObject({
			serviceType: 'Valve',
			option: 'Mandatory',
			properties: [expect.anything()],
		});
		expect(valve?.commands.map(({ commandName }) => commandName)).toEqual([
			'SET_VALVE',
			'CONFIGURE',
			'RESTART',
		]);
		expect(valve?.commands[0]?.paras).toEqual([
			{
				paraName: 'value',
				dataType: 'int',
				required: true,
				min: 0,
				max: 100,
				step: 1,
				maxLength: null,
				unit: '%',
				enumList: null,
			},
		]);
		const kinds = valve?.commands[1]?.paras.map(({ dataType }) => dataType);
		expect(kinds).toEqual(['string', 'string', 'decimal', 'long', 'DateTime', 'jsonObject']);
		expect(valve?.commands[1]?.paras).toMatchObject([
			{ enumList: ['auto', 'manual'] },
			{ maxLength: 16 },
			{ min: -10, max: 60.5, step: 0.5, unit: '°C' },
			{},
			{},
			{},
		]);
	});

	it('can be any, and can be changed', async () => {
		const platform = await standIn.start();
		const lamp: ServiceCapability = {
			serviceId: 'Lamp',
			serviceType: 'Lamp',
			option: 'Optional',
			description: null,
			commands: [
				{
					commandName: 'DIM',
					paras: [para('percent', { dataType: 'int', required: true })],
					responses: [],
				},
			],
			properties: [],
		};
		await platform.addDevice('d', { capabilities: [lamp] });
		expect(await look('deviceId=d')).toEqual([{ deviceId: 'd', serviceCapabilities: [lamp] }]);
		await platform.addDevice('d', { capabilities: [] });
		expect(await look('deviceId=d')).toEqual([]);
	});

	it('come with numbers that are texts where the platform writes them so', async () => {
		const platform = await standIn.start({ capabilityNumbers: 'texts' });
		await platform.addDevice('d');
		const [found] = await look('deviceId=d');
		expect(found?.serviceCapabilities[0]?.commands[1]?.paras[2]).toMatchObject({
			min: '-10',
			max: '60.5',
			step: '0.5',
			required: false,
		});
	});

	it('come without empty fields where the platform leaves them out', async () => {
		const platform = await standIn.start({ nulls: 'missing' });
		await platform.addDevice('d');
		const [found] = await look('deviceId=d');
		expect(found?.serviceCapabilities[0]?.commands[0]?.paras).toEqual([
			{ paraName: 'value', dataType: 'int', required: true, min: 0, max: 100, step: 1, unit: '%' },
		]);
	});

	it.each([
		['empty', []],
		['null', null],
		['noServices', [{ deviceId: 'd', serviceCapabilities: [] }]],
	] as const)('that are none come as %s', async (noCapabilities, expected) => {
		const platform = await standIn.start({ noCapabilities });
		await platform.addDevice('d', { deviceType: 'Lamp' });
		expect(await look('deviceId=d')).toEqual(expected);
	});

	it('are found by gateway', async () => {
		const platform = await standIn.start();
		await platform.addDevice('one', { gatewayId: 'g' });
		await platform.addDevice('two', { gatewayId: 'g' });
		await platform.addDevice('other');
		const found = async (query: string) => (await look(query)).map(({ deviceId }) => deviceId);
		expect(await found('gatewayId=g')).toEqual(['one', 'two']);
		expect(await found('gatewayId=g&deviceId=two')).toEqual(['two']);
		expect(await found('gatewayId=other&deviceId=two')).toEqual([]);
	});

	it('are refused for an unknown device and for none', async () => {
		const platform = await standIn.start({ authorizedAppIds: ['owner'] });
		await platform.addDevice('theirs', {}, 'owner');
		expect(await standIn.get(CAPABILITIES)).toMatchObject(refusal(400, '102202'));
		expect(await standIn.get(`${CAPABILITIES}?deviceId=theirs`)).toMatchObject(refusal(404, '100418'));
		expect(await look('deviceId=theirs&appId=owner')).toMatchObject([{ deviceId: 'theirs' }]);
	});
});
