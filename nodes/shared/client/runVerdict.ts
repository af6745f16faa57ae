import { clock } from '../values/clock';
import type { Failure } from '../values/results';

/** For how long a server that has answered before may give no answer at all before a run ends, in milliseconds. */
const SILENCE_MS = 60_000;

/** What one call of a run finds out for all of them: then the others end without being sent. */
export class RunVerdict {
	/** Why no further call of the run makes sense. */
	failure: Failure | undefined;

	private readonly end = new AbortController();

	private answeredAt = -Infinity;

	/** How many calls in a row were given up without any answer, although they were tried again. */
	private silent = 0;

	/** How many answers in a row said that no call of the application can work. */
	private refusedForAll = 0;

	/** Whether a token was accepted in this run, and how many calls in a row were given up because theirs was refused. */
	private tokens = { wereAccepted: false, refused: 0 };

	/** Aborts when there is a failure for all. */
	get signal(): AbortSignal {
		return this.end.signal;
	}

	/** The server answered, with a failure if there is one. */
	answered(failure?: Failure): void {
		this.answeredAt = clock.now();
		this.silent = 0;
		this.refusedForAll = failure?.isForAll ? this.refusedForAll + 1 : 0;
		if (failure?.kind !== 'token') this.tokens = { wereAccepted: true, refused: 0 };
	}

	get wasAnswered(): boolean {
		return this.answeredAt > -Infinity;
	}

	get hasAcceptedToken(): boolean {
		return this.tokens.wereAccepted;
	}

	/** Takes note of a call that was given up, and of how that came. */
	consider(
		failure: Failure,
		{ isLogin, isRenewable, wasRepeated }: { isLogin: boolean; isRenewable: boolean; wasRepeated: boolean },
	): void {
		if (failure.kind === 'canceled' || this.failure) return;
		let isForAll =
			(failure.isForAll === true && this.refusedForAll >= 2) ||
			(failure.kind === 'final' && isLogin) ||
			(failure.kind === 'throttled' && wasRepeated);
		if (failure.kind === 'token') {
			this.tokens.refused += 1;
			// The platform uses the same code for a wrong appId of a single call.
			isForAll = this.tokens.refused >= (isRenewable || this.tokens.wereAccepted ? 2 : 1);
		}
		if (failure.httpStatus === undefined && clock.now() - this.answeredAt > SILENCE_MS) {
			if (wasRepeated) this.silent += 1;
			// What was lost on its way may be about one device.
			isForAll ||= !failure.maybeDone || this.silent >= 2;
		}
		if (!isForAll) return;
		this.failure = { ...failure, isForAll: true, maybeDone: false };
		this.end.abort();
	}
}
