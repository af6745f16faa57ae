import { type Answer, call, type Call } from '../platform/caller';
import { type Fault, type Platform, type PlatformOptions, startPlatform } from '../platform/platform';

const TASKS = '/iocm/app/cmd/v1.4.0/deviceCommandCancelTasks';
const COMMANDS = '/iocm/app/cmd/v1.4.0/deviceCommands';
const DEVICES = '/iocm/app/dm/v1.4.0/devices';
const LOGIN = '/iocm/app/sec/v1.1.0/login';

let platform: Platform;
let now: number;

async function start(options: PlatformOptions = {}): Promise<void> {
	now = Date.UTC(2020, 5, 3, 6, 17, 1);
	platform = await startPlatform({ now: () => now, ...options });
}

afterEach(async () => await platform.close());

const revoke = async (deviceId: unknown, more: Partial<Call> = {}): Promise<Answer> =>
	await call(platform, { method: 'POST', path: TASKS, body: { deviceId }, ...more });

const get = async (path: string, more: Partial<Call> = {}): Promise<Answer> =>
	await call(platform, { path, ...more });

const statuses = (deviceId: string): string[] => platform.commands(deviceId).map(({ status }) => status);

const gatewayRefusal = (resultcode: string) => ({
	status: 403,
	json: { resultcode, resultmsg: expect.any(String) as string },
});

const serviceRefusal = (status: number, error_code: string) => ({
	status,
	json: { error_code, error_desc: expect.any(String) as string },
});

describe('Login', () => {
	const logIn = async (body: string, type = 'application/x-www-form-urlencoded') =>
		await call(platform, {
			method: 'POST',
			path: LOGIN,
			body,
			headers: { 'content-type': type, app_key: undefined, authorization: undefined },
		});

	it('takes App ID and secret as a form and gives a token that works', async () => {
		await start();
		const { status, json } = await logIn(`appId=${platform.appId}&secret=${platform.secret}`);
		expect(status).toBe(200);
		expect(json).toMatchObject({ tokenType: 'bearer', expiresIn: 3600 });
		const { accessToken } = json as { accessToken: string };
		expect(await get(TASKS, { token: accessToken })).toMatchObject({ status: 200 });
	});

	it('refuses JSON, missing parameters and a wrong secret', async () => {
		await start();
		const { appId, secret } = platform;
		expect(await logIn(JSON.stringify({ appId, secret }), 'application/json')).toMatchObject(
			serviceRefusal(400, '102202'),
		);
		expect(await logIn(`appId=${appId}`)).toMatchObject(serviceRefusal(400, '102202'));
		expect(await logIn(`appId=${appId}&secret=wrong`)).toMatchObject(serviceRefusal(401, '100208'));
	});
});

describe('The gateway', () => {
	it('refuses a token at the end of its life, and all tokens when they are told to expire', async () => {
		await start({ tokenLifetime: 60 });
		const token = platform.issueToken();
		now += 59_999;
		expect(await get(TASKS, { token })).toMatchObject({ status: 200 });
		now += 1;
		expect(await get(TASKS, { token })).toMatchObject(gatewayRefusal('1010005'));
		const younger = platform.issueToken();
		platform.expireTokens();
		expect(await get(TASKS, { token: younger })).toMatchObject(gatewayRefusal('1010005'));
	});

	it('refuses a call without the key header, and one with a wrong key', async () => {
		await start();
		expect(await get(TASKS, { headers: { app_key: undefined } })).toMatchObject(
			serviceRefusal(500, '100220'),
		);
		expect(await get(TASKS, { headers: { app_key: 'wrong' } })).toMatchObject(gatewayRefusal('1010005'));
	});

	it('accepts no more than the threshold in any window, and does not count what it refuses', async () => {
		await start({ threshold: 3, windowMs: 1000 });
		const calls = async (count: number) => {
			const answers: number[] = [];
			for (let i = 0; i < count; i++) answers.push((await get(TASKS)).status);
			return answers;
		};
		expect(await calls(1)).toEqual([200]);
		now += 600;
		expect(await calls(4)).toEqual([200, 200, 403, 403]);
		now += 399;
		expect(await get(TASKS)).toMatchObject(gatewayRefusal('1010009'));
		now += 1;
		expect(await calls(2)).toEqual([200, 403]);
		now += 600;
		expect(await calls(3)).toEqual([200, 200, 403]);
	});

	it('answers with HTTP 200 and numbers where it is set so', async () => {
		await start({ gatewayRefusesWith200: true, gatewayCodesAsNumbers: true });
		const answer = await get(TASKS, { token: 'wrong' });
		expect(answer).toMatchObject({ status: 200, json: { resultcode: 1010005 } });
	});

	it('knows the devices of another application only under its appId', async () => {
		await start({ authorizedAppIds: ['other'], unauthorizedAppIds: ['closed'] });
		platform.queueCommands('d', 1, 'other');
		expect(await revoke('d')).toMatchObject(serviceRefusal(200, '100418'));
		expect(await revoke('d', { path: `${TASKS}?appId=closed` })).toMatchObject(serviceRefusal(200, '100217'));
		expect(await revoke('d', { path: `${TASKS}?appId=nobody` })).toMatchObject(serviceRefusal(200, '100203'));
		expect(await revoke('d', { path: `${TASKS}?appId=other` })).toMatchObject({
			status: 201,
			json: { appId: 'other', totalCount: 1 },
		});
	});

	it('writes its own clock into the Date header and into times', async () => {
		await start({ clockOffsetMs: 3_600_000 });
		const [command] = platform.queueCommands('d', 1);
		expect(command?.creationTime).toBe('20200603T071701Z');
		expect((await get(TASKS)).headers.date).toBe('Wed, 03 Jun 2020 07:17:01 GMT');
	});
});

describe('A revocation task', () => {
	it('shows the commands as they were, and revokes them at once', async () => {
		await start({ pendingSpelling: 'PENDDING' });
		platform.queueCommands('d', [{}, { status: 'DELIVERED' }]);
		const { status, json } = await revoke('d');
		expect(status).toBe(201);
		expect(json).toMatchObject({
			status: 'WAITTING',
			totalCount: 1,
			deviceCommands: [{ status: 'PENDDING', expireTime: null }],
		});
		expect(platform.requests).toMatchObject([
			{ at: now, answeredAt: now, method: 'POST', path: TASKS, body: { deviceId: 'd' }, status, reply: json },
		]);
		expect(statuses('d')).toEqual(['CANCELED', 'DELIVERED']);
		expect((await get(`${TASKS}?deviceId=d`)).json).toMatchObject({
			data: [{ status: 'SUCCESS', deviceCommands: [{ status: 'CANCELED' }] }],
		});
	});

	it('waits, runs and ends when it takes time', async () => {
		await start({ taskDurationMs: 1000, taskOutcome: 'PART_SUCCESS' });
		platform.queueCommands('d', 2);
		await revoke('d');
		const look = async () => (await get(TASKS)).json;
		expect(await look()).toMatchObject({ data: [{ status: 'WAITTING' }] });
		now += 500;
		expect(await look()).toMatchObject({ data: [{ status: 'RUNNING' }] });
		expect((await revoke('d')).json).toMatchObject({ totalCount: 0, deviceCommands: [] });
		expect(statuses('d')).toEqual(['PENDING', 'PENDING']);
		now += 500;
		expect(await look()).toMatchObject({ data: [{ status: 'PART_SUCCESS' }, {}] });
		expect(statuses('d')).toEqual(['CANCELED', 'SENT']);
	});

	it('leaves the commands alone when it fails', async () => {
		await start({ taskOutcome: () => 'FAILED' });
		platform.queueCommands('d', 1);
		await revoke('d');
		expect(platform.tasks()).toMatchObject([{ status: 'FAILED' }]);
		expect(statuses('d')).toEqual(['PENDING']);
	});

	it.each([
		['no deviceId', {}, 400, '102202'],
		['an empty deviceId', { deviceId: '' }, 400, '102202'],
		['a number', { deviceId: 7 }, 400, '100022'],
		['more than 64 characters', { deviceId: 'd'.repeat(65) }, 400, '100022'],
		['another field', { deviceId: 'd', all: true }, 400, '100022'],
		['a list', [], 400, '100022'],
		['no JSON', '{"deviceId"', 400, '100022'],
		['an unknown device', { deviceId: 'unknown' }, 200, '100418'],
	])('is refused for %s', async (_name, body, status, code) => {
		await start();
		expect(await revoke(undefined, { body })).toMatchObject(serviceRefusal(status, code));
		expect(platform.tasks()).toEqual([]);
	});

	it.each([
		['empty', { deviceCommands: [] }],
		['null', { deviceCommands: null }],
		['missing', {}],
	] as const)('of an empty queue has a list that is %s', async (emptyTask, list) => {
		await start({ emptyTask });
		platform.queueCommands('d', 0);
		const { taskId, appId, deviceId } = { ...((await revoke('d')).json as Record<string, unknown>) };
		const [shown] = ((await get(TASKS)).json as { data: unknown[] }).data;
		expect(shown).toEqual({ taskId, appId, deviceId, status: 'SUCCESS', totalCount: 0, ...list });
	});
});

describe('Lists', () => {
	it.each([0, 1] as const)('come in pages from page %i on, capped by the server', async (firstPage) => {
		await start({ firstPage, pageSizeCap: 2 });
		const ids = platform.queueCommands('d', 3).map(({ commandId }) => commandId);
		const page = async (pageNo: number) => {
			const { json } = await get(`${COMMANDS}?pageNo=${pageNo}&pageSize=1000`);
			const { data, pagination } = json as {
				data: Array<{ commandId: string }>;
				pagination: Record<string, number>;
			};
			expect(pagination).toMatchObject({ pageSize: 2, totalSize: 3 });
			return data.map(({ commandId }) => commandId);
		};
		expect(await page(firstPage)).toEqual(ids.slice(0, 2));
		expect(await page(firstPage + 1)).toEqual(ids.slice(2));
		expect(await page(firstPage + 2)).toEqual([]);
		expect(await page(0)).toEqual(ids.slice(0, 2));
	});

	it.each([
		`${TASKS}?pageSize=1001`,
		`${TASKS}?pageSize=0`,
		`${TASKS}?pageNo=-1`,
		`${TASKS}?startTime=2020-06-03`,
		`${COMMANDS}?startTime=20200603T061701Z`,
		`${COMMANDS}?startTime=20201303T061701Z&endTime=20200603T061701Z`,
	])('are refused for %s', async (path) => {
		await start();
		expect(await get(path)).toMatchObject(serviceRefusal(400, '100022'));
	});

	it('of commands take both ends of a range of time', async () => {
		await start();
		const creationTimes = ['20200101T000003Z', '20200101T000001Z', '20200101T000002Z', '20200101T000000Z'];
		platform.queueCommands(
			'd',
			creationTimes.map((creationTime) => ({ creationTime })),
		);
		const { json } = await get(`${COMMANDS}?startTime=20200101T000001Z&endTime=20200101T000002Z`);
		expect(json).toMatchObject({
			data: [{ creationTime: '20200101T000001Z' }, { creationTime: '20200101T000002Z' }],
		});
	});

	it('of devices need a page number, and filter by status', async () => {
		await start();
		await platform.addDevice('awake', { status: 'ONLINE' });
		await platform.addDevice('asleep');
		expect(await get(DEVICES)).toMatchObject(serviceRefusal(400, '100218'));
		expect((await get(`${DEVICES}?pageNo=0&status=ONLINE`)).json).toMatchObject({
			totalCount: 1,
			pageSize: 25,
			devices: [{ deviceId: 'awake', deviceInfo: { status: 'ONLINE' } }],
		});
		expect(await get(`${DEVICES}/unknown`)).toMatchObject(serviceRefusal(404, '100403'));
	});
});

describe('A device command', () => {
	const cancel = async (commandId: string | undefined, status = 'CANCELED') =>
		await call(platform, { method: 'PUT', path: `${COMMANDS}/${commandId}`, body: { status } });

	it('is canceled once, and only while it is undelivered', async () => {
		await start();
		const [pending, sent] = platform.queueCommands('d', [{}, { status: 'SENT' }]);
		expect(await cancel(pending?.commandId, 'PENDING')).toMatchObject(serviceRefusal(400, '100022'));
		expect(await cancel(pending?.commandId)).toMatchObject({ status: 200, json: { status: 'CANCELED' } });
		expect(await cancel(pending?.commandId)).toMatchObject(serviceRefusal(200, '100435'));
		expect(await cancel(sent?.commandId)).toMatchObject(serviceRefusal(200, '100435'));
		expect(await cancel('unknown')).toMatchObject(serviceRefusal(200, '100434'));
	});

	it('is created until 20 are pending', async () => {
		await start();
		platform.queueCommands('d', 19);
		const body = { deviceId: 'd', command: { serviceId: 'Valve', method: 'm', paras: { a: 1 } } };
		const create = async () => await call(platform, { method: 'POST', path: COMMANDS, body });
		expect(await create()).toMatchObject({
			status: 201,
			json: { status: 'PENDING', expireTime: 172_800, command: body.command },
		});
		expect(await create()).toMatchObject(serviceRefusal(400, '100223'));
	});
});

describe('Faults', () => {
	const meet = async (fault: Fault) => {
		await start();
		platform.queueCommands('d', 1);
		platform.failNext(fault);
		const answer = await revoke('d', { timeoutMs: 200 }).catch((error: Error) => error.message);
		return { answer, revoked: statuses('d')[0] === 'CANCELED', request: platform.requests[0] };
	};

	it.each([
		['resetBefore', false, 'socket hang up'],
		['resetAfter', true, 'socket hang up'],
		['hang', false, 'no answer'],
		['hangAfter', true, 'no answer'],
	] as const)('%s gives no answer; work done: %p', async (kind, done, message) => {
		const { answer, revoked, request } = await meet({ kind });
		expect({ answer, revoked }).toEqual({ answer: message, revoked: done });
		expect(request).toMatchObject({ fault: kind });
		expect(request?.status).toBeUndefined();
	});

	it.each([
		['html', false, 200, /^<!DOCTYPE html>/],
		['text', false, 200, /^It works!$/],
		['empty', false, 200, /^$/],
		['503', false, 503, /100501/],
		['throttle', false, 403, /"resultcode":"1010009"/],
		['status', false, 500, /HTTP 500/],
		['halfJson', true, 201, /^\{"taskId":"[^}]*$/],
		['500After', true, 500, /^\{"error_code":"100001",[^}]*\}$/],
		['502After', true, 502, /502 Bad Gateway/],
	] as const)('%s; work done: %p, status %p', async (kind, done, status, text) => {
		const { answer, revoked, request } = await meet({ kind });
		expect(revoked).toBe(done);
		expect(answer).toMatchObject({ status, text: expect.stringMatching(text) as string });
		expect(request).toMatchObject({ status, fault: kind });
	});

	it('reply answers whatever is wanted', async () => {
		const body = { statusCode: 404, message: 'Application not found' };
		const { answer } = await meet({ kind: 'reply', status: 404, body, headers: { 'x-from': 'gateway' } });
		expect(answer).toMatchObject({ status: 404, json: body, headers: { 'x-from': 'gateway' } });
	});

	it('come as often and as late as they are told, to the calls that match', async () => {
		await start();
		platform.queueCommands('d', 0);
		platform.queueCommands('other', 0);
		platform.failNext({ kind: 'html', skip: 1, times: 2, match: { method: 'POST', deviceId: 'd' } });
		const answers: number[] = [];
		for (const deviceId of ['other', 'd', 'other', 'd', 'd', 'd']) {
			answers.push((await revoke(deviceId)).status);
		}
		expect(answers).toEqual([201, 201, 201, 200, 200, 201]);
	});

	it('resetLate gives no answer and does the work when other calls for the device are answered', async () => {
		await start();
		platform.queueCommands('d', 1);
		platform.queueCommands('other', 1);
		platform.failNext({ kind: 'resetLate', lateBy: 2 });
		await expect(revoke('d')).rejects.toThrow('socket hang up');
		await revoke('other');
		await get(`${TASKS}?deviceId=d`);
		expect(statuses('d')).toEqual(['PENDING']);
		expect((await get(`${TASKS}?deviceId=d`)).json).toMatchObject({ data: [] });
		expect(statuses('d')).toEqual(['CANCELED']);
		expect(platform.requests[0]).toMatchObject({ method: 'POST', fault: 'resetLate' });
		expect(platform.requests[0]?.status).toBeUndefined();
	});

	it('after the work are not used up by a call that is refused', async () => {
		await start();
		platform.queueCommands('d', 1);
		platform.failNext({ kind: 'halfJson' });
		expect(await revoke('d', { token: 'wrong' })).toMatchObject({ status: 403 });
		expect((await revoke('d')).json).toBeUndefined();
	});
});

describe('TLS', () => {
	it('refuses clients without a certificate of the CA when it is mutual', async () => {
		await start({ mutualTls: true });
		const { client, clientEncrypted, foreignClient, expiredClient } = platform.certificates;
		expect(await get(TASKS, { tls: client })).toMatchObject({ status: 200 });
		expect(await get(TASKS, { tls: clientEncrypted })).toMatchObject({ status: 200 });
		for (const tls of [{}, foreignClient, expiredClient]) await expect(get(TASKS, { tls })).rejects.toThrow();
		expect(platform.requests).toHaveLength(2);
	});

	it('shows a certificate for the names that are wanted', async () => {
		await start({ hostNames: ['iot.example.com'] });
		await expect(get(TASKS)).rejects.toThrow(/altnames/);
		expect(await get(TASKS, { tls: { servername: 'iot.example.com' } })).toMatchObject({ status: 200 });
	});
});

describe('Control calls', () => {
	it('queue commands and change a status without login, and are not recorded', async () => {
		await start();
		const control = async (path: string, body: unknown) =>
			await call(platform, { method: 'POST', path: `/control/${path}`, body, token: '', headers: {} });
		await control('devices', { deviceId: 'd', commands: 2 });
		await control('status', { deviceId: 'd', status: 'ABNORMAL' });
		expect(await control('status', { deviceId: 'd', status: 'DEAD' })).toMatchObject({ status: 400 });
		expect(await control('fault', { kind: 'earthquake' })).toMatchObject({ status: 400 });
		expect((await get('/control/state')).json).toMatchObject({
			devices: [{ deviceId: 'd', status: 'ABNORMAL', pending: 2 }],
			requests: 0,
		});
	});
});
