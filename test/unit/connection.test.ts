import { constants } from 'node:crypto';

import { clock } from '../../nodes/shared/values/clock';
import { HuaweiIotApi } from '../../credentials/HuaweiIotApi.credentials';
import {
	applicationKey,
	connectionOf,
	readConnection,
	readServer,
	rememberConnection,
	secretsIn,
	SECRET_FIELDS,
} from '../../nodes/shared/client/credential';
import type { HttpRequest } from '../../nodes/shared/client/login';
import { redact } from '../../nodes/shared/client/redaction';
import { certificates } from '../platform/certificates';

describe("What is typed into 'Server'", () => {
	it.each([
		['https://iot.example.com:8743', 'https://iot.example.com:8743'],
		['  https://iot.example.com:8743/  ', 'https://iot.example.com:8743'],
		['iot.example.com:8743', 'https://iot.example.com:8743'],
		['iot.example.com', 'https://iot.example.com'],
		['HTTPS://IOT.example.com', 'https://iot.example.com'],
		['https://iot.example.com:8743/iocm/app/cmd/v1.4.0?x=1#y', 'https://iot.example.com:8743'],
		['10.0.0.1:8743', 'https://10.0.0.1:8743'],
		['[::1]:8743', 'https://[::1]:8743'],
		['http://localhost:8080', 'http://localhost:8080'],
	])('%p means %p', (typed, origin) => {
		expect(readServer(typed)).toEqual({ ok: true, value: origin });
	});

	it.each([
		['', /'Server' is empty/],
		['   ', /'Server' is empty/],
		['ftp://iot.example.com', /starts with ftp:/],
		['file:///etc/passwd', /starts with file:/],
		['https://', /not the address/],
		['https://iot.example.com:99999', /not the address/],
		['https://https://iot.example.com', /not the address/],
		['https//iot.example.com', /not the address/],
		['https:8743', /not the address/],
		['https://iot(example)', /not the address/],
		['https://*.example.com', /not the address/],
		['iot example', /contains blanks/],
		['7', /not the address/],
		['8743', /not the address/],
		['https://user:pw@iot.example.com', /user name or password/],
	])('%p is reported', (typed, message) => {
		const read = readServer(typed);
		expect(read.ok ? '' : read.failure.what).toMatch(message);
		expect(read.ok ? '' : read.failure.help).toContain("'Server'");
	});
});

describe('A credential', () => {
	const fields = { server: 'iot:1', appKey: ' key ', authentication: 'appSecret', secret: 'secret-1' };

	function read(changes: object) {
		const connection = readConnection({ ...fields, ...changes });
		if (!connection.ok) throw new Error(connection.failure.what);
		return connection.value;
	}

	it('is read without blanks around its values', () => {
		expect(read({})).toMatchObject({
			origin: 'https://iot:1',
			appKey: 'key',
			appKeyHeader: 'app_key',
			secret: 'secret-1',
			requestsPerMinute: 100,
			tls: {},
		});
	});

	it.each([
		[undefined, 100],
		['', 100],
		[0, 0],
		['0', 0],
		[0.5, 1],
		[50.9, 50],
		['30', 30],
	])('with %p requests per minute means a rate limit of %p', (requestsPerMinute, expected) => {
		expect(read({ requestsPerMinute }).requestsPerMinute).toBe(expected);
	});

	it.each([-1, NaN, 'abc', '10 per minute', ' ', true])(
		'does not take %p for a rate limit, nor for none',
		(requestsPerMinute) => {
			const connection = readConnection({ ...fields, requestsPerMinute } as never);
			expect(connection).toMatchObject({
				ok: false,
				failure: { what: expect.stringContaining("'Requests per Minute'") },
			});
		},
	);

	it('leaves out all TLS and gateway settings while they are hidden', () => {
		const { client } = certificates();
		const hidden = {
			clientCertificate: client.cert,
			clientKey: client.key,
			appKeyHeader: 'x-app-key',
			allowUnauthorizedCerts: true,
			certificateHostName: 'x',
		};
		expect(read({ ...hidden, customTls: false })).toMatchObject({
			appKeyHeader: 'app_key',
			tls: {},
		});
		expect(read({ ...hidden, customTls: true })).toMatchObject({
			appKeyHeader: 'x-app-key',
			tls: {
				skipSslCertificateValidation: true,
				agentOptions: { secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT },
			},
		});
	});

	it.each([
		["the certificate's name", 'iot.example.com', true],
		['another name', 'iot.example.org', false],
		['an address that is not in it', '10.0.0.1', false],
		['what is neither', 'a b', false],
	])('accepts a server certificate by %s: %p', (_name, certificateHostName, accepted) => {
		const { tls } = read({ customTls: true, certificateHostName });
		const check = tls.agentOptions?.checkServerIdentity as
			((host: string, peer: { raw: Buffer }) => Error | undefined) | undefined;
		const pem = certificates().serverOtherName.cert;
		const raw = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
		expect(check?.('127.0.0.1', { raw })).toEqual(accepted ? undefined : expect.any(Error));
	});

	const { ca, client, clientEncrypted, foreignClient } = certificates();
	const withClient = { customTls: true, clientCertificate: client.cert, clientKey: client.key };
	const reasonFor = (changes: object) => {
		const connection = readConnection({ ...fields, ...withClient, ...changes });
		return connection.ok ? 'read' : `${connection.failure.what}. ${connection.failure.help}`;
	};

	it.each([
		['behind its chain', { clientCertificate: `${ca}${client.cert}` }],
		['without line breaks', { clientCertificate: `${ca}${client.cert}`.replace(/\s*\n/g, '') }],
		['in one field with its key', { clientCertificate: `${client.key}${client.cert}`, clientKey: '' }],
		[
			'beside a block that is damaged',
			{ clientCertificate: `-----BEGIN X-----!-----END X-----${client.cert}` },
		],
	])('finds the certificate that the key belongs to %s, and sends it first', (_name, changes) => {
		const { cert } = read({ ...withClient, ...changes }).tls.agentOptions ?? {};
		expect(String(cert).replace(/\s/g, '').startsWith(client.cert.replace(/\s/g, ''))).toBe(true);
	});

	it.each([
		["'Client Certificate' is not in PEM form", { clientCertificate: 'abc' }],
		["'Client Key' is not in PEM form", { clientKey: 'abc' }],
		["'Client Key' contains no private key", { clientKey: client.cert }],
		["but 'Client Key' is empty", { clientKey: '' }],
		["but 'Client Certificate' is empty", { clientCertificate: '' }],
		["'Client Key' doesn't belong to 'Client Certificate'", { clientKey: foreignClient.key }],
		["but 'Passphrase' is empty", { clientKey: clientEncrypted.key }],
		["'Passphrase' doesn't open 'Client Key'", { clientKey: clientEncrypted.key, passphrase: 'wrong' }],
		["'CA Certificate' is not in PEM form", { caCertificate: client.key }],
	])('reports that %s', (reason, changes) => {
		expect(reasonFor(changes)).toContain(reason);
	});

	it('reports that the client certificate has expired, and that it may not be needed', () => {
		expect(reasonFor({})).toBe('read');
		const { now } = clock;
		clock.now = () => now() + 366 * 86_400_000;
		const reason = reasonFor({});
		clock.now = now;
		expect(reason).toContain("'Client Certificate' expired on");
		expect(reason).toContain("leave 'Client Certificate' and 'Client Key' empty");
	});

	it('is not read again for the requests of a run', () => {
		const given = { ...fields, ...withClient };
		const first = readConnection(given);
		if (!first.ok) throw new Error();
		rememberConnection(given, first.value);
		const again = connectionOf(given);
		expect(again.ok && again.value).toBe(first.value);
		expect(connectionOf({ ...given })).toEqual(first);
	});

	it('has its secrets in every field that the form masks, but for certificates', () => {
		const masked = new HuaweiIotApi().properties
			.filter(({ typeOptions }) => typeOptions?.password)
			.map(({ name }) => name)
			.filter((name) => !name.endsWith('Certificate'));
		expect([...SECRET_FIELDS].sort()).toEqual(masked.sort());
		expect(secretsIn({ token: 'Bearer abcd', secret: ' efgh ' })).toEqual(['abcd', 'efgh', '', '', '']);
	});

	it('tells applications and platforms apart', () => {
		const keys = [{}, { appKey: 'other' }, { server: 'iot:2' }].map((changes) =>
			applicationKey(read(changes)),
		);
		expect(new Set(keys).size).toBe(3);
	});
});

describe('Secrets in a text', () => {
	it.each([
		['as they are', 'got abcd-1234 here', 'got *** here'],
		['more than once', 'abcd-1234 abcd-1234', '*** ***'],
		['cut short', 'got abcd-1…', 'got ***…'],
		['as a form writes them', 'secret=p%26q+r+s&x', 'secret=***&x'],
		['as an address writes them', 'p%26q%20r%20s', '***'],
		['beside halves of characters', 'abcd-1234\ud800', '***\ufffd'],
	])('are taken out %s', (_name, text, expected) => {
		expect(redact(text, ['abcd-1234', 'p&q r s', '', 'got'])).toBe(expected);
	});

	it('are taken out whole where one is the beginning of another', () => {
		expect(redact('got abcd-1234 and abcd', ['abcd', 'abcd-1234'])).toBe('got *** and ***');
	});

	it('are no obstacle when they hold half a character', () => {
		expect(redact('plain', ['abcd\ud800'])).toBe('plain');
	});
});

describe('The request of a credential test', () => {
	const fields = {
		server: 'https://iot.example.com:8743',
		appKey: 'app',
		secret: 's',
		authentication: 'appSecret',
	};
	const login = { body: { accessToken: 'new-token' }, statusCode: 200, headers: {} };
	const request = { url: '/x', baseURL: 'https://iot.example.com:8743' };

	it('is answered as if the token had expired until a login was made for it, whatever token is stored', async () => {
		const type = new HuaweiIotApi();
		const credentials = { ...fields, sessionToken: 'of-yesterday' };
		await expect(type.authenticate(credentials, request)).rejects.toMatchObject({
			response: { status: 401 },
		});
		const httpRequest = jest.fn(async () => await Promise.resolve(login));
		const made = await type.preAuthentication.call({ helpers: { httpRequest } } as never, credentials);
		expect(made).toEqual({ sessionToken: 'new-token' });
		Object.assign(credentials, made);
		const sent = await type.authenticate(credentials, request);
		expect(sent.headers).toMatchObject({ Authorization: 'Bearer new-token' });
	});

	it.each([undefined, null, '', 7, 'two words', 'tok\u00e9n'])(
		'fails where the platform answers its login with %p for a token',
		async (accessToken) => {
			const httpRequest = async () => await Promise.resolve({ ...login, body: { accessToken } });
			const made = new HuaweiIotApi().preAuthentication.call({ helpers: { httpRequest } } as never, fields);
			await expect(made).rejects.toThrow('contains no access token');
		},
	);

	it.each(['appSecret', 'accessToken'])(
		'is aborted when its answer is not complete in time (%s)',
		async (authentication) => {
			const deadline = new AbortController();
			const timeout = jest.spyOn(AbortSignal, 'timeout').mockReturnValue(deadline.signal);
			const httpRequest: HttpRequest = async ({ abortSignal }) =>
				await new Promise((_resolve, reject) => {
					abortSignal.addEventListener('abort', () => reject({ code: 'ERR_CANCELED' }));
					deadline.abort();
				});
			const made = new HuaweiIotApi().preAuthentication.call({ helpers: { httpRequest } } as never, {
				...fields,
				authentication,
				token: 't',
			});
			await expect(made).rejects.toThrow('did not answer in time');
			expect(timeout).toHaveBeenCalledWith(30_000);
			timeout.mockRestore();
		},
	);

	it('any other request is sent with the token that is stored', async () => {
		const sent = await new HuaweiIotApi().authenticate({ ...fields, sessionToken: 'stored' }, { url: '/x' });
		expect(sent.headers).toMatchObject({ Authorization: 'Bearer stored' });
	});
});

describe('A switch of the credential', () => {
	const fields = { server: 'iot:1', appKey: 'a', authentication: 'accessToken', token: 't' };
	const read = (changes: object) => {
		const connection = readConnection({ ...fields, ...changes });
		if (!connection.ok) throw new Error(connection.failure.what);
		return connection.value.tls;
	};

	it.each([true, 'true', ' TRUE '])('is on when it is %j, also as an expression gives it', (on) => {
		expect(read({ customTls: on, allowUnauthorizedCerts: true })).toMatchObject({
			skipSslCertificateValidation: true,
		});
		expect(read({ customTls: true, allowUnauthorizedCerts: on })).toMatchObject({
			skipSslCertificateValidation: true,
		});
	});

	it.each([false, 'false', '', 'yes', 1, null, undefined])('is off when it is %j', (off) => {
		expect(read({ customTls: off, allowUnauthorizedCerts: true })).toEqual({});
		expect(read({ customTls: true, allowUnauthorizedCerts: off })).not.toHaveProperty(
			'skipSslCertificateValidation',
		);
	});
});
