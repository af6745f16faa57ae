import type {
	FunctionsBase,
	ICredentialDataDecryptedObject,
	IHttpRequestOptions,
	RequestHelperFunctions,
} from 'n8n-workflow';

import { isObject } from '../values/json';
import { failForGood, ok, type Result } from '../values/results';
import { readConnection, readText, rememberConnection, secretsIn, type Connection } from './credential';
import type { HttpRequest } from './login';
import { asRawReply, type RawReply } from './replies';
import type { Stored } from './session';

export const CREDENTIAL = 'huaweiIotApi';

/** What all of n8n's contexts (execution, list in the editor, activation) have in common, as far as it is needed. */
export type Context = Pick<FunctionsBase, 'getCredentials' | 'getNode'> & {
	helpers: Pick<RequestHelperFunctions, 'httpRequest' | 'httpRequestWithAuthentication'>;
	getExecutionCancelSignal?: () => AbortSignal | undefined;
};

/** A reply, and the token that was sent for it. */
export interface Sent {
	reply: RawReply;
	/** Undefined if there was none and n8n did not get one. */
	token: string | undefined;
}

/** What a transport needs of a credential: how to connect, and how to send a request with it. */
export type Access = Readonly<Pick<CredentialAccess, 'connection' | 'secrets' | 'send'>>;

/** n8n's credential as a run uses it: read once, and again before a login. */
export class CredentialAccess {
	/** Everything that may never be shown. */
	readonly secrets = new Set<string>();

	/** The fields with the token that was sent last: one object, for which the connection is remembered. */
	private last: ICredentialDataDecryptedObject = {};

	private constructor(
		private readonly context: Context,
		private fields: ICredentialDataDecryptedObject,
		public connection: Connection,
	) {
		this.keepSecret(fields);
	}

	static async open(context: Context): Promise<Result<CredentialAccess>> {
		const fields = await readFields(context);
		if (!fields.ok) return fields;
		const connection = readConnection(fields.value);
		return connection.ok ? ok(new CredentialAccess(context, fields.value, connection.value)) : connection;
	}

	/** What n8n had stored when the credential was last read. */
	get stored(): Stored {
		return { connection: this.connection, token: readText(this.fields, 'sessionToken') };
	}

	/**
	 * Reads the credential again: n8n writes all of it back with a new token, so what was edited meanwhile has to be in it.
	 * @returns what n8n has stored now
	 */
	async readAgain(): Promise<Result<Stored>> {
		const fields = await readFields(this.context);
		if (!fields.ok) return ok({ connection: this.connection, token: '' });
		const connection = readConnection(fields.value);
		if (!connection.ok) return connection;
		const { origin, appKey, authentication } = this.connection;
		const { value: now } = connection;
		// A token of one server must not be sent to another.
		if (now.origin !== origin || now.appKey !== appKey || now.authentication !== authentication) {
			return EDITED;
		}
		this.keepSecret(fields.value);
		this.fields = fields.value;
		this.connection = now;
		this.last = {};
		return ok(this.stored);
	}

	/**
	 * Sends a request with n8n's own helper, which adds the credential; rejects with what n8n throws.
	 * @param token without one, n8n logs in and stores the new token first
	 * @param signal aborts the request; a login before it is aborted with the execution only, because others wait for it too
	 */
	async send(options: IHttpRequestOptions, token: string | undefined, signal: AbortSignal): Promise<Sent> {
		const { context } = this;
		const { id = '', name = '' } = context.getNode().credentials?.[CREDENTIAL] ?? {};
		// n8n logs in when the expirable field is empty, and puts the new token into this very object.
		const data = token === undefined ? { ...this.fields, sessionToken: '' } : this.fieldsWith(token);
		// n8n takes the signal of a request from its context, and from there the helper with which it logs in.
		const asking: Context = Object.create(context, {
			getExecutionCancelSignal: { value: () => signal },
			...(token === undefined ? { helpers: { value: this.loginHelpers() } } : {}),
		});
		const reply: unknown = await context.helpers.httpRequestWithAuthentication.call(
			asking as never,
			CREDENTIAL,
			options,
			{ credentialsDecrypted: { id: id ?? '', name, type: CREDENTIAL, data } },
		);
		return { reply: asRawReply(reply), token: readText(data, 'sessionToken') || undefined };
	}

	/** n8n's helpers, with a login that ends when the execution is canceled. */
	private loginHelpers(): Context['helpers'] {
		const { helpers } = this.context;
		const canceled = this.context.getExecutionCancelSignal?.();
		const httpRequest: HttpRequest = async ({ abortSignal, ...login }) =>
			await helpers.httpRequest({
				...login,
				abortSignal: canceled ? AbortSignal.any([abortSignal, canceled]) : abortSignal,
			});
		return { ...helpers, httpRequest } as Context['helpers'];
	}

	private fieldsWith(token: string): ICredentialDataDecryptedObject {
		if (this.last.sessionToken !== token) {
			this.last = { ...this.fields, sessionToken: token };
			rememberConnection(this.last, this.connection);
		}
		return this.last;
	}

	private keepSecret(fields: ICredentialDataDecryptedObject): void {
		for (const secret of secretsIn(fields)) this.secrets.add(secret);
	}
}

const EDITED = failForGood(
	'The credential was edited during the run and now belongs to another server or application',
	'Run the workflow again.',
);

async function readFields(context: Context): Promise<Result<ICredentialDataDecryptedObject>> {
	try {
		return ok(await context.getCredentials(CREDENTIAL));
	} catch (thrown) {
		const reason =
			isObject(thrown) && typeof thrown.message === 'string' ? thrown.message : 'no reason given';
		return failForGood(
			`n8n could not read the credential of this node: ${reason}`,
			"Select a 'Huawei IoT Platform API' credential in the node, or save it again.",
		);
	}
}
