import { isObject } from '../values/json';
import type { Failure, FailureKind } from '../values/results';
import { excerpt } from '../values/text';
import type { Connection } from './credential';

interface Cause {
	/** Codes of Node.js, its HTTP client and OpenSSL, words of OpenSSL that have no code, or a pattern of them. */
	codes: string[] | RegExp;
	/** Default: final. */
	kind?: FailureKind;
	/** True where the request may have reached the platform. */
	maybeDone?: true;
	what: (host: string, connection: Connection) => string;
	help: (connection: Connection) => string;
}

/** What `signsOf` makes of errors that have no code of their own. */
const CUT_IN_HANDSHAKE = 'CUT_IN_HANDSHAKE';
const CONNECTION_LOST = 'CONNECTION_LOST';
const NOT_CONNECTED = 'NOT_CONNECTED';

const CHECK_SERVER = "Check 'Server' in the credential, and whether n8n's machine can reach it.";
const IGNORE_ISSUES =
	"Until then, 'Ignore SSL Issues (Insecure)' in the credential (under 'Custom TLS and Gateway Settings') lets n8n connect.";

const hasCertificate = ({ tls }: Connection) => tls.agentOptions?.cert !== undefined;

const certificateHelp = (connection: Connection) =>
	hasCertificate(connection)
		? "Check that 'Client Certificate' and 'Client Key' in the credential are the ones that this platform issued."
		: "The platform may ask for a client certificate: turn on 'Custom TLS and Gateway Settings' in the credential and fill in 'Client Certificate' and 'Client Key'.";

/** What OpenSSL finds too weak: its words about the platform's certificate, its code for ours, and what both mean. */
const WEAKNESSES = [
	['EE certificate key too weak', 'ERR_SSL_EE_KEY_TOO_SMALL', 'its key is too short'],
	['CA certificate key too weak', 'ERR_SSL_CA_KEY_TOO_SMALL', 'the key of its CA is too short'],
	[
		'CA signature digest algorithm too weak',
		'ERR_SSL_CA_MD_TOO_WEAK',
		'it or its CA is signed with SHA-1 or MD5',
	],
] as const;

const WEAK_CERTIFICATES = WEAKNESSES.flatMap(([words, code, why]): Cause[] => [
	{
		codes: [words],
		what: (host) => `The certificate of ${host} is too weak: ${why}`,
		help: () => `Ask the operator of the platform to replace it. ${IGNORE_ISSUES}`,
	},
	{
		codes: [code],
		what: () => `'Client Certificate' is too weak for n8n: ${why}`,
		help: () =>
			"Ask the operator of the platform for a certificate with a key of at least 2048 bits that is signed with SHA-256, issued by a CA that meets the same requirements, and paste both into 'Client Certificate' and 'Client Key' of the credential.",
	},
]);

/** The first that fits counts. All but the last ones come from before a request was sent. */
const CAUSES: Cause[] = [
	{
		codes: ['ERR_CANCELED', 'ABORT_ERR'],
		kind: 'canceled',
		maybeDone: true,
		// One l: n8n tells a canceled run from a failed one by this word.
		what: () => 'The execution was canceled',
		help: () => 'Run the workflow again.',
	},
	{
		codes: ['ECONNREFUSED'],
		kind: 'transient',
		what: (host) => `Nothing answers at ${host}`,
		help: () => "Check the host and port in 'Server' of the credential, and that the platform is running.",
	},
	{
		codes: ['EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EHOSTDOWN', NOT_CONNECTED],
		kind: 'transient',
		what: (host) => `n8n could not connect to ${host}`,
		help: () => CHECK_SERVER,
	},
	{
		codes: ['ENOTFOUND'],
		what: (host) => `The host name of ${host} is unknown`,
		help: () => "Check the spelling of 'Server' in the credential.",
	},
	...WEAK_CERTIFICATES,
	{
		codes: [
			'DEPTH_ZERO_SELF_SIGNED_CERT',
			'SELF_SIGNED_CERT_IN_CHAIN',
			'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
			'UNABLE_TO_GET_ISSUER_CERT',
			'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
			'CERT_SIGNATURE_FAILURE',
			'CERT_UNTRUSTED',
		],
		what: (host) => `The certificate of ${host} is signed by an authority that n8n does not trust`,
		help: () =>
			"Turn on 'Custom TLS and Gateway Settings' in the credential and paste the operator's CA certificate into 'CA Certificate'.",
	},
	{
		codes: ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'],
		what: (host) => `The certificate of ${host} has expired or is not valid yet`,
		help: () => "Ask the operator of the platform, and check the clock of n8n's machine.",
	},
	{
		codes: ['ERR_TLS_CERT_ALTNAME_INVALID'],
		what: (host, { certificateHostName }) =>
			certificateHostName === ''
				? `The certificate of ${host} is for another name`
				: `The certificate of ${host} does not contain the name '${certificateHostName}' from 'Certificate Host Name'`,
		help: () =>
			"Use the name in the certificate as the host in 'Server' of the credential, or enter it in 'Certificate Host Name' (under 'Custom TLS and Gateway Settings').",
	},
	{
		codes: ['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG', 'ERR_SSL_HTTP_REQUEST'],
		what: (host) => `${host} does not use TLS`,
		help: () => "Check the port and scheme in 'Server' of the credential.",
	},
	{
		codes: /^ERR_SSL_(.*PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|WRONG_SSL_VERSION|VERSION_TOO_LOW)$/,
		what: (host) => `${host} offers only outdated versions of TLS (1.1 or older)`,
		help: () => "Ask the operator of the platform to turn on TLS 1.2, or check 'Server' in the credential.",
	},
	{
		codes: ['ERR_SSL_UNSAFE_LEGACY_RENEGOTIATION_DISABLED'],
		what: (host) => `${host} uses an outdated way to connect with TLS (no secure renegotiation)`,
		help: () => `Ask the operator of the platform to update the server. ${IGNORE_ISSUES}`,
	},
	{
		codes: ['ERR_SSL_DH_KEY_TOO_SMALL', 'ERR_SSL_BAD_ECPOINT', 'ERR_SSL_UNSUPPORTED_ELLIPTIC_CURVE'],
		what: (host) => `${host} offers only encryption that is too weak for n8n`,
		help: () => "Ask the operator of the platform to update the server, or check 'Server' in the credential.",
	},
	{
		// Alerts about a client certificate have many names, depending on the TLS library of the other side.
		codes: /^ERR_SSL_.*(ALERT|HANDSHAKE|CERTIFICATE)/,
		what: (host, connection) =>
			hasCertificate(connection)
				? `${host} did not accept 'Client Certificate'`
				: `${host} refused the secure connection`,
		help: certificateHelp,
	},
	{
		codes: [CUT_IN_HANDSHAKE],
		what: (host) => `${host} closed the connection before it was secure`,
		help: certificateHelp,
	},
	{
		codes: [
			CONNECTION_LOST,
			'ECONNRESET',
			'EPIPE',
			'EPROTO',
			'ERR_STREAM_PREMATURE_CLOSE',
			'ERR_BAD_RESPONSE',
		],
		kind: 'transient',
		maybeDone: true,
		what: (host) => `${host} closed the connection before its answer was complete`,
		help: (connection) =>
			connection.origin.startsWith('http://')
				? "If this happens with every call, use https:// in 'Server' of the credential."
				: `If no call ever works: ${certificateHelp(connection)}`,
	},
	{
		codes: ['ECONNABORTED', 'ETIMEDOUT', 'ESOCKETTIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT'],
		kind: 'transient',
		maybeDone: true,
		what: (host) => `${host} did not answer in time`,
		help: () => "Increase the option 'Timeout', or check 'Server' in the credential.",
	},
];

/**
 * Puts into words what was thrown while a request was made: usually an error of n8n around that of the HTTP client.
 * @param wasReached whether this server has answered before: what is otherwise a wrong setting is then a fault that may
 *   pass
 */
export function connectionFailure(thrown: unknown, connection: Connection, wasReached = false): Failure {
	const errors = causesOf(thrown);
	const carriedFailure = errors.map((error) => carried.get(error)).find(Boolean);
	// It is about the login: the request itself was not sent.
	if (carriedFailure) return { ...carriedFailure, maybeDone: false };
	const signs = isOpenConnectionLost(errors, wasReached) ? [CONNECTION_LOST] : errors.flatMap(signsOf);
	const host = connection.origin.replace(/^https?:\/\//, '');
	const cause = CAUSES.find(({ codes }) =>
		signs.some((sign) => (Array.isArray(codes) ? codes.includes(sign) : codes.test(sign))),
	);
	if (!cause) {
		return {
			kind: 'transient',
			maybeDone: true,
			what: `The call to ${host} failed: ${excerpt(messageOf(errors[0]))}`,
			help: CHECK_SERVER,
		};
	}
	const mayPass = wasReached && signs.includes(CUT_IN_HANDSHAKE);
	return {
		kind: mayPass ? 'transient' : (cause.kind ?? 'final'),
		maybeDone: cause.maybeDone ?? false,
		what: cause.what(host, connection),
		help: cause.help(connection),
	};
}

/** The answer was not complete in time. */
export function tooLate(connection: Connection): Failure {
	return connectionFailure({ code: 'ETIMEDOUT' }, connection);
}

const carried = new WeakMap<object, Failure>();

/**
 * A failure as an Error, for the places where n8n only lets errors pass: what a credential throws comes back out of
 * n8n's request helper wrapped, and `connectionFailure` finds it again.
 */
export function failureAsError(failure: Failure): Error {
	const error = new Error(`${failure.what}. ${failure.help}`);
	carried.set(error, failure);
	return error;
}

type Thrown = Record<string, unknown>;

function causesOf(thrown: unknown): Thrown[] {
	const causes: Thrown[] = [];
	for (let error = thrown; isObject(error) && causes.length < 6; error = error.cause) causes.push(error);
	return causes;
}

function messageOf(error: Thrown | undefined): string {
	return typeof error?.message === 'string' ? error.message.slice(0, 1000) : 'no reason given';
}

/** What the other side of TLS says when a connection goes wrong, at whatever moment; the other alerts are about the handshake. */
const ALERT_AT_ANY_TIME =
	/ALERT_(BAD_RECORD_MAC|DECODE_ERROR|INTERNAL_ERROR|RECORD_OVERFLOW|UNEXPECTED_MESSAGE|USER_CANCELL?ED)$/;

/** Whether a connection that was there broke: the request may have arrived, although the codes are those of connecting. */
function isOpenConnectionLost(errors: Thrown[], wasReached: boolean): boolean {
	return errors.some(
		(error) =>
			/^(read|write) E(HOST|NET)/.test(messageOf(error)) ||
			(wasReached && signsOf(error).some((sign) => ALERT_AT_ANY_TIME.test(sign))),
	);
}

/** The codes of an error, and what its message says where the code says too little. */
function signsOf(error: Thrown): string[] {
	const code = typeof error.code === 'string' ? error.code : '';
	const message = messageOf(error);
	const signs = [code];
	if (message.includes('before secure TLS connection was established')) signs.unshift(CUT_IN_HANDSHAKE);
	if (/^connect E[A-Z]+/.test(message)) signs.push(NOT_CONNECTED);
	// Node.js has no code for most of what OpenSSL finds in a certificate.
	if (code === 'UNSPECIFIED') signs.push(message);
	// Node.js reports some reasons of OpenSSL as EPROTO only: "…:SSL routines:function:the reason in words:file…".
	const [, afterwards = ''] = message.split(':SSL routines:');
	const reason = afterwards.split(':')[1];
	if (reason) signs.push(`ERR_SSL_${reason.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}`);
	return signs;
}
