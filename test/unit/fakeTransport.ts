import { readConnection } from '../../nodes/shared/client/credential';
import { Pace } from '../../nodes/shared/client/rateLimit';
import { Session } from '../../nodes/shared/client/session';
import { ERROR_CODES } from '../../nodes/shared/platform/errorCodes';
import { Transport, type SendWithToken } from '../../nodes/shared/client/transport';

/** A transport without a network: `answer` gives the status and the body for a call. */
export function transportWith(
	answer: (options: Parameters<SendWithToken>[0]) => { statusCode?: number; body: unknown },
): Transport {
	const connection = readConnection({ server: 'iot:1', appKey: 'key', token: 'own-token' });
	if (!connection.ok) throw new Error(connection.failure.what);
	return new Transport({
		application: 'https://iot:1 key',
		errorCodes: ERROR_CODES,
		connection: connection.value,
		credentialId: 'credential',
		pace: new Pace(),
		session: new Session('credential', connection.value, { readStored: async () => '' }),
		send: async (options) => {
			const { statusCode = 200, body } = answer(options);
			return { statusCode, headers: {}, body: JSON.stringify(body) };
		},
		maxRetries: 0,
		timeoutMs: 1000,
	});
}
