import type { IDataObject, IHttpRequestMethods, IHttpRequestOptions } from 'n8n-workflow';

import { clock, pause, unlessAborted } from '../values/clock';
import { fail, ok, type Failure, type Result } from '../values/results';
import type { Access } from './access';
import { connectionFailure, tooLate } from './connectionFailures';
import { HTTP_DEFAULTS, LOGIN_TIMEOUT_MS } from './login';
import { period, type CallQueue } from './rateLimit';
import { withoutSecrets } from './redaction';
import { readReply, type ErrorCodes } from './replies';
import { backOffMs, nextStep, type Tries } from './retryPolicy';
import { RunVerdict } from './runVerdict';
import type { Session } from './session';

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

export interface TransportOptions {
	/** Tells applications apart. */
	application: string;
	access: Access;
	session: Session;
	/** Where the calls wait for the application's rate limit. */
	queue: CallQueue;
	/** What the platform's codes mean. */
	errorCodes: ErrorCodes;
	maxRetries: number;
	/** For one request, in milliseconds. */
	timeoutMs: number;
	signal?: AbortSignal;
}

/** n8n's own time-out for a request counts silence only: an answer that drips in would never end. This is added to it. */
const GRACE_MS = 500;
/** For how many periods of the rate limit a call waits while the platform accepts no call of the application. */
const MOST_REFUSED_PERIODS = 10;

/** What a call comes to when the execution is canceled before it is sent. */
export const CANCELED: Failure = {
	kind: 'canceled',
	maybeDone: false,
	// One l: n8n tells a canceled run from a failed one by this word.
	what: 'The execution was canceled',
	help: 'Run the workflow again.',
};

/** How one try of a call ended. */
interface Attempt {
	result: Result<Reply>;
	/** The token that was sent; undefined if there was none and the login did not work. */
	token?: string;
	/** Whether the token was, or should have been, made for this very call. */
	isNewToken?: boolean;
}

/** Sends calls to the platform: keeps to the rate limit, renews the session, and sends again what may be sent again. */
export class Transport {
	/** Ends the waiting of calls, for their caller or because no call of the run makes sense any more. */
	private readonly waiting: AbortSignal;

	constructor(
		private readonly options: TransportOptions,
		private readonly verdict = new RunVerdict(),
		/** Ends the waiting for the caller; requests under way are only aborted by the signal of the options. */
		private readonly callerSignal = options.signal,
	) {
		this.waiting = AbortSignal.any(callerSignal ? [callerSignal, verdict.signal] : [verdict.signal]);
	}

	/** The same transport for calls that are also given up, while they wait to be sent, when `signal` aborts. */
	until(signal: AbortSignal): Transport {
		const signals = this.callerSignal ? [this.callerSignal, signal] : [signal];
		return new Transport(this.options, this.verdict, AbortSignal.any(signals));
	}

	/** Waits between two looks at something, without a call. @returns false when the execution was canceled */
	async wait(ms: number): Promise<boolean> {
		return await pause(ms, this.callerSignal);
	}

	/** Waits before the try after `tries` tries, longer each time. @returns false when canceled */
	async backOff(tries: number): Promise<boolean> {
		return await this.wait(backOffMs(tries));
	}

	/** Tells applications apart: one application on one platform. */
	get application(): string {
		return this.options.application;
	}

	/** Equal for credentials with the same secret or token. What is read and may be shown is kept under it. */
	get right(): string {
		return this.options.session.right;
	}

	/** The application's rate limit as the credential gives it, in calls per minute; 0 = none. */
	get requestsPerMinute(): number {
		return this.options.queue.options.limit;
	}

	/** Aborts when the execution is canceled. */
	get signal(): AbortSignal | undefined {
		return this.callerSignal;
	}

	get maxRetries(): number {
		return this.options.maxRetries;
	}

	/** Sends a call until it has an answer that counts, or nothing more can be done about it. */
	async send(request: ApiRequest): Promise<Result<Reply>> {
		const { maxRetries, session, queue } = this.options;
		const isRepeatable = request.safety === 'repeatable';
		const options = { maxRetries, isRepeatable, longestRefusalMs: MOST_REFUSED_PERIODS * period.ms };
		const tries: Tries = { retries: 0, renewals: 0, refusedForMs: 0 };
		let refusedSince: number | undefined;
		let newRefused = 0;
		for (;;) {
			if (this.verdict.failure) return fail(this.verdict.failure);
			const { result, token, isNewToken } = await this.attempt(request);
			if (result.ok) return result;
			const { failure } = result;
			if (failure.kind === 'throttled') {
				refusedSince ??= clock.now();
				tries.refusedForMs = clock.now() - Math.max(refusedSince, queue.lastAccepted);
			}
			// Another process that logs in at the same moment may end one new token, but hardly two.
			if (failure.kind === 'token' && isNewToken) newRefused += token === undefined ? 2 : 1;
			const isRenewable = session.renewable && newRefused < 2;
			const step = nextStep(failure, tries, { ...options, isRenewable });
			const isRefused = failure.kind === 'token' && token !== undefined;
			// Given up where other calls are accepted, the token is good, and the call is not.
			if (isRefused && (step !== 'give up' || !this.verdict.hasAcceptedToken)) session.refuse(token);
			if (step === 'give up') {
				const explained = explain(failure, session.renewable, tries.refusedForMs);
				this.verdict.consider(explained, {
					isLogin: token === undefined,
					isRenewable: session.renewable,
					wasRepeated: tries.retries > 0 || tries.refusedForMs > 0,
				});
				return fail({ ...explained, maybeDone: failure.maybeDone && !isRepeatable });
			}
			if (step === 'renew token') {
				tries.renewals += 1;
			} else if (step !== 'wait for the rate limit') {
				tries.retries += 1;
				if (!(await pause(step, this.waiting))) return fail(this.verdict.failure ?? CANCELED);
			}
		}
	}

	/** Sends a request once, with the token there is; without one it logs in by sending it, or waits while another does. */
	private async attempt(request: ApiRequest): Promise<Attempt> {
		const { session } = this.options;
		for (;;) {
			const token = session.token();
			if (token !== undefined) return await this.exchange(request, token);
			const renewal = await session.renew(async () => await this.exchange(request), this.waiting);
			if (renewal.by === 'caller') return { ...renewal.made, isNewToken: true };
			if (!renewal.result.ok) return { result: renewal.result };
			if (this.waiting.aborted) return { result: fail(this.verdict.failure ?? CANCELED) };
		}
	}

	/** Sends a request when the rate limit allows it. Gives its slot back, whatever happens. */
	private async exchange(request: ApiRequest, token?: string): Promise<Attempt> {
		const { access, queue } = this.options;
		const slot = await queue.acquire(this.waiting);
		if (!slot) return { result: fail(this.verdict.failure ?? CANCELED), token };
		let why: Failure | undefined;
		try {
			const attempt = await this.request(request, token);
			if (attempt.result.ok) return attempt;
			if (attempt.token !== undefined) access.secrets.add(attempt.token);
			why = withoutSecrets(attempt.result.failure, access.secrets);
			return { ...attempt, result: fail(why) };
		} finally {
			if (why?.kind === 'throttled') slot.refused((why.httpStatus ?? 0) >= 500);
			else if (why?.kind === 'transient') slot.failed();
			else slot.done();
		}
	}

	private async request(request: ApiRequest, token: string | undefined): Promise<Attempt> {
		const { access, errorCodes, signal, timeoutMs } = this.options;
		// n8n logs in before it sends the request.
		const moreMs = token === undefined ? LOGIN_TIMEOUT_MS : 0;
		const deadline = AbortSignal.timeout(timeoutMs + moreMs + GRACE_MS);
		const either = signal ? AbortSignal.any([signal, deadline]) : deadline;
		try {
			const sent = await unlessAborted(access.send(this.httpOptions(request), token, either), deadline);
			if (!sent) return { result: fail(tooLate(access.connection)), token };
			const read = readReply(sent.reply, errorCodes);
			this.verdict.answered(read.ok ? undefined : read.failure);
			return { result: read.ok ? ok({ body: read.value }) : read, token: sent.token };
		} catch (thrown) {
			const lost = connectionFailure(thrown, access.connection, this.verdict.wasAnswered);
			const failure = signal?.aborted
				? { ...CANCELED, maybeDone: lost.maybeDone }
				: deadline.aborted
					? tooLate(access.connection)
					: lost;
			return { result: fail(failure), token };
		}
	}

	private httpOptions(request: ApiRequest): IHttpRequestOptions {
		const { access, timeoutMs } = this.options;
		const query = Object.entries(request.query ?? {}).filter(([, value]) => value !== undefined);
		return {
			...HTTP_DEFAULTS,
			method: request.method,
			url: `${access.connection.origin}${request.path}`,
			headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
			...(query.length > 0 ? { qs: Object.fromEntries(query) } : {}),
			...(request.body ? { body: request.body } : {}),
			timeout: timeoutMs,
		};
	}
}

/** A failure for good, with what is known beyond the last answer. */
function explain(failure: Failure, isRenewable: boolean, refusedForMs: number): Failure {
	if (failure.kind === 'token' && !isRenewable) {
		return {
			...failure,
			help: "The access token in the credential has expired or is wrong: enter a new one in 'Access Token', and check 'App Key'. With 'Authentication' set to 'App Key and Secret' n8n renews the token by itself.",
		};
	}
	const minutes = Math.round(refusedForMs / 60_000);
	if (failure.kind !== 'throttled' || minutes === 0) return failure;
	return { ...failure, what: `${failure.what}. This has not changed for ${minutes} minutes` };
}
