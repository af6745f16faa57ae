import { COMMANDS, DEVICES, gatewayRefusal, LOGIN, refusal, StandIn, TASKS } from './standIn';

const standIn = new StandIn();

afterEach(async () => await standIn.stop());

const REFRESH = '/iocm/app/sec/v1.1.0/refreshToken';

interface Session {
	accessToken: string;
	refreshToken: string;
	expiresIn: unknown;
}

const logIn = async (): Promise<Session> => {
	const { appId, secret } = standIn.platform;
	const headers = {
		'content-type': 'application/x-www-form-urlencoded',
		app_key: undefined,
		authorization: undefined,
	};
	return (await standIn.post(LOGIN, `appId=${appId}&secret=${secret}`, { headers })).json as Session;
};

const refresh = async (refreshToken: unknown, changes: object = {}) => {
	const { appId, secret } = standIn.platform;
	const headers = { app_key: undefined, authorization: undefined };
	return await standIn.post(REFRESH, { appId, secret, refreshToken, ...changes }, { headers });
};

describe('A session', () => {
	it('is renewed once by its refresh token, which is replaced', async () => {
		await standIn.start();
		const { refreshToken } = await logIn();
		const { status, json } = await refresh(refreshToken);
		const renewed = json as Session;
		expect(status).toBe(200);
		expect(renewed.refreshToken).not.toBe(refreshToken);
		expect(await standIn.get(TASKS, { token: renewed.accessToken })).toMatchObject({ status: 200 });
		expect(await refresh(refreshToken)).toMatchObject(refusal(401, '100006'));
	});

	it.each([
		[{ secret: 'wrong' }, 401, '100208'],
		[{ appId: 'other' }, 401, '100208'],
		[{ refreshToken: null }, 400, '102202'],
	])('is not renewed with %p', async (changes, status, code) => {
		await standIn.start();
		const { refreshToken } = await logIn();
		expect(await refresh(refreshToken, changes)).toMatchObject(refusal(status, code));
	});

	it('can say how long it lasts in a text', async () => {
		await standIn.start({ expiresInAsString: true, tokenLifetime: 60 });
		expect((await logIn()).expiresIn).toBe('60');
	});

	it('can end with the next login', async () => {
		await standIn.start();
		const [{ accessToken: first }, { accessToken: second }] = [await logIn(), await logIn()];
		expect(await standIn.get(TASKS, { token: first })).toMatchObject({ status: 200 });
		standIn.platform.set({ loginEndsOlderTokens: true });
		const { accessToken: third } = await logIn();
		for (const token of [first, second]) {
			expect(await standIn.get(TASKS, { token })).toMatchObject(gatewayRefusal('1010005'));
		}
		expect(await standIn.get(TASKS, { token: third })).toMatchObject({ status: 200 });
	});

	it("lasts as long whatever the platform's clock shows", async () => {
		const platform = await standIn.start({ tokenLifetime: 60 });
		const token = platform.issueToken();
		platform.set({ clockOffsetMs: 3_600_000 });
		expect(await standIn.get(TASKS, { token })).toMatchObject({ status: 200 });
	});
});

describe('The gateway', () => {
	it('can want the App Key in another header', async () => {
		const platform = await standIn.start({ keyHeader: 'x-app-key' });
		expect(await standIn.get(TASKS)).toMatchObject(refusal(500, '100220'));
		const headers = { 'x-app-key': platform.appId };
		expect(await standIn.get(TASKS, { headers })).toMatchObject({ status: 200 });
	});

	it('refuses a call without a token', async () => {
		await standIn.start();
		const headers = { authorization: undefined };
		expect(await standIn.get(TASKS, { headers })).toMatchObject(gatewayRefusal('1010005'));
	});

	it.each([
		[true, [200, 200, 403]],
		[false, [200, 403, 403]],
	])('counts calls for each API: %p', async (throttlePerApi, expected) => {
		await standIn.start({ threshold: 1, throttlePerApi });
		const statuses: number[] = [];
		for (const path of [TASKS, COMMANDS, COMMANDS]) statuses.push((await standIn.get(path)).status);
		expect(statuses).toEqual(expected);
	});

	it('does not count logins', async () => {
		await standIn.start({ threshold: 1 });
		for (let time = 0; time < 3; time += 1) expect(await logIn()).toHaveProperty('accessToken');
		expect(await standIn.get(TASKS)).toMatchObject({ status: 200 });
	});

	it('can refuse in plain text, where services do not', async () => {
		await standIn.start({ gatewayContentType: 'text/plain' });
		const refused = await standIn.get(DEVICES, { token: 'wrong' });
		expect(refused).toMatchObject(gatewayRefusal('1010005'));
		expect(refused.headers['content-type']).toMatch(/^text\/plain/);
		expect((await standIn.get(DEVICES)).headers['content-type']).toMatch(/^application\/json/);
	});

	it.each([200, 403, 500] as const)('refuses an application with HTTP %i', async (appIdRefusalStatus) => {
		await standIn.start({ appIdRefusalStatus, unauthorizedAppIds: ['closed'] });
		for (const [appId, code] of [
			['closed', '100217'],
			['nobody', '100203'],
		] as const) {
			const answer = await standIn.get(`${TASKS}?appId=${appId}`);
			expect(answer).toMatchObject(refusal(appIdRefusalStatus, code));
		}
	});

	it('does not know another path', async () => {
		await standIn.start();
		expect(await standIn.get('/iocm/app/nothing')).toMatchObject({
			status: 404,
			json: { statusCode: 404, message: 'Application not found' },
		});
	});

	it('answers late, after the work is done', async () => {
		const platform = await standIn.start({ latencyMs: 50, now: Date.now });
		await standIn.get(TASKS);
		const [{ at, answeredAt } = { at: 0, answeredAt: 0 }] = platform.requests;
		expect((answeredAt ?? 0) - at).toBeGreaterThanOrEqual(45);
	});

	it.each(['TLSv1.2', 'TLSv1.3'] as const)('can speak %s only', async (tlsVersion) => {
		await standIn.start({ tlsVersion });
		const other = tlsVersion === 'TLSv1.2' ? 'TLSv1.3' : 'TLSv1.2';
		const only = (version: typeof other) => ({ minVersion: version, maxVersion: version });
		expect(await standIn.get(TASKS, { tls: only(tlsVersion) })).toMatchObject({ status: 200 });
		await expect(standIn.get(TASKS, { tls: only(other) })).rejects.toThrow();
	});
});
