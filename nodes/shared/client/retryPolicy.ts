import type { Failure, FailureKind } from '../values/results';

/** What to do about a call that failed; a number is how long to wait before it is sent again, in milliseconds. */
export type NextStep = 'give up' | 'renew token' | 'wait for the rate limit' | number;

/** How a call has gone so far. */
export interface Tries {
	/** How often it was sent again because of a failure that may pass. */
	retries: number;
	/** How often its token was renewed. */
	renewals: number;
	/** How long the platform has been accepting no call of the application, in milliseconds. */
	refusedForMs: number;
}

export interface RetryOptions {
	/** How often a call may be sent again. 0 also means: don't wait when the platform refuses one call too many. */
	maxRetries: number;
	/** Whether the call changes nothing the second time. */
	isRepeatable: boolean;
	/** Whether a refused token can be replaced without the user. */
	isRenewable: boolean;
	/** How long the platform may accept no call of the application, in milliseconds. */
	longestRefusalMs: number;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;
/** A token can be ended by another login at any time; after so many new ones in a row something else is wrong. */
const MOST_RENEWALS = 3;

/** How long to wait after `tries` tries, in milliseconds: longer each time. */
export function backOffMs(tries: number): number {
	return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1));
}

type Rule = (failure: Failure, tries: Tries, options: RetryOptions) => NextStep;

const RULES: Record<FailureKind, Rule> = {
	canceled: () => 'give up',
	final: () => 'give up',
	token: (_failure, { renewals }, { isRenewable }) =>
		isRenewable && renewals < MOST_RENEWALS ? 'renew token' : 'give up',
	throttled: (_failure, { refusedForMs }, { maxRetries, longestRefusalMs }) =>
		maxRetries > 0 && refusedForMs <= longestRefusalMs ? 'wait for the rate limit' : 'give up',
	transient: ({ maybeDone }, { retries }, { maxRetries, isRepeatable }) => {
		// Whoever sent it has to find out what happened.
		if (maybeDone && !isRepeatable) return 'give up';
		return retries < maxRetries ? backOffMs(retries + 1) : 'give up';
	},
};

/** Decides what to do about a call that failed: the one place where that is decided. */
export function nextStep(failure: Failure, tries: Tries, options: RetryOptions): NextStep {
	return RULES[failure.kind](failure, tries, options);
}
