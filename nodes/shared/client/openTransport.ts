import { ok, type Result } from '../values/results';
import { CredentialAccess, type Context } from './access';
import { applicationKey } from './credential';
import { rateLimitOf, type QueueOptions } from './rateLimit';
import type { ErrorCodes } from './replies';
import { Session } from './session';
import { Transport } from './transport';

export type { Context } from './access';

export interface TransportSettings extends Pick<QueueOptions, 'interactive' | 'onWait'> {
	/** How often a call may be sent again. 0 also means: don't wait when the platform refuses one call too many. */
	maxRetries: number;
	/** For one request, in milliseconds. */
	timeoutMs: number;
	/** What ends all waiting; default: the execution's own cancel signal. */
	signal?: AbortSignal;
}

/**
 * Connects a node with the platform through n8n's credential. The calls of a transport wait in a queue of their own for
 * the application's rate limit, and what one of them finds out for all (such as a token that is refused for good) ends
 * the others.
 * @param errorCodes what the platform's codes mean
 */
export async function openTransport(
	context: Context,
	errorCodes: ErrorCodes,
	{ interactive, onWait, ...settings }: TransportSettings,
): Promise<Result<Transport>> {
	const opened = await CredentialAccess.open(context);
	if (!opened.ok) return opened;
	const access = opened.value;
	const application = applicationKey(access.connection);
	const limit = access.connection.requestsPerMinute;
	return ok(
		new Transport({
			...settings,
			application,
			access,
			session: new Session(access.stored, async () => await access.readAgain()),
			queue: rateLimitOf(application).queue({ limit, interactive, onWait }),
			errorCodes,
			signal: settings.signal ?? context.getExecutionCancelSignal?.(),
		}),
	);
}
