import type {
	FunctionsBase,
	ICredentialDataDecryptedObject,
	IHttpRequestOptions,
	RequestHelperFunctions,
} from 'n8n-workflow';

import { applicationKey, readConnection } from './credential';
import { paceOf } from './rateLimit';
import type { ErrorCodes, RawReply } from './replies';
import { Session } from './session';
import { Transport } from './transport';
import { type Failure, type Result, fail, ok } from '../values/results';
import { isObject } from '../values/json';

export const CREDENTIAL = 'huaweiIotApi';

/** What all of n8n's contexts (execution, list in the editor, activation) have in common, as far as it is needed. */
export type Context = Pick<FunctionsBase, 'getCredentials' | 'getNode' | 'logger'> & {
	helpers: Pick<RequestHelperFunctions, 'httpRequestWithAuthentication'>;
	getExecutionCancelSignal?: () => AbortSignal | undefined;
};

export interface TransportSettings {
	/** How often a call that did not work is sent again. 0 also means: don't wait when the platform refuses one call too many. */
	maxRetries: number;
	/** For one request, in milliseconds. */
	timeoutMs: number;
	/** What ends all waiting; default: the execution's own cancel signal. */
	signal?: AbortSignal;
	/** A person waits for the answer: these calls come before those of long runs when the rate limit is reached. */
	interactive?: boolean;
	/** Called each time it is known until when no call can start, in milliseconds since 1970. */
	onWait?: (until: number) => void;
}

/**
 * Connects a node with the platform through n8n's credential. Reads the credential once; the requests of a run don't
 * read it again.
 * @param errorCodes what the platform's codes mean
 */
export async function openTransport(
	context: Context,
	errorCodes: ErrorCodes,
	settings: TransportSettings,
): Promise<Result<Transport>> {
	const read = await readCredential(context);
	if (!read.ok) return read;
	let fields = read.value;
	const connection = readConnection(fields);
	if (!connection.ok) return connection;

	const node = context.getNode();
	const details = node.credentials?.[CREDENTIAL];
	const credentialId = details?.id ?? '';
	const application = applicationKey(connection.value);
	const session = new Session(credentialId, connection.value, {
		readStored: async () => {
			const stored = await readCredential(context);
			if (!stored.ok) return '';
			// n8n writes the whole credential back with a new token: what was edited meanwhile must be in it.
			fields = stored.value;
			return typeof fields.sessionToken === 'string' ? fields.sessionToken : '';
		},
	});

	const send = async (options: IHttpRequestOptions, holder: { token: string }): Promise<RawReply> => {
		// n8n logs in when the expirable field is empty, and puts the new token into this very object.
		const data = { ...fields, sessionToken: holder.token };
		try {
			const reply: unknown = await context.helpers.httpRequestWithAuthentication.call(
				context as never,
				CREDENTIAL,
				options,
				{ credentialsDecrypted: { id: credentialId, name: details?.name ?? '', type: CREDENTIAL, data } },
			);
			return asRawReply(reply);
		} finally {
			holder.token = data.sessionToken;
		}
	};

	return ok(
		new Transport({
			...settings,
			application,
			connection: connection.value,
			errorCodes,
			credentialId,
			pace: paceOf(application),
			session,
			send,
			signal: settings.signal ?? context.getExecutionCancelSignal?.(),
		}),
	);
}

async function readCredential(context: Context): Promise<Result<ICredentialDataDecryptedObject>> {
	try {
		return ok(await context.getCredentials(CREDENTIAL));
	} catch (thrown) {
		return fail(unreadableCredential(thrown));
	}
}

function unreadableCredential(thrown: unknown): Failure {
	const said = isObject(thrown) && typeof thrown.message === 'string' ? thrown.message : 'no reason given';
	return {
		kind: 'final',
		maybeDone: false,
		what: `n8n could not read the credential of this node: ${said}`,
		help: "Select a 'Huawei IoT Platform API' credential in the node, or save it again.",
	};
}

function asRawReply(reply: unknown): RawReply {
	const { statusCode, headers, body } = isObject(reply) ? reply : {};
	return {
		statusCode: typeof statusCode === 'number' ? statusCode : 0,
		headers: isObject(headers) ? headers : {},
		body: typeof body === 'string' ? body : JSON.stringify(body ?? ''),
	};
}
