import { connectionFailure, failureAsError } from '../../nodes/shared/client/connectionFailures';
import { readConnection } from '../../nodes/shared/client/credential';
import { certificates } from '../platform/certificates';

const connectionWith = (changes: object = {}) => {
	const connection = readConnection({ server: 'iot:8743', appKey: 'key', token: 'own-token', ...changes });
	if (!connection.ok) throw new Error(connection.failure.what);
	return connection.value;
};

/** As n8n wraps what its HTTP client throws. */
const thrown = (code: string, message = '') => ({
	message: 'What n8n says',
	cause: { message, cause: Object.assign(new Error(message), { code }) },
});

const openssl = (reason: string) =>
	`write EPROTO 802CCBF5867F0000:error:0A000152:SSL routines:some_function:${reason}:../deps/openssl/file.c:1601:`;

describe('What is thrown before a request was sent', () => {
	it.each<[string, string, string, RegExp, RegExp]>([
		[
			'a server with TLS 1.1 only',
			'EPROTO',
			openssl('tlsv1 alert protocol version'),
			/outdated versions of TLS/,
			/TLS 1\.2/,
		],
		[
			'the same, found by ourselves',
			'EPROTO',
			openssl('unsupported protocol'),
			/outdated versions of TLS/,
			/TLS 1\.2/,
		],
		[
			'no secure renegotiation',
			'EPROTO',
			openssl('unsafe legacy renegotiation disabled'),
			/no secure renegotiation/,
			/'Ignore SSL Issues/,
		],
		[
			"the platform's key of 1024 bits",
			'UNSPECIFIED',
			'EE certificate key too weak',
			/certificate of iot:8743 is too weak/,
			/'Ignore SSL Issues/,
		],
		[
			"the platform's certificate with SHA-1",
			'UNSPECIFIED',
			'CA signature digest algorithm too weak',
			/certificate of iot:8743 is too weak/,
			/'Ignore SSL Issues/,
		],
		[
			'our key of 1024 bits',
			'ERR_SSL_EE_KEY_TOO_SMALL',
			'error:0A00018F:SSL routines::ee key too small',
			/'Client Certificate' is too weak/,
			/'Client Key'/,
		],
		[
			'our certificate with SHA-1',
			'ERR_SSL_CA_MD_TOO_WEAK',
			'error:0A00018E:SSL routines::ca md too weak',
			/'Client Certificate' is too weak/,
			/'Client Key'/,
		],
		[
			'a connection cut during the handshake',
			'ECONNRESET',
			'Client network socket disconnected before secure TLS connection was established',
			/before it was secure/,
			/'Client Certificate'/,
		],
		[
			'an alert about a client certificate',
			'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
			'',
			/refused the secure connection/,
			/'Client Certificate'/,
		],
		[
			'the same in TLS 1.2',
			'EPROTO',
			openssl('sslv3 alert handshake failure'),
			/refused the secure connection/,
			/'Client Certificate'/,
		],
		['a port without TLS', 'EPROTO', openssl('wrong version number'), /does not use TLS/, /port/],
		['weak keys of the session', 'EPROTO', openssl('dh key too small'), /too weak/, /operator/],
	])('names cause and field at once and is not retried: %s', (_name, code, message, what, help) => {
		const failure = connectionFailure(thrown(code, message), connectionWith());
		expect(failure).toMatchObject({ kind: 'final', maybeDone: false });
		expect(failure.what).toMatch(what);
		expect(failure.help).toMatch(help);
	});

	it.each([
		['a port that nothing listens at', 'ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:1'],
		['a connection that was reset while it was made', 'ECONNRESET', 'connect ECONNRESET 127.0.0.1:1'],
		['a connection that could not be made in time', 'ETIMEDOUT', 'connect ETIMEDOUT 127.0.0.1:1'],
		['a name that cannot be looked up at the moment', 'EAI_AGAIN', 'getaddrinfo EAI_AGAIN iot'],
	])('may pass and was never sent: %s', (_name, code, message) => {
		expect(connectionFailure(thrown(code, message), connectionWith())).toMatchObject({
			kind: 'transient',
			maybeDone: false,
		});
	});

	it('may pass when it is a cut handshake of a server that has answered before', () => {
		const cut = thrown(
			'ECONNRESET',
			'Client network socket disconnected before secure TLS connection was established',
		);
		expect(connectionFailure(cut, connectionWith(), true)).toMatchObject({
			kind: 'transient',
			maybeDone: false,
		});
	});

	it.each([
		['one of another CA', 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA'],
		['one that is too weak for the platform', 'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE'],
	])('asks for the right client certificate when there is one already: %s', (_name, code) => {
		const { cert, key } = certificates().client;
		const connection = connectionWith({ customTls: true, clientCertificate: cert, clientKey: key });
		const failure = connectionFailure(thrown(code), connection);
		expect(failure).toMatchObject({ kind: 'final', maybeDone: false });
		expect(failure.what).toContain("did not accept 'Client Certificate'");
		expect(failure.help).toContain('the ones that this platform issued');
	});

	it('is the failure of the login that n8n passes on, however it is wrapped', () => {
		const login = { kind: 'final', maybeDone: true, what: 'No', help: 'None', code: '100208' } as const;
		const wrapped = { message: 'x', cause: { cause: failureAsError(login) } };
		expect(connectionFailure(wrapped, connectionWith())).toEqual({ ...login, maybeDone: false });
	});
});

describe('What is thrown after a request was sent', () => {
	it.each([
		['a connection that was closed', 'ECONNRESET', 'socket hang up'],
		['a connection that was reset', 'ECONNRESET', 'read ECONNRESET'],
		['silence', 'ECONNABORTED', 'timeout of 30000ms exceeded'],
		['what nobody knows', 'E_NEW', 'something new'],
		['an open connection whose host went away', 'EHOSTUNREACH', 'read EHOSTUNREACH'],
		['an open connection whose network went away', 'ENETUNREACH', 'write ENETUNREACH'],
		['an open connection of an interface that went down', 'ENETDOWN', 'read ENETDOWN'],
	])('may have been done: %s', (_name, code, message) => {
		expect(connectionFailure(thrown(code, message), connectionWith())).toMatchObject({
			kind: 'transient',
			maybeDone: true,
		});
	});

	it('may have been done, however n8n wraps it', () => {
		const wrapped = {
			code: 'EHOSTUNREACH',
			message: 'The host is unreachable',
			cause: thrown('EHOSTUNREACH', 'read EHOSTUNREACH'),
		};
		expect(connectionFailure(wrapped, connectionWith())).toMatchObject({
			kind: 'transient',
			maybeDone: true,
		});
	});

	it.each([
		['ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC', ''],
		['ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR', ''],
		['EPROTO', openssl('tlsv1 alert internal error')],
	])(
		'may have been done where a server that answered before breaks the connection off: %s',
		(code, message) => {
			const alert = thrown(code, message);
			expect(connectionFailure(alert, connectionWith(), true)).toMatchObject({
				kind: 'transient',
				maybeDone: true,
			});
			expect(connectionFailure(alert, connectionWith())).toMatchObject({ kind: 'final', maybeDone: false });
		},
	);

	it.each([undefined, null, 'text', 7, Object.create(null), { cause: 7 }, { message: 7 }])(
		'never throws: %p',
		(what) => {
			expect(connectionFailure(what, connectionWith()).maybeDone).toBe(true);
		},
	);

	it('shows a short piece of a message of enormous length', () => {
		const { what } = connectionFailure({ message: '<'.repeat(5_000_000) }, connectionWith());
		expect(what.length).toBeLessThan(400);
	});
});
