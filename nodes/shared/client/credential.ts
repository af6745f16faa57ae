import { createHash } from 'crypto';
import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

import { failForGood, ok, type Result } from '../values/results';
import { isOn, readTls } from './tls';

/** The credential's fields as n8n hands them over. */
export type Fields = ICredentialDataDecryptedObject;

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
	/** Calls in 60 seconds; 0 = no limit. */
	requestsPerMinute: number;
	tls: Pick<IHttpRequestOptions, 'agentOptions' | 'skipSslCertificateValidation'>;
	/** The name that the platform's certificate has to carry; empty for the host's own. */
	certificateHostName: string;
}

/** The fields whose values are never shown, neither in a message nor in a log. */
export const SECRET_FIELDS = ['token', 'secret', 'sessionToken', 'clientKey', 'passphrase'] as const;

/** The values that may never be shown. */
export function secretsIn(fields: Fields): string[] {
	return SECRET_FIELDS.map((name) => withoutScheme(readText(fields, name)));
}

/** A token without the word Bearer in front of it. */
function withoutScheme(token: string): string {
	return token.replace(/^Bearer\s+/i, '');
}

/** A text field without blanks around it; empty where it holds no text. */
export function readText(fields: Fields, name: string): string {
	const value = fields[name];
	return typeof value === 'string' ? value.trim() : '';
}

/**
 * The base URL of the platform from what a person typed or pasted: a path, a trailing slash and blanks are dropped,
 * a missing scheme means https.
 */
export function readServer(typed: string): Result<string> {
	const help =
		"Enter the host and port of the platform in 'Server' of the credential, for example https://iot.example.com:8743.";
	const noAddress = failForGood("'Server' is not the address of a server", help);
	const text = typed.trim();
	if (text === '') return failForGood("'Server' is empty", help);
	const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
	if (scheme !== undefined && scheme !== 'https' && scheme !== 'http') {
		return failForGood(`'Server' starts with ${scheme}://, but the platform uses https://`, help);
	}
	if (/\s/.test(text)) return failForGood("'Server' contains blanks", help);
	const full = scheme === undefined ? `https://${text}` : text;
	if (!URL.canParse(full)) return noAddress;
	const url = new URL(full);
	if (url.username !== '' || url.password !== '') {
		return failForGood("'Server' contains a user name or password", help);
	}
	const isHost = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)$/i.test(url.hostname) && !/^https?$/i.test(url.hostname);
	return isHost && !/^\d+$/.test(text) ? ok(url.origin) : noAddress;
}

/**
 * Reads and checks the credential before any call is made.
 * @returns the connection, or a failure that names the field to correct; never a secret
 */
export function readConnection(fields: Fields): Result<Connection> {
	const server = readServer(readText(fields, 'server'));
	if (!server.ok) return server;
	const appKey = readText(fields, 'appKey');
	if (appKey === '') {
		return failForGood("'App Key' is empty", "Enter the application's ID in 'App Key' of the credential.");
	}
	if (!isHeaderText(appKey)) return strangeCharacters('App Key');
	const login = readLogin(fields);
	if (!login.ok) return login;
	const requestsPerMinute = readRequestsPerMinute(fields.requestsPerMinute);
	if (!requestsPerMinute.ok) return requestsPerMinute;
	const custom = isOn(fields.customTls);
	const tls = custom ? readTls(fields) : ok({});
	if (!tls.ok) return tls;
	return ok({
		origin: server.value,
		appKey,
		appKeyHeader: custom && fields.appKeyHeader === 'x-app-key' ? 'x-app-key' : 'app_key',
		...login.value,
		requestsPerMinute: requestsPerMinute.value,
		tls: tls.value,
		certificateHostName: custom ? readText(fields, 'certificateHostName') : '',
	});
}

function readLogin(fields: Fields): Result<Pick<Connection, 'authentication' | 'token' | 'secret'>> {
	const authentication = fields.authentication === 'appSecret' ? 'appSecret' : 'accessToken';
	const token = withoutScheme(readText(fields, 'token'));
	const secret = readText(fields, 'secret');
	if (authentication === 'appSecret') {
		if (secret !== '') return ok({ authentication, token, secret });
		return failForGood("'Secret' is empty", "Enter the application's secret in 'Secret' of the credential.");
	}
	if (token === '') {
		return failForGood(
			"'Access Token' is empty",
			"Enter a token in the credential, or set 'Authentication' to 'App Key and Secret' so that n8n logs in by itself.",
		);
	}
	return isHeaderText(token) ? ok({ authentication, token, secret }) : strangeCharacters('Access Token');
}

/** Whether a text can be sent as the value of a header. */
export function isHeaderText(text: string): boolean {
	return /^[\x21-\x7e]+$/.test(text);
}

function strangeCharacters(field: string): ReturnType<typeof failForGood> {
	return failForGood(
		`'${field}' contains blanks or characters that can't be sent`,
		`Copy '${field}' again and paste it into the credential.`,
	);
}

/** What the platform allows unless the operator changed it (platform API, code 1010009). */
const DEFAULT_REQUESTS_PER_MINUTE = 100;

/** Only a 0 that was meant lifts the rate limit: what can't be read never does. */
function readRequestsPerMinute(given: unknown): Result<number> {
	if (given === undefined || given === null || given === '') return ok(DEFAULT_REQUESTS_PER_MINUTE);
	const limit = typeof given === 'string' ? Number(given.trim() || NaN) : given;
	if (typeof limit === 'number' && Number.isFinite(limit) && limit >= 0) {
		return ok(limit === 0 ? 0 : Math.max(1, Math.floor(limit)));
	}
	return failForGood(
		"'Requests per Minute' is not a number of 0 or more",
		"Enter the application's rate limit in 'Requests per Minute' of the credential. 0 means no limit.",
	);
}

/** One application on one platform, for what is kept for each application in a process. */
export function applicationKey({ origin, appKey }: Pick<Connection, 'origin' | 'appKey'>): string {
	return `${origin} ${appKey}`;
}

/**
 * Equal for credentials with the same right: one application on one platform, with the same secret or the same token.
 * What is read with one of them is kept under it, so that an invented secret or token gets none of it. It reveals neither.
 */
export function rightKey({ origin, appKey, authentication, token, secret }: Connection): string {
	const proof = authentication === 'appSecret' ? secret : token;
	return createHash('sha256')
		.update(JSON.stringify([origin, appKey, authentication, proof]))
		.digest('hex');
}

const checked = new WeakMap<Fields, Connection>();

/** Remembers what a credential says, so that `connectionOf` need not read it again for each request of a run. */
export function rememberConnection(fields: Fields, connection: Connection): void {
	checked.set(fields, connection);
}

/** What a credential says: as it is remembered for this very object, or read and checked. */
export function connectionOf(fields: Fields): Result<Connection> {
	const known = checked.get(fields);
	return known ? ok(known) : readConnection(fields);
}
