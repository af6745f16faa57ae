import type { IHttpRequestOptions } from 'n8n-workflow';

import type { Access } from '../../nodes/shared/client/access';
import { readConnection, secretsIn } from '../../nodes/shared/client/credential';
import { RateLimit } from '../../nodes/shared/client/rateLimit';
import { Session } from '../../nodes/shared/client/session';
import { Transport, type ApiRequest } from '../../nodes/shared/client/transport';
import { ERROR_CODES } from '../../nodes/shared/platform/errorCodes';
import { ok } from '../../nodes/shared/values/results';

export const READ: ApiRequest = { method: 'GET', path: '/x', safety: 'repeatable' };

export const DONE = { status: 200, body: { done: true } };

export interface Answer {
	status: number;
	body: unknown;
}

let secrets = 0;

/** A transport whose server is `answer`; it gets the token that was sent, and may throw as n8n's helper does. */
export function transportTo(
	answer: (token: string, options: IHttpRequestOptions, signal: AbortSignal) => Answer | Promise<Answer>,
	{
		ownToken = true,
		limit = 0,
		rateLimit = new RateLimit(),
		maxRetries = 5,
		signal,
		login = () => `login-${(secrets += 1)}`,
	}: {
		ownToken?: boolean;
		limit?: number;
		rateLimit?: RateLimit;
		maxRetries?: number;
		signal?: AbortSignal;
		login?: () => string;
	} = {},
): Transport {
	secrets += 1;
	const fields = {
		server: 'https://iot:8743',
		appKey: 'key',
		authentication: ownToken ? 'accessToken' : 'appSecret',
		token: 'own-token',
		secret: `secret-${secrets}`,
	};
	const connection = readConnection(fields);
	if (!connection.ok) throw new Error(connection.failure.what);
	const stored = { connection: connection.value, token: '' };
	const access: Access = {
		connection: connection.value,
		secrets: new Set(secretsIn(fields)),
		send: async (options, token = login(), either) => {
			const { status, body } = await answer(token, options, either);
			const text = typeof body === 'string' ? body : JSON.stringify(body);
			return { reply: { statusCode: status, body: text }, token };
		},
	};
	return new Transport({
		application: 'a',
		access,
		session: new Session(stored, async () => ok(stored)),
		queue: rateLimit.queue({ limit }),
		errorCodes: ERROR_CODES,
		maxRetries,
		timeoutMs: 30_000,
		signal,
	});
}
