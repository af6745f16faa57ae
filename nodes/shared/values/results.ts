/** What a step came to: a value, or why there is none. The one way to say that something failed below the nodes. */
export type Result<T> = { ok: true; value: T } | { ok: false; failure: Failure };

/**
 * What may be done about a failure:
 * - `token`: the access token was refused; renew it and send again
 * - `throttled`: the application's rate limit is reached, or the platform is congested; all calls of the application
 *   pause, and this one is sent again for as long as the platform accepts any
 * - `transient`: may pass by itself; send again at most 'Max Retries' times, in 0.5 s, 1 s, 2 s and so on up to 10 s, with
 *   half as many calls of the application under way
 * - `final`: sending the same again gives the same
 * - `canceled`: the execution was canceled in n8n
 */
export type FailureKind = 'token' | 'throttled' | 'transient' | 'final' | 'canceled';

export interface Failure {
	kind: FailureKind;
	/**
	 * The answer was lost or can't be read: the platform may have done the work all the same. A call that changes something
	 * is then not sent again by the transport: its caller finds out what happened.
	 */
	maybeDone: boolean;
	/** What happened, one sentence for a person, without the period. */
	what: string;
	/** Why, without what it led to; left out where that is all that `what` says. */
	reason?: string;
	/** What to do about it, naming the field in single quotes where there is one. */
	help: string;
	/** The platform's code, for example `100418`. */
	code?: string;
	httpStatus?: number;
	/** True where every other call of the run would fail in the same way. */
	isForAll?: boolean;
}

export function ok<T>(value: T): { ok: true; value: T } {
	return { ok: true, value };
}

export function fail(failure: Failure): { ok: false; failure: Failure } {
	return { ok: false, failure };
}

/** A failure for good, such as a value that a person has to correct; nothing was done. */
export function failForGood(what: string, help: string): { ok: false; failure: Failure } {
	return fail({ kind: 'final', maybeDone: false, what, help });
}
