import { StandIn } from './standIn';

const standIn = new StandIn();

afterEach(async () => await standIn.stop());

const control = async (path: string, body: unknown) => {
	const { status, text } = await standIn.post(`/control/${path}`, body, { token: '' });
	return `${status} ${text}`;
};

describe('The calls that a person makes in front of the stand-in are answered in words:', () => {
	it('what was queued, and how much is pending now', async () => {
		const platform = await standIn.start();
		platform.queueCommands('d', [{}, { status: 'DELIVERED' }]);
		const answer = await control('devices', { deviceId: 'd', commands: 1 });
		const { commandId, command } = platform.commands('d').at(-1) ?? {};
		expect(answer).toBe(
			`200 queued for d: 1 (pending commands: 2)\n${commandId}  ${command?.method}  {"value":0}`,
		);
	});

	it('whether anybody was told of a status', async () => {
		const platform = await standIn.start();
		platform.queueCommands('d', 1);
		expect(await control('status', { deviceId: 'd', status: 'OFFLINE' })).toBe(
			'200 d is OFFLINE (pending commands: 1); nobody has subscribed to it',
		);
		platform.addSubscription('deviceInfoChanged', 'http://127.0.0.1:1/closed');
		expect(await control('status', { deviceId: 'd', status: 'ONLINE' })).toBe(
			'200 d is ONLINE (pending commands: 1); reports sent: 1 (no answer)',
		);
	});

	it('that queued commands are on their way to a device that is back', async () => {
		const platform = await standIn.start({ deliverOnWake: true });
		await control('devices', { deviceId: 'd', commands: 2 });
		const times = platform.commands('d').map(({ creationTime }) => creationTime);
		expect(new Set(times).size).toBe(2);
		expect(await control('status', { deviceId: 'd', status: 'ONLINE' })).toBe(
			'200 d is ONLINE (pending commands: 2, delivering them now); nobody has subscribed to it',
		);
	});

	it('what can not be done, and why', async () => {
		await standIn.start();
		expect(await control('status', { deviceId: 'd', status: 'OFF' })).toMatch(
			/^400 "status" is none of .*OFFLINE/,
		);
		expect(await control('status', { deviceId: 'd', status: 'OFFLINE' })).toBe(
			'400 The stand-in has no device "d"',
		);
		expect(await control('devices', { deviceId: 'd', commands: -1 })).toBe('400 "commands" is no count');
		expect(await control('fault', { kind: 'unheard-of' })).toMatch(/^400 "kind"/);
	});
});
