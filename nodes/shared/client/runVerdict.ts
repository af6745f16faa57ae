import { clock } from '../values/clock';
import type { Failure } from '../values/results';

/** For how long a server that has answered before may give no answer at all before a run ends, in milliseconds. */
const SILENCE_MS = 60_000;

/** What one call of a run finds out for all of them: then the others end without being sent. */
export class RunVerdict {
	/** Why no further call of the run makes sense. */
	failure: Failure | undefined;

	private answeredAt = -Infinity;

	/** The server answered, whatever it said. */
	answered(): void {
		this.answeredAt = clock.now();
	}

	get wasAnswered(): boolean {
		return this.answeredAt > -Infinity;
	}

	/**
	 * Takes note of a call that was given up.
	 * @param hadToken whether there was a token to send
	 */
	consider(failure: Failure, hadToken: boolean): void {
		if (failure.kind === 'canceled') return;
		const isLoginRefused = failure.kind === 'token' || (failure.kind === 'final' && !hadToken);
		// What may have been done has to be looked up first.
		const isUnreachable =
			failure.httpStatus === undefined && !failure.maybeDone && clock.now() - this.answeredAt > SILENCE_MS;
		if (isLoginRefused || isUnreachable) this.failure ??= { ...failure, maybeDone: false };
	}
}
