import type { IHttpRequestOptions } from 'n8n-workflow';

import { isObject } from '../values/json';
import { fail, ok, type Result } from '../values/results';
import { connectionFailure, tooLate } from './connectionFailures';
import { isHeaderText, type Connection } from './credential';
import { withoutSecrets } from './redaction';
import { asRawReply, readReply, unexpectedContent, type ErrorCodes } from './replies';

/** n8n's plain request helper, as far as it is needed here. Every request has a signal that aborts it. */
export type HttpRequest = (options: IHttpRequestOptions & { abortSignal: AbortSignal }) => Promise<unknown>;

const LOGIN_PATH = '/iocm/app/sec/v1.1.0/login';
const PROBE_PATH = '/iocm/app/dm/v1.4.0/devices';
/** How long a login may take, in milliseconds. */
export const LOGIN_TIMEOUT_MS = 30_000;

const TOO_SLOW = `Check 'Server' in the credential, or ask the operator of the platform why a call takes longer than ${LOGIN_TIMEOUT_MS / 1000} seconds.`;

/** Options that every request to the platform has in common. */
export const HTTP_DEFAULTS = {
	encoding: 'text',
	returnFullResponse: true,
	ignoreHttpStatusErrors: true,
	disableFollowRedirect: true,
	sendCredentialsOnCrossOriginRedirect: false,
} as const;

/** Headers that say who calls. */
export function identityHeaders(connection: Connection, token: string): Record<string, string> {
	return { [connection.appKeyHeader]: connection.appKey, Authorization: `Bearer ${token}` };
}

/**
 * Logs in with App Key and secret (platform API, "Login": a form body, no other headers).
 * @returns the access token
 */
export async function login(
	connection: Connection,
	errorCodes: ErrorCodes,
	httpRequest: HttpRequest,
): Promise<Result<string>> {
	const reply = await requestOnce(connection, errorCodes, httpRequest, {
		method: 'POST',
		url: `${connection.origin}${LOGIN_PATH}`,
		headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
		body: new URLSearchParams({ appId: connection.appKey, secret: connection.secret }).toString(),
	});
	if (!reply.ok) return reply;
	const token = isObject(reply.value) ? reply.value.accessToken : undefined;
	return typeof token === 'string' && isHeaderText(token)
		? ok(token)
		: fail(unexpectedContent('access token'));
}

/** Makes the cheapest call that needs a valid token: one entry of the device list. For the credential test. */
export async function probe(
	connection: Connection,
	errorCodes: ErrorCodes,
	httpRequest: HttpRequest,
): Promise<Result<unknown>> {
	return await requestOnce(connection, errorCodes, httpRequest, {
		method: 'GET',
		url: `${connection.origin}${PROBE_PATH}`,
		// Whether the first page is 0 or 1 is not known; 1 is never refused.
		qs: { pageNo: 1, pageSize: 1 },
		headers: { ...identityHeaders(connection, connection.token), Accept: 'application/json' },
	});
}

async function requestOnce(
	connection: Connection,
	errorCodes: ErrorCodes,
	httpRequest: HttpRequest,
	options: IHttpRequestOptions,
): Promise<Result<unknown>> {
	const secrets = [connection.token, connection.secret];
	// Not n8n's own time-out: that counts silence only.
	const deadline = AbortSignal.timeout(LOGIN_TIMEOUT_MS);
	try {
		const reply = await httpRequest({
			...HTTP_DEFAULTS,
			...connection.tls,
			...options,
			abortSignal: deadline,
		});
		const read = readReply(asRawReply(reply), errorCodes);
		return read.ok ? read : fail(withoutSecrets(read.failure, secrets));
	} catch (thrown) {
		const failure = deadline.aborted
			? { ...tooLate(connection), help: TOO_SLOW }
			: connectionFailure(thrown, connection);
		return fail(withoutSecrets(failure, secrets));
	}
}
