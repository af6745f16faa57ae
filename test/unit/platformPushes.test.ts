/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js beside n8n, never inside it */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { call } from '../platform/caller';
import { type Platform, type PlatformOptions, startPlatform } from '../platform/platform';

const SUBSCRIPTIONS = '/iocm/app/sub/v1.2.0/subscriptions';
const NOW = Date.UTC(2020, 5, 3, 6, 17, 1);

let platform: Platform;

async function start(options: PlatformOptions = {}): Promise<void> {
	platform = await startPlatform({ now: () => NOW, ...options });
}

afterEach(async () => await platform.close());

/** Waits for something that the platform does by itself. */
async function until(condition: () => boolean): Promise<void> {
	while (!condition()) await call(platform, { path: '/control/state' });
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
	let text = '';
	for await (const part of request) text += String(part);
	return JSON.parse(text);
}

const refusal = (status: number, error_code: string) => ({ status, json: { error_code } });

describe('Subscriptions', () => {
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
		await call(platform, { method: 'POST', path: SUBSCRIPTIONS, body: { notifyType, callbackUrl: url } });

	it('push what happens, in the bodies of the platform', async () => {
		await start();
		for (const type of ['deviceInfoChanged', 'deviceDataChanged', 'deviceDeleted']) {
			expect(await subscribe(type)).toMatchObject({ status: 201, json: { notifyType: type, callbackUrl } });
		}
		await platform.addDevice('d');
		await platform.setStatus('d', 'ABNORMAL');
		await platform.reportData('d', { level: 7 }, 'Tank');
		await platform.removeDevice('d');
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
		expect(platform.pushes.map(({ status }) => status)).toEqual([200, 200, 200]);
	});

	it('push again after an answer that is not 200', async () => {
		await start({ pushRetryMs: 1 });
		answerWith = 401;
		await platform.addDevice('d');
		platform.addSubscription('deviceInfoChanged', callbackUrl);
		await platform.setStatus('d', 'ONLINE');
		expect(platform.pushes).toMatchObject([{ url: callbackUrl, status: 401 }]);
		answerWith = 200;
		await until(() => platform.pushes.at(-1)?.status === 200);
		expect(platform.pushes).toHaveLength(received.length);
	});

	it('push again when no answer comes in time', async () => {
		await start({ pushRetryMs: 1, pushTimeoutMs: 50 });
		answerWith = undefined;
		await platform.addDevice('d');
		platform.addSubscription('deviceInfoChanged', callbackUrl);
		await platform.setStatus('d', 'OFFLINE');
		expect(platform.pushes[0]).not.toHaveProperty('status');
		answerWith = 200;
		await until(() => platform.pushes.at(-1)?.status === 200);
		expect(platform.pushes).toHaveLength(received.length);
	});

	it('are refused without a port, twice, and at another address', async () => {
		await start();
		expect(await subscribe('deviceAdded', 'https://n8n.example.com/hook')).toMatchObject(
			refusal(400, '100222'),
		);
		await subscribe('deviceAdded');
		expect(await subscribe('deviceAdded', `${callbackUrl}/2`)).toMatchObject(refusal(409, '100227'));
		expect(await subscribe('deviceDeleted', 'http://127.0.0.2:1/hook')).toMatchObject({ status: 403 });
		platform.set({ sameTypeOtherUrl: 'allowed' });
		expect(await subscribe('deviceAdded', `${callbackUrl}/2`)).toMatchObject({ status: 201 });
	});

	it('are listed and removed, one by one or by URL', async () => {
		await start();
		const one = platform.addSubscription('deviceAdded', callbackUrl);
		platform.addSubscription('deviceDeleted', callbackUrl);
		const remove = async (rest: string) =>
			(await call(platform, { method: 'DELETE', path: `${SUBSCRIPTIONS}${rest}` })).status;
		expect((await call(platform, { path: `${SUBSCRIPTIONS}?notifyType=deviceAdded` })).json).toMatchObject({
			totalCount: 1,
			subscriptions: [{ subscriptionId: one.subscriptionId }],
		});
		expect(await remove(`/${one.subscriptionId}`)).toBe(204);
		expect(await remove(`/${one.subscriptionId}`)).toBe(404);
		expect(await remove(`?callbackUrl=${encodeURIComponent(callbackUrl)}`)).toBe(204);
		expect(platform.subscriptions()).toEqual([]);
	});

	it('tell the callback URL of a command what becomes of it when the device wakes', async () => {
		await start({ deliverOnWake: true, deliverEveryMs: 1 });
		const [command] = platform.queueCommands('d', [{ callbackUrl }]);
		await platform.setStatus('d', 'ONLINE');
		await until(() => received.length === 2);
		const told = (resultCode: string) => ({
			deviceId: 'd',
			commandId: command?.commandId,
			result: { resultCode, resultDetail: null },
		});
		expect(received).toEqual(expect.arrayContaining([told('SENT'), told('DELIVERED')]));
	});
});
