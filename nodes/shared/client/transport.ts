import type { IDataObject, IHttpRequestMethods, IHttpRequestOptions } from 'n8n-workflow';

import { clock, pause, unlessAborted } from '../values/clock';
import type { Connection } from './credential';
import { connectionFailure, tooLate } from './connectionFailures';
import { commonOptions, LOGIN_TIMEOUT_MS } from './login';
import { window, type Pace } from './rateLimit';
import { readReply, type ErrorCodes, type RawReply } from './replies';
import { withoutSecrets } from './redaction';
import type { Session } from './session';
import { type Failure, type Result, fail, ok } from '../values/results';

export interface ApiRequest {
	method: IHttpRequestMethods;
	/** From the root of the server, for example `/iocm/app/cmd/v1.4.0/deviceCommands`. */
	path: string;
	/** Entries that are undefined are left out. */
	query?: Record<string, string | number | undefined>;
	body?: IDataObject;
	/**
	 * What may be sent again when its answer was lost: `repeatable` calls change nothing the second time;
	 * `once` leaves it to the caller to find out what happened.
	 */
	safety: 'repeatable' | 'once';
}

export interface Reply {
	/** The parsed body. */
	body: unknown;
}

/**
 * Sends one request with n8n's own helper, which adds the credential; rejects with what n8n throws.
 * @param holder the token to send; with '' n8n logs in and stores the new token first, which then stands in the holder
 */
export type SendWithToken = (options: IHttpRequestOptions, holder: { token: string }) => Promise<RawReply>;

export interface TransportOptions {
	/** Tells applications apart. */
	application: string;
	/** What the platform's codes mean. */
	errorCodes: ErrorCodes;
	connection: Connection;
	/** Which credential asks, for the pace. */
	credentialId: string;
	pace: Pace;
	session: Session;
	send: SendWithToken;
	/** How often a call that did not work is sent again. 0 also means: don't wait when the threshold is crossed. */
	maxRetries: number;
	/** For one request, in milliseconds. */
	timeoutMs: number;
	signal?: AbortSignal;
	/** Told until when no call can start, in milliseconds since 1970. */
	onWait?: (until: number) => void;
}

/** A first wait between two tries, in milliseconds; it doubles from try to try. */
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 10_000;
/** How many windows one call waits at the most while the platform keeps refusing it for being one too many. */
const PATIENCE_WINDOWS = 10;
/** Tokens can be ended by another login at any time; after so many fresh ones in a row something else is wrong. */
const MOST_RENEWALS = 3;

/** n8n's own time-out for a request counts silence only: an answer that drips in would never end. So much is added to it. */
const GRACE_MS = 500;

/** What a call comes to when the execution is canceled before it is sent. */
export const CANCELED: Failure = {
	kind: 'canceled',
	maybeDone: false,
	// One l: n8n tells a canceled run from a failed one by this word.
	what: 'The execution was canceled',
	help: 'Run the workflow again.',
};

/**
 * Sends calls to the platform: keeps the pace, renews the session, and sends again what may be sent again. The one
 * place where that is decided.
 */
export class Transport {
	constructor(private readonly options: TransportOptions) {}

	/** The same transport for calls that are also given up, while they wait to be sent, when `signal` aborts. */
	until(signal: AbortSignal): Transport {
		const signals = this.options.signal ? [this.options.signal, signal] : [signal];
		return new Transport({ ...this.options, signal: AbortSignal.any(signals) });
	}

	/** Waits between two looks at something, without a call. @returns false when the execution was canceled */
	async wait(ms: number): Promise<boolean> {
		return await pause(ms, this.options.signal);
	}

	/** Waits before the try after `tries` tries, longer each time. @returns false when canceled */
	async backOff(tries: number): Promise<boolean> {
		return await this.wait(Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (tries - 1)));
	}

	/** Tells applications apart: one application on one platform. */
	get application(): string {
		return this.options.application;
	}

	/** Aborts when the execution is canceled. */
	get signal(): AbortSignal | undefined {
		return this.options.signal;
	}

	get maxRetries(): number {
		return this.options.maxRetries;
	}

	async send(request: ApiRequest): Promise<Result<Reply>> {
		const { maxRetries, session } = this.options;
		let retries = 0;
		let renewals = 0;
		let refusedSince: number | undefined;
		for (;;) {
			const token = session.token();
			const sent = token === '' ? await this.sendAfterLogin(request) : await this.sendOnce(request, token);
			if (sent === 'tokenThereNow') {
				if (this.options.signal?.aborted) return fail(CANCELED);
				continue;
			}
			if (sent.result.ok) return sent.result;
			const { failure } = sent.result;
			switch (failure.kind) {
				case 'canceled':
				case 'final':
					return sent.result;
				case 'token':
					if (!session.renewable) return fail(ownTokenRefused(failure));
					if (sent.loggedIn || renewals >= MOST_RENEWALS) return sent.result;
					renewals += 1;
					session.refuse(token);
					break;
				case 'throttled': {
					if (maxRetries === 0) return sent.result;
					refusedSince ??= clock.now();
					const waited = clock.now() - refusedSince;
					if (waited > PATIENCE_WINDOWS * window.ms) return fail(stillThrottled(failure, waited));
					break;
				}
				case 'transient':
					if (failure.maybeDone && request.safety === 'once') return sent.result;
					if (retries >= maxRetries) return sent.result;
					retries += 1;
					if (!(await this.backOff(retries))) return fail(CANCELED);
					break;
			}
		}
	}

	/** There is no token: logs in by sending this request, or waits while another request does. */
	private async sendAfterLogin(request: ApiRequest): Promise<Sent | 'tokenThereNow'> {
		const own: Sent[] = [];
		const failure = await this.options.session.renew(async () => {
			const sent = await this.sendOnce(request, '');
			own.push(sent);
			// For those that wait it is about the login: their own requests were not sent.
			const failure = sent.result.ok ? undefined : { ...sent.result.failure, maybeDone: false };
			return { token: sent.token, failure };
		}, this.options.signal);
		if (own[0]) return own[0];
		return failure ? { result: fail(failure), token: '', loggedIn: true } : 'tokenThereNow';
	}

	private async sendOnce(request: ApiRequest, token: string): Promise<Sent> {
		const { connection, credentialId, pace, signal, onWait } = this.options;
		const loggedIn = token === '';
		const slot = await pace.acquire(credentialId, connection.requestsPerMinute, signal, onWait);
		if (!slot) return { result: fail(CANCELED), token, loggedIn };
		const holder = { token };
		const result = await this.exchange(request, holder, loggedIn ? LOGIN_TIMEOUT_MS : 0);
		if (!result.ok) result.failure = this.told(result.failure, request, holder.token);
		if (!result.ok && result.failure.kind === 'throttled') slot.refused(result.failure.code !== '1010009');
		else slot.done();
		return { result, token: holder.token, loggedIn };
	}

	/** @param moreMs how much longer than its time-out the request may take, for what n8n does before it */
	private async exchange(
		request: ApiRequest,
		holder: { token: string },
		moreMs: number,
	): Promise<Result<Reply>> {
		const { connection, send, signal, timeoutMs } = this.options;
		const deadline = AbortSignal.timeout(timeoutMs + moreMs + GRACE_MS);
		try {
			const reply = await unlessAborted(send(this.httpOptions(request), holder), deadline);
			if (!reply) return fail(tooLate(connection));
			const read = readReply(reply, this.options.errorCodes);
			return read.ok ? ok({ body: read.value }) : read;
		} catch (thrown) {
			const canceled = signal?.aborted === true;
			return fail(canceled ? { ...CANCELED, maybeDone: true } : connectionFailure(thrown, connection));
		}
	}

	private httpOptions(request: ApiRequest): IHttpRequestOptions {
		const { connection, timeoutMs } = this.options;
		const query = Object.entries(request.query ?? {}).filter(([, value]) => value !== undefined);
		return {
			...commonOptions(connection),
			method: request.method,
			url: `${connection.origin}${request.path}`,
			headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
			...(query.length > 0 ? { qs: Object.fromEntries(query) } : {}),
			...(request.body ? { body: request.body } : {}),
			timeout: timeoutMs,
		};
	}

	/** A failure as it may be passed on: what changes nothing was not done, and the platform's text repeats no secret. */
	private told(failure: Failure, { safety }: ApiRequest, token: string): Failure {
		const secrets =
			token.length >= 4 ? [...this.options.connection.secrets, token] : this.options.connection.secrets;
		const maybeDone = failure.maybeDone && safety === 'once';
		return withoutSecrets({ ...failure, maybeDone }, secrets);
	}
}

interface Sent {
	result: Result<Reply>;
	/** The token that was sent, a fresh one after a login; '' if the login did not work. */
	token: string;
	/** Whether the token was, or should have been, made for this very request. */
	loggedIn: boolean;
}

function ownTokenRefused(failure: Failure): Failure {
	return {
		...failure,
		help: "The access token in the credential has expired or is not right: enter a new one in 'Access Token' and check 'App Key'. With 'Authentication' set to 'App Key and Secret' n8n renews it by itself.",
	};
}

function stillThrottled(failure: Failure, waitedMs: number): Failure {
	return {
		...failure,
		what: `${failure.what}; that did not change for ${Math.round(waitedMs / 60_000)} minutes`,
	};
}
