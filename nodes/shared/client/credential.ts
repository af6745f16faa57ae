import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';
import { X509Certificate } from 'crypto';

import { clock } from '../values/clock';
import { checkKey, readCertificates, repairPem } from './pem';
import { invalidInput, ok } from '../values/results';
import type { Failure, Result } from '../values/results';

/** Everything the credential says, checked and in the form that requests need. */
export interface Connection {
	/** Scheme, host and port, for example `https://iot.example.com:8743`. */
	origin: string;
	appKey: string;
	appKeyHeader: string;
	authentication: 'accessToken' | 'appSecret';
	/** The user's own access token, with `accessToken`. */
	token: string;
	/** With `appSecret`. */
	secret: string;
	/** What an earlier login stored; empty when there was none. */
	sessionToken: string;
	/** Calls in 60 seconds; 0 = no threshold. */
	requestsPerMinute: number;
	tls: Pick<IHttpRequestOptions, 'agentOptions' | 'skipSslCertificateValidation'>;
	/** Whether the connection identifies itself with a client certificate. */
	hasClientCertificate: boolean;
	/** The name that the platform's certificate has to bear; empty for the host's own. */
	certificateHostName: string;
	/** Values that may never be shown. */
	secrets: string[];
}

type Fields = ICredentialDataDecryptedObject;

function textField(fields: Fields, name: string): string {
	const value = fields[name];
	return typeof value === 'string' ? value.trim() : '';
}

/**
 * The base URL of the platform from what a person typed or pasted: a path, a trailing slash and blanks are dropped,
 * a missing scheme means https.
 */
export function readServer(typed: string): Result<string> {
	const help =
		"Enter host and port of the platform in 'Server' of the credential, for example https://iot.example.com:8743";
	const text = typed.trim();
	if (text === '') return invalidInput("'Server' is empty", help);
	const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
	if (scheme !== undefined && scheme !== 'https' && scheme !== 'http') {
		return invalidInput(`'Server' starts with ${scheme}://, and the platform is reached over https://`, help);
	}
	if (/\s/.test(text)) return invalidInput("'Server' has blanks in its middle", help);
	const full = scheme === undefined ? `https://${text}` : text;
	if (!URL.canParse(full)) return invalidInput("'Server' is no address of a server", help);
	const url = new URL(full);
	if (url.username !== '' || url.password !== '') {
		return invalidInput("'Server' has a user name or password in it", help);
	}
	const isHost = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)$/i.test(url.hostname) && !/^https?$/i.test(url.hostname);
	if (!isHost || /^\d+$/.test(text)) return invalidInput("'Server' is no address of a server", help);
	return ok(url.origin);
}

/**
 * Reads and checks the credential before any call is made.
 * @returns the connection, or a failure that names the field to correct; never a secret
 */
export function readConnection(fields: Fields): Result<Connection> {
	const server = readServer(textField(fields, 'server'));
	if (!server.ok) return server;
	const appKey = textField(fields, 'appKey');
	if (appKey === '') {
		return invalidInput("'App Key' is empty", "Enter the application's ID in 'App Key' of the credential.");
	}
	if (/[^\x21-\x7e]/.test(appKey)) {
		return invalidInput(
			"'App Key' has characters that can't be in an application's ID",
			"Copy 'App Key' of the credential again, without blanks.",
		);
	}
	const authentication = fields.authentication === 'appSecret' ? 'appSecret' : 'accessToken';
	const token = textField(fields, 'token').replace(/^Bearer\s+/i, '');
	const secret = textField(fields, 'secret');
	if (authentication === 'accessToken' && token === '') {
		return invalidInput(
			"'Access Token' is empty",
			"Enter a token in the credential, or set 'Authentication' to 'App Key and Secret' so that n8n logs in by itself.",
		);
	}
	if (authentication === 'accessToken' && /[^\x21-\x7e]/.test(token)) {
		return invalidInput(
			"'Access Token' has characters that can't be in a token",
			"Copy 'Access Token' of the credential again, without blanks.",
		);
	}
	if (authentication === 'appSecret' && secret === '') {
		return invalidInput("'Secret' is empty", "Enter the application's secret in 'Secret' of the credential.");
	}
	const threshold = readThreshold(fields.requestsPerMinute);
	if (!threshold.ok) return threshold;
	const tls = readTls(fields);
	if (!tls.ok) return tls;

	const custom = fields.customTls === true;
	const sessionToken = textField(fields, 'sessionToken');
	return ok({
		origin: server.value,
		appKey,
		appKeyHeader: custom && fields.appKeyHeader === 'x-app-key' ? 'x-app-key' : 'app_key',
		authentication,
		token,
		secret,
		sessionToken,
		requestsPerMinute: threshold.value,
		tls: tls.value,
		hasClientCertificate: tls.value.agentOptions?.cert !== undefined,
		certificateHostName: custom ? textField(fields, 'certificateHostName') : '',
		secrets: [token, secret, sessionToken, custom ? textField(fields, 'passphrase') : ''].filter(
			(value) => value.length >= 4,
		),
	});
}

/** What the platform allows unless the operator changed it (platform API, code 1010009). */
const DEFAULT_THRESHOLD = 100;

/** Only a 0 that was meant lifts the threshold: what can't be read never does. */
function readThreshold(given: unknown): Result<number> {
	if (given === undefined || given === null || given === '') return ok(DEFAULT_THRESHOLD);
	const threshold = typeof given === 'string' ? Number(given.trim() || NaN) : given;
	if (typeof threshold === 'number' && Number.isFinite(threshold) && threshold >= 0) {
		return ok(threshold === 0 ? 0 : Math.max(1, Math.floor(threshold)));
	}
	return invalidInput(
		"'Requests per Minute' is not a number of 0 or more",
		"Enter the application's threshold in 'Requests per Minute' of the credential; 0 means none.",
	);
}

const TLS_FIELDS = [
	'caCertificate',
	'clientCertificate',
	'clientKey',
	'passphrase',
	'certificateHostName',
	'allowUnauthorizedCerts',
];
/** A certificate may expire while it is remembered: not for long. */
const REMEMBERED_MS = 60_000;
let remembered: { fields: unknown[]; until: number; tls: Result<Connection['tls']> } | undefined;

/**
 * Connection settings for TLS. All of them count only while 'Custom TLS and Gateway Settings' is on. n8n has the
 * credential read for every request, so the last one is remembered: parsing its certificates takes longer than the rest.
 */
function readTls(fields: Fields): Result<Connection['tls']> {
	if (fields.customTls !== true) return ok({});
	const now = clock.now();
	const given = TLS_FIELDS.map((name) => fields[name]);
	const isSame = remembered?.fields.every((value, index) => value === given[index]) === true;
	if (!remembered || !isSame || remembered.until <= now) {
		remembered = { fields: given, until: now + REMEMBERED_MS, tls: parseTls(fields) };
	}
	return remembered.tls;
}

function parseTls(fields: Fields): Result<Connection['tls']> {
	const agentOptions: NonNullable<IHttpRequestOptions['agentOptions']> = {};

	const ca = textField(fields, 'caCertificate');
	if (ca !== '') {
		const pem = repairPem(ca);
		if (pem === undefined || readCertificates(pem) === undefined) return notPem('CA Certificate');
		agentOptions.ca = pem;
	}

	const client = readClientCertificate(fields);
	if (!client.ok) return client;
	Object.assign(agentOptions, client.value);

	const hostName = textField(fields, 'certificateHostName');
	if (hostName !== '') agentOptions.checkServerIdentity = identityCheck(hostName);

	const insecure = fields.allowUnauthorizedCerts === true;
	return ok({
		...(Object.keys(agentOptions).length > 0 ? { agentOptions } : {}),
		...(insecure ? { skipSslCertificateValidation: true } : {}),
	});
}

function notPem(field: string): { ok: false; failure: Failure } {
	return invalidInput(
		`'${field}' is not in PEM form`,
		`Paste the whole block into '${field}' of the credential, from -----BEGIN to -----END, both lines included.`,
	);
}

function readClientCertificate(fields: Fields): Result<{ cert?: string; key?: string; passphrase?: string }> {
	const certificate = textField(fields, 'clientCertificate');
	const key = textField(fields, 'clientKey');
	// Blanks can be part of a passphrase; a line break comes from pasting.
	const passphrase = typeof fields.passphrase === 'string' ? fields.passphrase.replace(/[\r\n]+$/, '') : '';
	if (certificate === '' && key === '') return ok({});
	if (key === '') {
		return invalidInput(
			"'Client Certificate' is filled in and 'Client Key' is empty",
			"Paste the private key that belongs to the certificate into 'Client Key' of the credential.",
		);
	}
	if (certificate === '') {
		return invalidInput(
			"'Client Key' is filled in and 'Client Certificate' is empty",
			"Paste the certificate that belongs to the key into 'Client Certificate' of the credential.",
		);
	}
	const certificatePem = repairPem(certificate);
	const parsed = certificatePem === undefined ? undefined : readCertificates(certificatePem);
	const leaf = parsed?.[0];
	if (certificatePem === undefined || leaf === undefined) return notPem('Client Certificate');
	const keyPem = repairPem(key);
	if (keyPem === undefined) return notPem('Client Key');

	const now = clock.now();
	if (Date.parse(leaf.validTo) < now) {
		return invalidInput(
			`'Client Certificate' has expired, on ${new Date(leaf.validTo).toISOString().slice(0, 10)}`,
			"Ask the operator of the platform for a new certificate and paste it into 'Client Certificate' of the credential.",
		);
	}
	if (Date.parse(leaf.validFrom) > now) {
		return invalidInput(
			`'Client Certificate' is not valid before ${new Date(leaf.validFrom).toISOString().slice(0, 10)}`,
			"Check the clock of n8n's machine, and 'Client Certificate' of the credential.",
		);
	}
	switch (checkKey(keyPem, passphrase, leaf)) {
		case 'notAKey':
			return invalidInput(
				"'Client Key' holds no private key that can be read",
				"Paste the whole PEM block of the private key into 'Client Key' of the credential.",
			);
		case 'passphraseMissing':
			return invalidInput(
				"'Client Key' is encrypted and 'Passphrase' is empty",
				"Enter the key's passphrase in 'Passphrase' of the credential.",
			);
		case 'passphraseWrong':
			return invalidInput(
				"'Client Key' can't be opened with the passphrase given",
				"Check 'Passphrase' in the credential.",
			);
		case 'otherCertificate':
			return invalidInput(
				"'Client Key' does not belong to 'Client Certificate'",
				"Paste the certificate and the key of one and the same pair into 'Client Certificate' and 'Client Key' of the credential.",
			);
		case 'ok':
			return ok({ cert: certificatePem, key: keyPem, ...(passphrase !== '' ? { passphrase } : {}) });
	}
}

/** Accepts the platform's certificate if it bears `name`, whatever host the connection was made to. */
function identityCheck(name: string) {
	return (_host: string, peer: { raw: Buffer }): Error | undefined => {
		if (bears(new X509Certificate(peer.raw), name)) return undefined;
		return Object.assign(new Error(`The certificate does not bear the name ${name}`), {
			code: 'ERR_TLS_CERT_ALTNAME_INVALID',
		});
	};
}

/** Never throws: what is thrown while a connection is made ends the whole process. */
function bears(certificate: X509Certificate, name: string): boolean {
	try {
		return (certificate.checkHost(name) ?? certificate.checkIP(name)) !== undefined;
	} catch {
		return false; // `checkIP` throws for what is no IP address
	}
}

/** One application on one platform, for what is kept for each application in a process. */
export function applicationKey(connection: Connection): string {
	return `${connection.origin} ${connection.appKey}`;
}
