/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js beside n8n, never inside it */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { call } from '../platform/caller';
import { COMMANDS, StandIn, SUBSCRIPTIONS } from './standIn';

const standIn = new StandIn();

afterEach(async () => await standIn.stop());

/** Waits for something that the standIn.platform does by itself. */
async function until(condition: () => boolean): Promise<void> {
	while (!condition()) await call(standIn.platform, { path: '/control/state' });
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
	let text = '';
	for await (const part of request) text += String(part);
	return JSON.parse(text);
}

describe('Subscribers', () => {
	let receiver: Server;
	let callbackUrl: string;
	let received: unknown[];
	/** No answer at all while it is undefined. */
	let answerWith: number | undefined;

	beforeEach(async () => {
		received = [];
		answerWith = 200;
		receiver = createServer((request, response) => {
			void bodyOf(request).then((body) => {
				received.push(body);
				if (answerWith !== undefined) response.writeHead(answerWith).end();
			});
		});
		await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
		const address = receiver.address();
		callbackUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/hook`;
	});

	afterEach(async () => await new Promise((resolve) => receiver.close(resolve)));

	const subscribe = async (notifyType: string, url = callbackUrl) =>
		await standIn.post(SUBSCRIPTIONS, { notifyType, callbackUrl: url });

	it('are pushed what happens, in the bodies of the platform', async () => {
		await standIn.start();
		for (const type of ['deviceInfoChanged', 'deviceDataChanged', 'deviceDeleted']) {
			expect(await subscribe(type)).toMatchObject({ status: 201, json: { notifyType: type, callbackUrl } });
		}
		await standIn.platform.addDevice('d');
		await standIn.platform.setStatus('d', 'ABNORMAL');
		await standIn.platform.reportData('d', { level: 7 }, 'Tank');
		await standIn.platform.removeDevice('d');
		const head = { deviceId: 'd', gatewayId: 'd' };
		const service = { serviceId: 'Tank', serviceType: 'Tank', data: { level: 7 } };
		expect(received).toEqual([
			{
				notifyType: 'deviceInfoChanged',
				...head,
				networkStatus: null,
				deviceInfo: expect.objectContaining({ status: 'ABNORMAL', name: null }) as object,
			},
			{
				notifyType: 'deviceDataChanged',
				...head,
				requestId: null,
				service: { ...service, eventTime: '20200603T061701Z' },
			},
			{ notifyType: 'deviceDeleted', ...head },
		]);
		expect(standIn.platform.pushes.map(({ status }) => status)).toEqual([200, 200, 200]);
	});

	it('are pushed it again after an answer that is not 200', async () => {
		await standIn.start({ pushRetryMs: 1 });
		answerWith = 401;
		await standIn.platform.addDevice('d');
		standIn.platform.addSubscription('deviceInfoChanged', callbackUrl);
		await standIn.platform.setStatus('d', 'ONLINE');
		expect(standIn.platform.pushes).toMatchObject([{ url: callbackUrl, status: 401 }]);
		answerWith = 200;
		await until(() => standIn.platform.pushes.at(-1)?.status === 200);
		expect(standIn.platform.pushes).toHaveLength(received.length);
	});

	it('are pushed it again when no answer comes in time', async () => {
		await standIn.start({ pushRetryMs: 1, pushTimeoutMs: 50 });
		answerWith = undefined;
		await standIn.platform.addDevice('d');
		standIn.platform.addSubscription('deviceInfoChanged', callbackUrl);
		await standIn.platform.setStatus('d', 'OFFLINE');
		expect(standIn.platform.pushes[0]).not.toHaveProperty('status');
		answerWith = 200;
		await until(() => standIn.platform.pushes.at(-1)?.status === 200);
		expect(standIn.platform.pushes).toHaveLength(received.length);
	});

	it('of a command learn what becomes of it when the device wakes', async () => {
		await standIn.start({ deliverOnWake: true, deliverEveryMs: 1 });
		const [command] = standIn.platform.queueCommands('d', [{ callbackUrl }]);
		await standIn.platform.setStatus('d', 'ONLINE');
		await until(() => received.length === 2);
		const told = (resultCode: string) => ({
			deviceId: 'd',
			commandId: command?.commandId,
			result: { resultCode, resultDetail: null },
		});
		expect(received).toEqual(expect.arrayContaining([told('SENT'), told('DELIVERED')]));
	});

	it('of a command that is sent past the queue learn what becomes of it', async () => {
		await standIn.start({ deliverOnWake: true, deliverEveryMs: 1, nulls: 'missing' });
		await standIn.platform.addDevice('d', { status: 'ONLINE' });
		const command = { serviceId: 'Valve', method: 'RESTART' };
		await standIn.post(COMMANDS, { deviceId: 'd', command, callbackUrl, expireTime: 0 });
		await until(() => received.length === 2 && standIn.statuses('d')[0] === 'DELIVERED');
		const codes = received.map((body) => (body as { result: { resultCode: string } }).result.resultCode);
		expect(codes.sort()).toEqual(['DELIVERED', 'SENT']);
	});
});
