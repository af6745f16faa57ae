import type { IHttpRequestOptions } from 'n8n-workflow';

import type { Connection } from './credential';
import { connectionFailure, type Thrown } from './connectionFailures';
import { readReply, unexpectedContent, type ErrorCodes, type RawReply } from './replies';
import { withoutSecrets } from './redaction';
import { type Result, fail, ok } from '../values/results';
import { isObject } from '../values/json';

/** n8n's plain request helper, as far as it is needed here. */
export type HttpRequest = (options: IHttpRequestOptions) => Promise<RawReply>;

const PATH = '/iocm/app/sec/v1.1.0/login';
/** How long a person waits at the most for a login, in milliseconds. */
export const LOGIN_TIMEOUT_MS = 30_000;

/** Options that every request to the platform has in common. */
export function commonOptions(connection: Connection): Partial<IHttpRequestOptions> {
	return {
		...connection.tls,
		encoding: 'text',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
		sendCredentialsOnCrossOriginRedirect: false,
	};
}

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
		url: `${connection.origin}${PATH}`,
		headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
		body: new URLSearchParams({ appId: connection.appKey, secret: connection.secret }).toString(),
	});
	if (!reply.ok) return reply;
	const { value } = reply;
	if (!isObject(value) || typeof value.accessToken !== 'string' || value.accessToken === '') {
		return fail(unexpectedContent('access token'));
	}
	return ok(value.accessToken);
}

const PROBE_PATH = '/iocm/app/dm/v1.4.0/devices';

/** Makes the cheapest call that needs a valid token: one entry of the device list. For the credential test. */
export async function probe(
	connection: Connection,
	errorCodes: ErrorCodes,
	httpRequest: HttpRequest,
	token: string,
): Promise<Result<unknown>> {
	return await requestOnce(connection, errorCodes, httpRequest, {
		method: 'GET',
		url: `${connection.origin}${PROBE_PATH}`,
		// Whether the first page is 0 or 1 is not known (platform API, 8.6); 1 is never refused.
		qs: { pageNo: 1, pageSize: 1 },
		headers: { ...identityHeaders(connection, token), Accept: 'application/json' },
	});
}

async function requestOnce(
	connection: Connection,
	errorCodes: ErrorCodes,
	httpRequest: HttpRequest,
	options: IHttpRequestOptions,
): Promise<Result<unknown>> {
	try {
		const read = readReply(
			await httpRequest({ ...options, ...commonOptions(connection), timeout: LOGIN_TIMEOUT_MS }),
			errorCodes,
		);
		return read.ok ? read : fail(withoutSecrets(read.failure, connection.secrets));
	} catch (thrown) {
		return fail(connectionFailure(thrown as Thrown, connection));
	}
}
