import { readConnection } from '../../nodes/shared/client/credential';
import { RateLimit } from '../../nodes/shared/client/rateLimit';
import { Session } from '../../nodes/shared/client/session';
import { Transport } from '../../nodes/shared/client/transport';
import { ERROR_CODES } from '../../nodes/shared/platform/errorCodes';
import { ok } from '../../nodes/shared/values/results';
import type { IHttpRequestOptions } from 'n8n-workflow';

/** A transport without a network: `answer` gives the status and the body for a call. */
export function transportWith(
	answer: (options: IHttpRequestOptions) => { statusCode?: number; body: unknown },
): Transport {
	const connection = readConnection({ server: 'iot:1', appKey: 'key', token: 'own-token' });
	if (!connection.ok) throw new Error(connection.failure.what);
	const stored = { connection: connection.value, token: '' };
	return new Transport({
		application: 'https://iot:1 key',
		errorCodes: ERROR_CODES,
		access: {
			connection: connection.value,
			secrets: new Set(),
			send: async (options, token) => {
				const { statusCode = 200, body } = answer(options);
				return { reply: { statusCode, body: JSON.stringify(body) }, token };
			},
		},
		session: new Session(stored, async () => ok(stored)),
		queue: new RateLimit().queue({ limit: 0 }),
		maxRetries: 0,
		timeoutMs: 1000,
	});
}
