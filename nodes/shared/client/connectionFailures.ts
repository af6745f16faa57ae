import type { Connection } from './credential';
import { redact } from './redaction';
import type { Failure, FailureKind } from '../values/results';
import { excerpt } from '../values/text';
import { isObject } from '../values/json';

/** What was thrown while a request was made: anything, as a rule an n8n error around the one of the HTTP client. */
export type Thrown = unknown;

interface Cause {
	codes: string[];
	kind: FailureKind;
	maybeDone: boolean;
	what: (connection: Connection) => string;
	help: (connection: Connection) => string;
}

const host = (connection: Pick<Connection, 'origin'>) => connection.origin.replace(/^https?:\/\//, '');
const CHECK_SERVER = "Check 'Server' in the credential, and that n8n's machine can reach it.";

/** What the HTTP client and TLS report, in words. Codes from Node.js and OpenSSL. */
const CAUSES: Cause[] = [
	{
		codes: ['ECONNREFUSED'],
		kind: 'transient',
		maybeDone: false,
		what: (connection) => `Nothing answers at ${host(connection)}`,
		help: () => "Check host and port in 'Server' of the credential, and that the platform is running.",
	},
	{
		codes: ['EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EHOSTDOWN'],
		kind: 'transient',
		maybeDone: false,
		what: (connection) => `n8n's machine finds no way to ${host(connection)} at the moment`,
		help: () => CHECK_SERVER,
	},
	{
		codes: ['ENOTFOUND'],
		kind: 'final',
		maybeDone: false,
		what: (connection) => `The host name of ${host(connection)} is not known`,
		help: () => "Check the spelling of 'Server' in the credential.",
	},
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
		kind: 'final',
		maybeDone: false,
		what: (connection) => `The certificate of ${host(connection)} is not signed by anybody whom n8n trusts`,
		help: () =>
			"In the credential turn on 'Custom TLS and Gateway Settings' and paste the operator's CA certificate into 'CA Certificate'.",
	},
	{
		codes: ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'],
		kind: 'final',
		maybeDone: false,
		what: (connection) => `The certificate of ${host(connection)} has expired or is not valid yet`,
		help: () => "Ask the operator of the platform, and check the clock of n8n's machine.",
	},
	{
		codes: ['ERR_TLS_CERT_ALTNAME_INVALID'],
		kind: 'final',
		maybeDone: false,
		what: ({ certificateHostName, ...connection }) =>
			certificateHostName === ''
				? `The certificate of ${host(connection)} bears another name`
				: `The certificate of ${host(connection)} does not bear the name '${certificateHostName}' that 'Certificate Host Name' gives`,
		help: () =>
			"Use the name in the certificate as host in 'Server' of the credential, or enter that name in 'Certificate Host Name' (under 'Custom TLS and Gateway Settings').",
	},
	{
		codes: ['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG', 'ERR_SSL_HTTP_REQUEST'],
		kind: 'final',
		maybeDone: false,
		what: (connection) => `${host(connection)} does not speak TLS`,
		help: () => "Check port and scheme in 'Server' of the credential.",
	},
	{
		codes: ['ECONNRESET', 'EPIPE', 'EPROTO', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_BAD_RESPONSE'],
		kind: 'transient',
		maybeDone: true,
		what: (connection) => `${host(connection)} closed the connection before its answer was complete`,
		help: (connection) => {
			if (connection.origin.startsWith('http://')) {
				return "If no call ever works, start the address in 'Server' of the credential with https://.";
			}
			return connection.hasClientCertificate
				? "If no call ever works, check that 'Client Certificate' of the credential is the one that this platform issued."
				: "If no call ever works, the platform may ask for a client certificate: turn on 'Custom TLS and Gateway Settings' in the credential and fill in 'Client Certificate' and 'Client Key'.";
		},
	},
	{
		codes: ['ECONNABORTED', 'ETIMEDOUT', 'ESOCKETTIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT'],
		kind: 'transient',
		maybeDone: true,
		what: (connection) => `${host(connection)} did not answer in time`,
		help: () => "Raise the option 'Timeout', or check 'Server' in the credential.",
	},
	{
		codes: ['ERR_CANCELED', 'ABORT_ERR'],
		kind: 'canceled',
		maybeDone: true,
		what: () => 'The execution was canceled',
		help: () => 'Run the workflow again.',
	},
];

/**
 * Puts what an HTTP client threw into words. Its own message is used only where nothing better is known, cut short and
 * without secrets.
 */
export function connectionFailure(thrown: Thrown, connection: Connection): Failure {
	const carried = carriedFailure(thrown);
	if (carried) return carried;
	const codes = codesOf(thrown);
	const cause =
		CAUSES.find((candidate) => candidate.codes.some((code) => codes.includes(code))) ??
		clientCertificateRefused(codes);
	if (cause) {
		return {
			kind: cause.kind,
			maybeDone: cause.maybeDone,
			what: cause.what(connection),
			help: cause.help(connection),
		};
	}
	const message = isObject(thrown) && typeof thrown.message === 'string' ? thrown.message : String(thrown);
	return {
		kind: 'transient',
		maybeDone: true,
		what: `The call did not get through: ${excerpt(redact(message, connection.secrets))}`,
		help: CHECK_SERVER,
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

function* causesOf(thrown: Thrown): Generator<Record<string, unknown>> {
	let current = thrown;
	for (let depth = 0; depth < 6 && isObject(current); depth += 1) {
		yield current;
		current = current.cause;
	}
}

function carriedFailure(thrown: Thrown): Failure | undefined {
	for (const cause of causesOf(thrown)) {
		const failure = carried.get(cause);
		// It is about the login: the request itself was not sent.
		if (failure) return { ...failure, maybeDone: false };
	}
	return undefined;
}

function codesOf(thrown: Thrown): string[] {
	const codes: string[] = [];
	for (const cause of causesOf(thrown)) {
		if (typeof cause.code === 'string') codes.push(cause.code);
	}
	return codes;
}

/** TLS alerts about a client certificate have many names, depending on the TLS library of the other side. */
function clientCertificateRefused(codes: string[]): Cause | undefined {
	if (!codes.some((code) => /^ERR_SSL_.*(ALERT|HANDSHAKE|CERTIFICATE)/.test(code))) return undefined;
	return {
		codes: [],
		kind: 'final',
		maybeDone: false,
		what: (connection) =>
			connection.hasClientCertificate
				? `${host(connection)} did not accept 'Client Certificate' when the secure connection was made`
				: `${host(connection)} refused the secure connection; it may ask for a client certificate`,
		help: (connection) =>
			connection.hasClientCertificate
				? "Check that 'Client Certificate' and 'Client Key' of the credential are the ones that this platform issued."
				: "Turn on 'Custom TLS and Gateway Settings' in the credential and fill in 'Client Certificate' and 'Client Key'.",
	};
}
