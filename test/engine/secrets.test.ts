import type { IDataObject } from 'n8n-workflow';

import { startPlatform, type Fault, type Platform, type PlatformOptions } from '../platform/platform';
import { credentialFor, pace, runNode, type CredentialStore, type Outcome } from './engine';
import { recordLog } from './log';

const POST = { path: 'deviceCommandCancelTasks', method: 'POST' };

pace.window.ms = 600;

let platform: Platform;
let log: string[];

beforeEach(() => {
	log = recordLog();
});

afterEach(async () => {
	jest.restoreAllMocks();
	await platform.close();
});

async function start(options: Partial<PlatformOptions> = {}): Promise<void> {
	platform = await startPlatform(options);
	platform.queueCommands('device-1', 1);
	platform.queueCommands('device-2', 1);
}

/** Everything that may never be seen, with the tokens that were sent. */
function secretsOf(credential: CredentialStore): string[] {
	const { secret, token, sessionToken, passphrase, clientKey } = credential.data;
	const keyLines = String(clientKey ?? '')
		.split('\n')
		.filter((line) => line.length > 40 && !line.startsWith('-----'));
	const sent = platform.requests.map(({ headers }) =>
		String(headers.authorization ?? '').replace('Bearer ', ''),
	);
	return [secret, token, sessionToken, passphrase, ...keyLines, ...sent].filter(
		(value): value is string => typeof value === 'string' && value.length >= 4,
	);
}

function expectNoSecret(outcome: Outcome, credential: CredentialStore): void {
	const secrets = secretsOf(credential);
	expect(secrets.length).toBeGreaterThan(0);
	const places = {
		everything: outcome.everything,
		items: JSON.stringify([outcome.items, outcome.failed]),
		stopped: JSON.stringify(outcome.stopped ?? ''),
		error: String((outcome.run.data.resultData.error as Error | undefined)?.stack),
		log: log.join('\n'),
	};
	// n8n logs what stops a node: without that the search in the log would prove nothing.
	if (outcome.stopped) expect(places.log).toContain(outcome.stopped.message);
	const leaks = secrets.flatMap((secret) =>
		Object.entries(places)
			.filter(([, text]) => text.includes(secret))
			.map(([place]) => `${secret.slice(0, 4)}… in ${place}`),
	);
	expect(leaks).toEqual([]);
}

async function runAndSearch(changes: IDataObject, settings: IDataObject = {}): Promise<Outcome> {
	const credential = credentialFor(platform, changes);
	const outcome = await runNode({
		credential,
		items: [{ deviceId: 'device-1' }, { deviceId: 'device-2' }],
		parameters: { options: { maxRetries: 0, timeout: 1 } },
		settings,
	});
	expectNoSecret(outcome, credential);
	return outcome;
}

describe('No secret is seen', () => {
	it('after a success with a login', async () => {
		await start();
		const { items } = await runAndSearch({});
		expect(items).toHaveLength(2);
	});

	it("after a success with a token of the user's own", async () => {
		await start();
		const { items } = await runAndSearch({ authentication: 'accessToken', token: platform.issueToken() });
		expect(items).toHaveLength(2);
	});

	it('after a success with an encrypted client key', async () => {
		await start({ mutualTls: true });
		const { cert, key, passphrase } = platform.certificates.clientEncrypted;
		const { items } = await runAndSearch({ clientCertificate: cert, clientKey: key, passphrase });
		expect(items).toHaveLength(2);
	});

	it.each(['', 'continueRegularOutput', 'continueErrorOutput'])(
		'when a login with a wrong secret is refused (%s)',
		async (onError) => {
			await start();
			await runAndSearch({ secret: 'a-secret-that-is-wrong' }, onError === '' ? {} : { onError });
		},
	);

	it('when a wrong passphrase is refused', async () => {
		await start({ mutualTls: true });
		const { cert, key } = platform.certificates.clientEncrypted;
		const { stopped } = await runAndSearch({
			clientCertificate: cert,
			clientKey: key,
			passphrase: 'a-passphrase-that-is-wrong',
		});
		expect(stopped?.message).toContain("'Passphrase'");
	});

	it('when the client certificate is foreign', async () => {
		await start({ mutualTls: true });
		const { cert, key } = platform.certificates.foreignClient;
		const { stopped } = await runAndSearch({ clientCertificate: cert, clientKey: key });
		expect(stopped).toBeDefined();
	});

	it('when the key is in the field of the certificate', async () => {
		await start();
		const { cert, key } = platform.certificates.client;
		const { stopped } = await runAndSearch({ clientCertificate: key, clientKey: `${key}${cert}` });
		expect(stopped).toBeDefined();
	});

	it('when nothing answers', async () => {
		await start();
		const { stopped } = await runAndSearch({
			server: 'https://127.0.0.1:1',
			sessionToken: platform.issueToken(),
		});
		expect(stopped).toBeDefined();
	});

	it('when the server has a password in it', async () => {
		await start();
		const credential = credentialFor(platform, { server: 'https://user:hunter22@127.0.0.1:1' });
		const outcome = await runNode({ credential, items: [{ deviceId: 'device-1' }] });
		expect(outcome.stopped?.message).toContain("'Server'");
		expect(outcome.everything).not.toContain('hunter22');
	});

	it('when a token has a character that no header takes', async () => {
		await start();
		const { stopped } = await runAndSearch({ authentication: 'accessToken', token: 'token-with-é-inside' });
		expect(stopped?.message).toContain("'Access Token'");
	});

	it.each<Fault['kind']>([
		'resetBefore',
		'resetAfter',
		'hang',
		'html',
		'empty',
		'halfJson',
		'502After',
		'503',
	])('when a call breaks by %s', async (kind) => {
		await start();
		for (const onError of [undefined, 'continueRegularOutput', 'continueErrorOutput']) {
			platform.failNext({ kind, match: { path: POST.path }, times: kind === 'hang' ? 1 : 4 });
			await runAndSearch({ sessionToken: platform.issueToken() }, onError ? { onError } : {});
			platform.clearFaults();
		}
	});

	it.each([undefined, 'continueRegularOutput', 'continueErrorOutput'])(
		'when the platform repeats the token and the secret in its refusal (%s)',
		async (onError) => {
			await start();
			const sessionToken = platform.issueToken();
			for (const body of [
				{ error_code: '100022', error_desc: `Bad: ${sessionToken} ${platform.secret}` },
				{ resultcode: '1010005', resultmsg: `Token ${sessionToken} is over` },
				`<html>Header Authorization: Bearer ${sessionToken}</html>`,
			]) {
				platform.failNext({ kind: 'reply', status: 400, body, match: POST, times: 2 });
				const outcome = await runAndSearch({ sessionToken }, onError ? { onError } : {});
				platform.clearFaults();
				expect(JSON.stringify(outcome.everything).length).toBeGreaterThan(0);
			}
		},
	);

	it.each([undefined, 'continueRegularOutput'])(
		'when the login repeats the secret in its refusal (%s)',
		async (onError) => {
			await start();
			platform.failNext({
				kind: 'reply',
				status: 401,
				body: { error_code: '100208', error_desc: `secret=${platform.secret} is not right` },
				match: { path: '/login' },
				times: Infinity,
			});
			const outcome = await runAndSearch({}, onError ? { onError } : {});
			expect(outcome.everything).toContain('100208');
		},
	);

	it('when a gateway answers the login with a page that repeats the form', async () => {
		await start();
		platform.failNext({
			kind: 'reply',
			status: 500,
			body: `<html>appId=x&secret=${platform.secret}</html>`,
			match: { path: '/login' },
			times: Infinity,
		});
		const { stopped } = await runAndSearch({});
		expect(stopped).toBeDefined();
	});

	it('when the refusal is cut short in the middle of the token', async () => {
		await start();
		const sessionToken = platform.issueToken();
		platform.failNext({
			kind: 'reply',
			status: 400,
			body: { error_code: '100022', error_desc: `${'x'.repeat(140)}${sessionToken}` },
			match: POST,
			times: Infinity,
		});
		const { everything } = await runAndSearch({ sessionToken });
		expect(everything).toContain('xxx***…');
		expect(everything).not.toContain(sessionToken.slice(0, 8));
	});

	it('when the secret has characters that a form writes differently', async () => {
		await start({ secret: 'a secret&with=signs' });
		platform.failNext({
			kind: 'reply',
			status: 400,
			body: { error_code: '102202', error_desc: 'got appId=x&secret=a+secret%26with%3Dsigns' },
			match: { path: '/login' },
			times: Infinity,
		});
		const { everything } = await runAndSearch({});
		expect(everything).not.toContain('a+secret%26with%3Dsigns');
	});
});
