import { NodeApiError, type ILoadOptionsFunctions } from 'n8n-workflow';

import type { Transport } from '../client/transport';
import { connect } from '../platform/connect';
import { readId } from '../values/ids';
import { failForGood, ok, type Result } from '../values/results';

/** The longest that a person waits for a list in the editor, in milliseconds. */
const PATIENCE_MS = 10_000;

/** What a list in the editor is read with. */
export interface ListAccess {
	transport: Transport;
	/** What the option 'Application ID' names. */
	appId?: string;
}

/** Connects for a list that a person waits for. It comes before the calls of running workflows. */
export async function connectForList(context: ILoadOptionsFunctions): Promise<Result<ListAccess>> {
	const named = context.getCurrentNodeParameter('options.appId');
	const appId = named === undefined || named === '' ? ok(undefined) : readId(named, 'Application ID');
	if (!appId.ok) return appId;
	const transport = await connect(context, {
		interactive: true,
		// Better to say what is in the way than to try again.
		maxRetries: 0,
		timeoutMs: PATIENCE_MS,
		signal: AbortSignal.timeout(PATIENCE_MS),
	});
	return transport.ok ? ok({ transport: transport.value, appId: appId.value }) : transport;
}

/**
 * What was read for a list.
 * @param result in the words of its failure no ID may stand: the editor takes hyphens out of them
 * @throws NodeApiError that says why there is no list; of other errors the editor does not show the help
 */
export function orThrow<T>(context: ILoadOptionsFunctions, result: Result<T>): T {
	if (result.ok) return result.value;
	const { what: message, help: description, httpStatus } = result.failure;
	const httpCode = httpStatus === undefined ? undefined : String(httpStatus);
	const error = new NodeApiError(context.getNode(), { message }, { message, description, httpCode });
	// n8n puts words of its own in place of some messages.
	error.message = message;
	throw error;
}

/** The same result, but for a list that was given up: why there is no `list`, and what to do instead. */
export function inTime<T>(result: Result<T>, list: string, instead: string): Result<T> {
	if (result.ok || result.failure.kind !== 'canceled') return result;
	return failForGood(
		`${list} did not arrive within ${PATIENCE_MS / 1000} seconds: the platform is slow, or the application's calls for this minute are used up`,
		`Try again in a minute. ${instead}`,
	);
}
