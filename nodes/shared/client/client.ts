import type {
	FunctionsBase,
	ICredentialDataDecryptedObject,
	IHttpRequestOptions,
	RequestHelperFunctions,
} from 'n8n-workflow';

import { applicationKey, readConnection } from './credential';
import { paceOf } from './rateLimit';
import { type RawReply } from './replies';
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

export interface Connected {
	transport: Transport;
	/** Tells applications apart. */
	application: string;
}

/**
 * Connects a node with the platform through n8n's credential. Reads the credential once; the requests of a run don't
 * read it again.
 * @param limits retries of one call, time-out of one request in milliseconds, and what ends the waiting (default: the
 *   execution's own cancel signal)
 */
export async function connect(
	context: Context,
	{
		signal,
		...limits
	}: {
		maxRetries: number;
		timeoutMs: number;
		signal?: AbortSignal;
		onWait?: (until: number) => void;
	},
): Promise<Result<Connected>> {
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

	const transport = new Transport({
		connection: connection.value,
		credentialId,
		pace: paceOf(application),
		session,
		send,
		...limits,
		signal: signal ?? context.getExecutionCancelSignal?.(),
		application,
	});
	return ok({ transport, application });
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
