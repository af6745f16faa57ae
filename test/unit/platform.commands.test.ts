import { COMMANDS, refusal, StandIn } from './standIn';

const standIn = new StandIn();

afterEach(async () => await standIn.stop());

const VALVE = { serviceId: 'Valve', method: 'SET_VALVE', paras: { value: 1 } };

const send = async (more: object = {}, command: unknown = VALVE) =>
	await standIn.post(COMMANDS, { deviceId: 'd', command, ...more });

describe('Sending a command', () => {
	it('queues it, for 48 hours unless it says something else', async () => {
		const platform = await standIn.start();
		await platform.addDevice('d');
		expect(await send()).toMatchObject({
			status: 201,
			json: {
				commandId: expect.stringMatching(/^[\da-f]{32}$/) as string,
				appId: platform.appId,
				deviceId: 'd',
				command: VALVE,
				status: 'PENDING',
				expireTime: 172_800,
				creationTime: '20200603T061701Z',
				callbackUrl: null,
				maxRetransmit: null,
			},
		});
		const given = { expireTime: 60, maxRetransmit: 3, callbackUrl: 'http://127.0.0.1:80/' };
		expect(await send(given)).toMatchObject({ status: 201, json: given });
	});

	it('is answered without what was not set where the platform leaves that out', async () => {
		const platform = await standIn.start({ nulls: 'missing' });
		await platform.addDevice('d');
		const { json } = await send({}, { serviceId: 'Valve', method: 'RESTART' });
		expect(Object.keys(json as object).sort()).toEqual([
			'appId',
			'command',
			'commandId',
			'creationTime',
			'deviceId',
			'expireTime',
			'status',
		]);
	});

	it.each([
		['no device', { deviceId: undefined }, VALVE, '102202'],
		['no command', {}, null, '102202'],
		['no service', {}, { ...VALVE, serviceId: '' }, '102202'],
		['no method', {}, { ...VALVE, method: null }, '102202'],
		['a command that is text', {}, 'SET_VALVE', '100022'],
		['a long device ID', { deviceId: 'd'.repeat(65) }, VALVE, '100022'],
		['a long service', {}, { ...VALVE, serviceId: 's'.repeat(65) }, '100022'],
		['a long method', {}, { ...VALVE, method: 'm'.repeat(129) }, '100022'],
		['parameters that are a list', {}, { ...VALVE, paras: [1] }, '100022'],
		['parameters that are text', {}, { ...VALVE, paras: '{}' }, '100022'],
		['another field', { mode: 'NOW' }, VALVE, '100022'],
		['another field of the command', {}, { ...VALVE, mode: 'NOW' }, '100022'],
		['a negative expireTime', { expireTime: -1 }, VALVE, '100022'],
		['half a second', { expireTime: 0.5 }, VALVE, '100022'],
		['an expireTime that is text', { expireTime: '60' }, VALVE, '100022'],
		['4 retransmissions', { maxRetransmit: 4 }, VALVE, '100022'],
		['a callback URL without a port', { callbackUrl: 'http://10.0.0.1/hook' }, VALVE, '100222'],
		['a callback URL without a path', { callbackUrl: 'http://10.0.0.1:80' }, VALVE, '100222'],
	])('with %s is refused', async (_what, more, command, code) => {
		const platform = await standIn.start();
		await platform.addDevice('d');
		expect(await send(more, command)).toMatchObject(refusal(400, code));
		expect(platform.commands()).toEqual([]);
	});

	it('takes the longest names', async () => {
		const platform = await standIn.start();
		await platform.addDevice('d', { capabilities: [] });
		const command = { serviceId: 's'.repeat(64), method: 'm'.repeat(128), paras: null };
		expect(await send({}, command)).toMatchObject({ status: 201, json: { command } });
	});

	it('to an unknown device is refused with HTTP 200', async () => {
		await standIn.start();
		expect(await send()).toMatchObject(refusal(200, '100418'));
	});

	it('to a service that the device does not have is refused where its capabilities are known', async () => {
		const platform = await standIn.start();
		await platform.addDevice('d');
		const lamp = { serviceId: 'Lamp', method: 'DIM', paras: {} };
		expect(await send({}, lamp)).toMatchObject(refusal(200, '100431'));
		await platform.addDevice('d', { capabilities: [] });
		expect(await send({}, lamp)).toMatchObject({ status: 201 });
	});

	it('to a zombie device is refused', async () => {
		const platform = await standIn.start();
		await platform.addDevice('d', { isZombie: true });
		expect(await send()).toMatchObject(refusal(403, '100612'));
		await platform.addDevice('d', { isZombie: false });
		expect(await send()).toMatchObject({ status: 201 });
	});

	it('at once is refused while the device is not online, and is SENT when it is', async () => {
		const platform = await standIn.start();
		await platform.addDevice('d', { status: 'ABNORMAL' });
		expect(await send({ expireTime: 0 })).toMatchObject(refusal(200, '100428'));
		await platform.setStatus('d', 'ONLINE');
		expect(await send({ expireTime: 0 })).toMatchObject({
			status: 201,
			json: { status: 'SENT', expireTime: 0, issuedTimes: 1, platformIssuedTime: '20200603T061701Z' },
		});
	});

	it('is SENT although it may wait where the platform does so for a device that is online', async () => {
		const platform = await standIn.start({ sendsToOnlineAtOnce: true });
		await platform.addDevice('d');
		expect((await send()).json).toMatchObject({ status: 'PENDING' });
		await platform.setStatus('d', 'ONLINE');
		expect((await send()).json).toMatchObject({ status: 'SENT', expireTime: 172_800 });
		platform.set({ sendsToOnlineAtOnce: false });
		expect((await send()).json).toMatchObject({ status: 'PENDING' });
	});

	it('is refused when 20 are queued, but not when it passes the queue', async () => {
		const platform = await standIn.start();
		platform.queueCommands('d', 19);
		platform.queueCommands('d', [{ status: 'DELIVERED' }]);
		expect(await send()).toMatchObject({ status: 201 });
		expect(await send()).toMatchObject(refusal(400, '100223'));
		await platform.setStatus('d', 'ONLINE');
		expect(await send({ expireTime: 0 })).toMatchObject({ status: 201 });
	});

	it('with a callback URL at another host than the subscriptions is refused', async () => {
		const platform = await standIn.start();
		await platform.addDevice('d');
		platform.addSubscription('deviceAdded', 'http://10.0.0.1:9000/hook');
		const to = async (callbackUrl: string) => await send({ callbackUrl });
		expect(await to('http://10.0.0.2:9000/hook')).toMatchObject(refusal(403, '100234'));
		expect(await to('http://10.0.0.1:9001/hook')).toMatchObject(refusal(403, '100234'));
		expect(await to('http://10.0.0.1:9000/command')).toMatchObject({ status: 201 });
	});

	it('for a device of another application names it in the query', async () => {
		const platform = await standIn.start({ authorizedAppIds: ['owner'] });
		await platform.addDevice('d', {}, 'owner');
		const body = { deviceId: 'd', command: VALVE };
		expect(await standIn.post(`${COMMANDS}?appId=owner`, body)).toMatchObject({
			status: 201,
			json: { appId: 'owner' },
		});
		expect(await standIn.post(COMMANDS, { ...body, appId: 'owner' })).toMatchObject(refusal(400, '100022'));
	});
});

describe('Canceling a command', () => {
	const cancel = async (commandId: string | undefined, status = 'CANCELED') =>
		await standIn.put(`${COMMANDS}/${commandId}`, { status });

	it('works once, and only while it is undelivered', async () => {
		const platform = await standIn.start();
		const [pending, sent] = platform.queueCommands('d', [{}, { status: 'SENT' }]);
		expect(await cancel(pending?.commandId, 'PENDING')).toMatchObject(refusal(400, '100022'));
		expect(await cancel(pending?.commandId)).toMatchObject({ status: 200, json: { status: 'CANCELED' } });
		expect(await cancel(pending?.commandId)).toMatchObject(refusal(200, '100435'));
		expect(await cancel(sent?.commandId)).toMatchObject(refusal(200, '100435'));
		expect(await cancel('unknown')).toMatchObject(refusal(200, '100434'));
	});

	it.each(['SENT', 'DELIVERED', 'PENDING'] as const)(
		'can be answered with a command that is %s',
		async (status) => {
			const platform = await standIn.start({ cancelOutcome: status });
			const [first, second] = platform.queueCommands('d', 2);
			expect(await cancel(first?.commandId)).toMatchObject({ status: 200, json: { status } });
			expect(standIn.statuses('d')).toEqual([status, 'PENDING']);
			platform.set({
				cancelOutcome: ({ commandId }) => (commandId === second?.commandId ? 'CANCELED' : status),
			});
			expect(await cancel(second?.commandId)).toMatchObject({ status: 200, json: { status: 'CANCELED' } });
		},
	);
});
