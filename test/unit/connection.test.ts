import { clock } from '../../nodes/shared/values/clock';
import { applicationKey, readConnection, readServer } from '../../nodes/shared/client/credential';
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
		['https://', /no address/],
		['https://iot.example.com:99999', /no address/],
		['iot example', /blanks in its middle/],
		['https://user:pw@iot.example.com', /user name or password/],
	])('%p is told to be wrong', (typed, message) => {
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
			hasClientCertificate: false,
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
	])('with %p requests per minute means a threshold of %p', (requestsPerMinute, expected) => {
		expect(read({ requestsPerMinute }).requestsPerMinute).toBe(expected);
	});

	it.each([-1, NaN, 'abc', '10 per minute', ' ', true])(
		'takes a threshold of %p for none, nor for any other',
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
			hasClientCertificate: false,
		});
		expect(read({ ...hidden, customTls: true })).toMatchObject({
			appKeyHeader: 'x-app-key',
			hasClientCertificate: true,
			tls: { skipSslCertificateValidation: true },
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

	it('takes a corrected certificate and passphrase at once, though the last ones are remembered', () => {
		const { client, clientEncrypted, serverOtherName } = certificates();
		const first = { customTls: true, clientCertificate: client.cert, clientKey: client.key };
		expect(read(first).tls.agentOptions).not.toHaveProperty('ca');
		expect(read({ ...first, caCertificate: serverOtherName.cert }).tls.agentOptions).toHaveProperty('ca');
		const encrypted = { ...first, clientKey: clientEncrypted.key };
		expect(readConnection({ ...fields, ...encrypted, passphrase: 'wrong' }).ok).toBe(false);
		expect(read({ ...encrypted, passphrase: clientEncrypted.passphrase }).hasClientCertificate).toBe(true);
		expect(read(first).tls.agentOptions).not.toHaveProperty('passphrase');
	});

	it('tells after a minute that the client certificate has expired meanwhile', () => {
		const { client } = certificates();
		const given = { ...fields, customTls: true, clientCertificate: client.cert, clientKey: client.key };
		expect(readConnection(given).ok).toBe(true);
		const { now } = clock;
		clock.now = () => now() + 366 * 86_400_000;
		const later = readConnection(given);
		clock.now = now;
		expect(later.ok ? '' : later.failure.what).toContain("'Client Certificate' has expired");
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
	])('are taken out %s', (_name, text, expected) => {
		expect(redact(text, ['abcd-1234', 'p&q r s'])).toBe(expected);
	});
});
