import { call } from '../platform/caller';
import { gatewayRefusal, LOGIN, refusal, TASKS, StandIn } from './standIn';

const standIn = new StandIn();

afterEach(async () => await standIn.stop());

describe('Login', () => {
	const logIn = async (body: string, type = 'application/x-www-form-urlencoded') =>
		await call(standIn.platform, {
			method: 'POST',
			path: LOGIN,
			body,
			headers: { 'content-type': type, app_key: undefined, authorization: undefined },
		});

	it('takes App ID and secret as a form and gives a token that works', async () => {
		await standIn.start();
		const { status, json } = await logIn(`appId=${standIn.platform.appId}&secret=${standIn.platform.secret}`);
		expect(status).toBe(200);
		expect(json).toMatchObject({ tokenType: 'bearer', expiresIn: 3600 });
		const { accessToken } = json as { accessToken: string };
		expect(await standIn.get(TASKS, { token: accessToken })).toMatchObject({ status: 200 });
	});

	it('refuses JSON, missing parameters and a wrong secret', async () => {
		await standIn.start();
		const { appId, secret } = standIn.platform;
		expect(await logIn(JSON.stringify({ appId, secret }), 'application/json')).toMatchObject(
			refusal(400, '102202'),
		);
		expect(await logIn(`appId=${appId}`)).toMatchObject(refusal(400, '102202'));
		expect(await logIn(`appId=${appId}&secret=wrong`)).toMatchObject(refusal(401, '100208'));
	});
});

describe('The gateway', () => {
	it('refuses a token at the end of its life, and all tokens when they are told to expire', async () => {
		await standIn.start({ tokenLifetime: 60 });
		const token = standIn.platform.issueToken();
		standIn.now += 59_999;
		expect(await standIn.get(TASKS, { token })).toMatchObject({ status: 200 });
		standIn.now += 1;
		expect(await standIn.get(TASKS, { token })).toMatchObject(gatewayRefusal('1010005'));
		const younger = standIn.platform.issueToken();
		standIn.platform.expireTokens();
		expect(await standIn.get(TASKS, { token: younger })).toMatchObject(gatewayRefusal('1010005'));
	});

	it('refuses a call without the key header, and one with a wrong key', async () => {
		await standIn.start();
		expect(await standIn.get(TASKS, { headers: { app_key: undefined } })).toMatchObject(
			refusal(500, '100220'),
		);
		expect(await standIn.get(TASKS, { headers: { app_key: 'wrong' } })).toMatchObject(
			gatewayRefusal('1010005'),
		);
	});

	it('accepts no more than the threshold in any window, and does not count what it refuses', async () => {
		await standIn.start({ threshold: 3, windowMs: 1000 });
		const calls = async (count: number) => {
			const answers: number[] = [];
			for (let i = 0; i < count; i++) answers.push((await standIn.get(TASKS)).status);
			return answers;
		};
		expect(await calls(1)).toEqual([200]);
		standIn.now += 600;
		expect(await calls(4)).toEqual([200, 200, 403, 403]);
		standIn.now += 399;
		expect(await standIn.get(TASKS)).toMatchObject(gatewayRefusal('1010009'));
		standIn.now += 1;
		expect(await calls(2)).toEqual([200, 403]);
		standIn.now += 600;
		expect(await calls(3)).toEqual([200, 200, 403]);
	});

	it('answers with HTTP 200 and numbers where it is set so', async () => {
		await standIn.start({ gatewayRefusesWith200: true, gatewayCodesAsNumbers: true });
		const answer = await standIn.get(TASKS, { token: 'wrong' });
		expect(answer).toMatchObject({ status: 200, json: { resultcode: 1010005 } });
	});

	it('knows the devices of another application only under its appId', async () => {
		await standIn.start({ authorizedAppIds: ['other'], unauthorizedAppIds: ['closed'] });
		standIn.platform.queueCommands('d', 1, 'other');
		expect(await standIn.revoke('d')).toMatchObject(refusal(200, '100418'));
		expect(await standIn.revoke('d', { path: `${TASKS}?appId=closed` })).toMatchObject(
			refusal(200, '100217'),
		);
		expect(await standIn.revoke('d', { path: `${TASKS}?appId=nobody` })).toMatchObject(
			refusal(200, '100203'),
		);
		expect(await standIn.revoke('d', { path: `${TASKS}?appId=other` })).toMatchObject({
			status: 201,
			json: { appId: 'other', totalCount: 1 },
		});
	});

	it('writes its own clock into the Date header and into times', async () => {
		await standIn.start({ clockOffsetMs: 3_600_000 });
		const [command] = standIn.platform.queueCommands('d', 1);
		expect(command?.creationTime).toBe('20200603T071701Z');
		expect((await standIn.get(TASKS)).headers.date).toBe('Wed, 03 Jun 2020 07:17:01 GMT');
	});
});

describe('TLS', () => {
	it('refuses clients without a certificate of the CA when it is mutual', async () => {
		await standIn.start({ mutualTls: true });
		const { client, clientEncrypted, foreignClient, expiredClient } = standIn.platform.certificates;
		expect(await standIn.get(TASKS, { tls: client })).toMatchObject({ status: 200 });
		expect(await standIn.get(TASKS, { tls: clientEncrypted })).toMatchObject({ status: 200 });
		for (const tls of [{}, foreignClient, expiredClient])
			await expect(standIn.get(TASKS, { tls })).rejects.toThrow();
		expect(standIn.platform.requests).toHaveLength(2);
	});

	it('shows a certificate for the names that are wanted', async () => {
		await standIn.start({ hostNames: ['iot.example.com'] });
		await expect(standIn.get(TASKS)).rejects.toThrow(/altnames/);
		expect(await standIn.get(TASKS, { tls: { servername: 'iot.example.com' } })).toMatchObject({
			status: 200,
		});
	});
});

describe('Control calls', () => {
	it('queue commands and change a status without login, and are not recorded', async () => {
		await standIn.start();
		const control = async (path: string, body: unknown) =>
			await call(standIn.platform, {
				method: 'POST',
				path: `/control/${path}`,
				body,
				token: '',
				headers: {},
			});
		await control('devices', { deviceId: 'd', commands: 2 });
		await control('status', { deviceId: 'd', status: 'ABNORMAL' });
		expect(await control('status', { deviceId: 'd', status: 'DEAD' })).toMatchObject({ status: 400 });
		expect(await control('fault', { kind: 'earthquake' })).toMatchObject({ status: 400 });
		expect((await standIn.get('/control/state')).json).toMatchObject({
			devices: [{ deviceId: 'd', status: 'ABNORMAL', pending: 2 }],
			requests: 0,
		});
	});
});
