/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs in Node.js: lets other work go first */
import { startPlatform, type Platform } from '../platform/platform';
import { credentialFor, runNode } from './engine';

const POST = { path: 'deviceCommandCancelTasks', method: 'POST' };
const TOKEN_REFUSED = { resultcode: '1010005', resultmsg: 'Invalid access token or appId.' };

let platform: Platform;

beforeEach(async () => {
	platform = await startPlatform();
});

afterEach(async () => await platform.close());

const logins = () => platform.requests.filter(({ path }) => path.endsWith('/login'));

function queue(count: number): Array<{ deviceId: string }> {
	return Array.from({ length: count }, (_, index) => {
		const deviceId = `device-${index}`;
		platform.queueCommands(deviceId, 1);
		return { deviceId };
	});
}

/** Ends all tokens as soon as so many revocation tasks are made. */
function expireAfter(tasks: number): void {
	const push = platform.tasks().push.bind(platform.tasks());
	platform.tasks().push = (...made) => {
		const length = push(...made);
		if (length === tasks) platform.expireTokens();
		return length;
	};
}

describe('The login', () => {
	it('is made once, and the token is stored in n8n', async () => {
		const credential = credentialFor(platform);
		const { items } = await runNode({ credential, items: queue(10) });
		expect(items).toHaveLength(10);
		expect(logins()).toHaveLength(1);
		expect(logins()[0]).toMatchObject({
			method: 'POST',
			path: '/iocm/app/sec/v1.1.0/login',
			body: { appId: platform.appId, secret: platform.secret },
		});
		expect(logins()[0]?.headers).not.toHaveProperty('authorization');
		expect(credential.data.sessionToken).toMatch(/^[0-9a-f]{32}$/);
	});

	it('of another run holds up no run that is canceled meanwhile', async () => {
		const credential = credentialFor(platform);
		let answerLogin = () => {};
		const isAnswered = new Promise<void>((resolve) => (answerLogin = resolve));
		const loginArrived = new Promise<void>((resolve) => {
			platform.set({
				onAnswer: async ({ path }) => {
					if (!path.endsWith('/login')) return;
					resolve();
					await isAnswered;
				},
			});
		});
		const first = runNode({ credential, items: queue(1) });
		await loginArrived;
		const items = [{ deviceId: 'device-9' }];
		let cancel = () => {};
		const second = runNode({ credential, items, onStart: (stop) => (cancel = stop) });
		// It has opened the credential; the login is under way, so there is nothing left to do but to wait for it.
		while (credential.reads < 2) await new Promise((resolve) => setImmediate(resolve));
		await new Promise((resolve) => setImmediate(resolve));
		cancel();
		expect((await second).run.status).toBe('canceled');
		expect(platform.tasks()).toEqual([]);
		answerLogin();
		expect((await first).items).toHaveLength(1);
		expect(logins()).toHaveLength(1);
	});

	it('is not made again by a second run', async () => {
		const credential = credentialFor(platform);
		await runNode({ credential, items: queue(1) });
		const { items } = await runNode({ credential, items: queue(2) });
		expect(items).toHaveLength(2);
		expect(logins()).toHaveLength(1);
	});

	it('is not made when n8n has a stored token', async () => {
		const credential = credentialFor(platform, { sessionToken: platform.issueToken() });
		const { items } = await runNode({ credential, items: queue(2) });
		expect(items).toHaveLength(2);
		expect(logins()).toEqual([]);
	});

	it.each([1, 10])(
		'is made once when the token expires between two devices, with concurrency %i',
		async (concurrency) => {
			const first = platform.issueToken();
			const credential = credentialFor(platform, { sessionToken: first });
			platform.set({ latencyMs: 10 });
			expireAfter(3);
			const inputs = queue(20);
			const { items, stopped } = await runNode({
				credential,
				items: inputs,
				parameters: { options: { concurrency } },
			});
			expect(stopped).toBeUndefined();
			expect(items.map(({ json }) => json.deviceId)).toEqual(inputs.map(({ deviceId }) => deviceId));
			expect(logins()).toHaveLength(1);
			expect(platform.requests.some(({ status }) => status === 403)).toBe(true);
			expect(credential.data.sessionToken).not.toBe(first);

			const before = platform.requests.length;
			const again = await runNode({ credential, items: inputs });
			expect(again.stopped).toBeUndefined();
			expect(logins()).toHaveLength(1);
			expect(platform.requests.slice(before).every(({ status }) => status === 201)).toBe(true);
		},
	);

	it.each([1, 10])(
		'is made once when no token is left after a pause, with concurrency %i',
		async (concurrency) => {
			const credential = credentialFor(platform);
			await runNode({ credential, items: queue(1) });
			platform.expireTokens();
			const { items } = await runNode({
				credential,
				items: queue(10),
				parameters: { options: { concurrency } },
			});
			// The first device is empty by now, and the others have their commands queued twice or once.
			expect(new Set(items.map(({ json }) => json.deviceId)).size).toBe(10);
			expect(logins()).toHaveLength(2);
		},
	);

	it('is left out when another process has stored a new token meanwhile', async () => {
		const credential = credentialFor(platform, { sessionToken: platform.issueToken() });
		await runNode({ credential, items: queue(1) });
		platform.expireTokens();
		// This run still reads the old token, the other process stores its own right after that.
		const renewed = platform.issueToken();
		const read = credential.getDecrypted.bind(credential);
		let reads = 0;
		credential.getDecrypted = async () => {
			const data = await read();
			reads += 1;
			if (reads === 1) credential.data = { ...credential.data, sessionToken: renewed };
			return data;
		};
		const { items, stopped } = await runNode({
			credential,
			items: queue(5),
			parameters: { options: { concurrency: 5 } },
		});
		expect(stopped).toBeUndefined();
		expect(new Set(items.map(({ json }) => json.deviceId)).size).toBe(5);
		expect(platform.requests.some(({ status }) => status === 403)).toBe(true);
		expect(logins()).toEqual([]);
	});

	it('is renewed where the gateway refuses tokens with HTTP 200', async () => {
		platform.set({ gatewayRefusesWith200: true });
		const credential = credentialFor(platform, { sessionToken: 'long-gone-token' });
		const { items } = await runNode({ credential, items: queue(2) });
		expect(items).toHaveLength(2);
		expect(logins()).toHaveLength(1);
	});

	it('is renewed with Max Retries 0 too', async () => {
		const credential = credentialFor(platform, { sessionToken: 'long-gone-token' });
		const { items } = await runNode({
			credential,
			items: queue(1),
			parameters: { options: { maxRetries: 0 } },
		});
		expect(items).toHaveLength(1);
	});

	it('is not repeated without end when every token is refused', async () => {
		platform.failNext({ kind: 'reply', status: 403, body: TOKEN_REFUSED, match: POST, times: Infinity });
		const { stopped } = await runNode({ credential: credentialFor(platform), items: queue(1) });
		expect(stopped?.message).toContain('1010005');
		expect(logins().length).toBeLessThanOrEqual(4);
	});

	it('that does not work is told once for each device, and tried once for those that waited', async () => {
		const { items } = await runNode({
			credential: credentialFor(platform, { secret: 'not-the-secret' }),
			items: queue(5),
			parameters: { options: { concurrency: 5 } },
			settings: { onError: 'continueRegularOutput' },
		});
		expect(items).toHaveLength(5);
		for (const { json } of items) expect(json.error).toContain('100208');
		expect(logins()).toHaveLength(1);
	});

	it('works after the secret was corrected', async () => {
		await runNode({ credential: credentialFor(platform, { secret: 'not-the-secret' }), items: queue(1) });
		const { items } = await runNode({
			credential: credentialFor(platform),
			items: [{ deviceId: 'device-0' }],
		});
		expect(items).toHaveLength(1);
	});
});

describe('Two credentials of one application, where a login ends older tokens', () => {
	it('share one session: no device fails, and there is one login', async () => {
		platform.set({ loginEndsOlderTokens: true, latencyMs: 5 });
		const credentials = [credentialFor(platform), credentialFor(platform)];
		const items = queue(60);
		const outcomes = await Promise.all(
			credentials.map(
				async (credential, at) =>
					await runNode({
						credential,
						settings: { credentials: { huaweiIotApi: { id: `credential-${at}`, name: 'Platform' } } },
						items: items.filter((_item, index) => index % 2 === at),
					}),
			),
		);
		for (const { stopped, items: revoked } of outcomes) {
			expect(stopped).toBeUndefined();
			expect(revoked).toHaveLength(30);
		}
		expect(logins()).toHaveLength(1);
	});
});

describe('Two processes that renew at the same moment, where a login ends older tokens', () => {
	it.each([undefined, 'continueRegularOutput'] as const)(
		'both go on with the token of the later login (%s)',
		async (onError) => {
			const credential = credentialFor(platform, { sessionToken: 'long-gone-token' });
			const update = credential.updateCredentials.bind(credential);
			// The other process logs in before the token of this one is used.
			credential.updateCredentials = async (details, type, data) => {
				platform.expireTokens();
				await update(details, type, { ...data, sessionToken: platform.issueToken() });
			};
			const settings = onError ? { onError } : {};
			const { items, stopped } = await runNode({ credential, items: queue(2), settings });
			expect(stopped).toBeUndefined();
			expect(items.map(({ json }) => json.error)).toEqual([undefined, undefined]);
			expect(logins()).toHaveLength(1);
		},
	);
});

describe('A credential that is edited during a run', () => {
	/** The first login finds the token expired; what is edited then is there when n8n reads the credential again. */
	const runWith = async (changes: object) => {
		const credential = credentialFor(platform, { sessionToken: 'long-gone-token' });
		platform.set({
			onCall: () => {
				credential.data = { ...credential.data, ...changes };
			},
		});
		return await runNode({ credential, items: queue(3), settings: { onError: 'continueRegularOutput' } });
	};

	it('to another server sends it no token of this one', async () => {
		const other = await startPlatform();
		const { items } = await runWith({ server: other.url });
		expect(items).toHaveLength(3);
		for (const { json } of items) expect(json.error).toContain('was edited during the run');
		expect(other.requests).toEqual([]);
		expect(logins()).toEqual([]);
		await other.close();
	});

	it('to another secret logs in with that, and shows neither', async () => {
		// A platform that repeats what it was sent.
		platform.failNext({
			kind: 'reply',
			status: 401,
			body: { error_code: '100208', error_desc: `Wrong: a-secret-that-is-wrong, not ${platform.secret}` },
			match: { path: '/login' },
			times: Infinity,
		});
		const { everything } = await runWith({ secret: 'a-secret-that-is-wrong' });
		expect(logins()[0]?.body).toMatchObject({ secret: 'a-secret-that-is-wrong' });
		expect(everything).toContain('Wrong: ***, not ***');
		expect(everything).not.toContain('a-secret-that-is-wrong');
		expect(everything).not.toContain(platform.secret);
	});
});

describe("A token of the user's own", () => {
	it('is used as it is, with or without the word Bearer, and makes no login', async () => {
		const token = platform.issueToken();
		const { items } = await runNode({
			credential: credentialFor(platform, { authentication: 'accessToken', token: ` Bearer ${token} ` }),
			items: queue(2),
		});
		expect(items).toHaveLength(2);
		expect(platform.requests.map(({ headers }) => headers.authorization)).toEqual([
			`Bearer ${token}`,
			`Bearer ${token}`,
		]);
	});

	it('that has expired is named as the thing to replace', async () => {
		const token = platform.issueToken();
		platform.expireTokens();
		const { stopped } = await runNode({
			credential: credentialFor(platform, { authentication: 'accessToken', token }),
			items: queue(1),
		});
		expect(stopped?.message).toContain('1010005');
		expect(stopped?.description).toContain('has expired');
		expect(stopped?.description).toContain("'Access Token'");
		expect(platform.requests).toHaveLength(1);
	});
});
