import { clock } from '../values/clock';

/**
 * The window over which the platform counts an application's calls, in milliseconds (platform API: code 1010009,
 * 100 calls in 60 s by default). Tests shorten it.
 */
export const window = { ms: 60_000 };

/** How long a first pause lasts after the platform refused a call for being one too many, as a part of the window. */
const FIRST_PAUSE = 1 / 12;

interface Waiter {
	credential: string;
	grant: (granted: boolean) => void;
	onWait?: (until: number) => void;
}

/** A place among the calls that the threshold allows. It must be given back once, when the answer is there. */
export interface Slot {
	/** The call was answered, whatever the answer, or broke down. */
	done(): void;
	/** The platform refused the call for being one too many; `congested`: for a reason not of this application's making. */
	refused(congested: boolean): void;
}

/**
 * Keeps one application's calls within its threshold, for all nodes and executions of a process.
 *
 * A call takes a slot; the slot is free again one window after the *answer*, because the platform may have counted
 * the call at any moment up to then. So no window of the platform's, sliding or fixed, holds more than the threshold,
 * and a free slot is never kept waiting.
 *
 * When the platform refuses a call nevertheless (another program shares the threshold, the operator lowered it), the
 * number that was accepted in the last window becomes the limit, if it tells anything. The limit then grows again from
 * window to window: by one call at first, because in a window that is full already each call more is refused.
 */
export class Pace {
	private inFlight = 0;
	/** When the slots of answered calls are free again, in order. */
	private past: number[] = [];
	private waiters: Waiter[] = [];
	private thresholds = new Map<string, { threshold: number; until: number }>();
	/** `step`: how much more is tried when a window has gone by without a refusal; doubles from window to window. */
	private learned: { limit: number; at: number; step: number } | undefined;
	private strikes = 0;
	private pausedUntil = 0;
	private timer: { at: number; abort: AbortController } | undefined;

	/**
	 * Waits for a free slot, first come, first served.
	 * @param credential who asks; of several credentials for one application the lowest threshold counts
	 * @param threshold calls in a window; 0 = none
	 * @param onWait is told each time until when no call can start, in milliseconds since 1970
	 * @returns undefined if `signal` aborted meanwhile
	 */
	async acquire(
		credential: string,
		threshold: number,
		signal?: AbortSignal,
		onWait?: (until: number) => void,
	): Promise<Slot | undefined> {
		if (signal?.aborted) return undefined;
		this.thresholds.set(credential, {
			threshold: threshold > 0 ? threshold : Infinity,
			until: clock.now() + window.ms,
		});
		const granted = await new Promise<boolean>((resolve) => {
			const waiter: Waiter = { credential, grant: resolve, onWait };
			const onAbort = () => {
				this.waiters = this.waiters.filter((other) => other !== waiter);
				resolve(false);
				this.pump();
			};
			waiter.grant = (value) => {
				signal?.removeEventListener('abort', onAbort);
				resolve(value);
			};
			signal?.addEventListener('abort', onAbort, { once: true });
			this.waiters.push(waiter);
			const before = this.timer;
			this.pump();
			if (before && before === this.timer) onWait?.(before.at);
		});
		return granted ? this.slot() : undefined;
	}

	private slot(): Slot {
		let open = true;
		const close = (accepted: boolean) => {
			if (!open) return;
			open = false;
			this.inFlight -= 1;
			// The platform does not count what it refused.
			if (accepted) this.past.push(clock.now() + window.ms);
		};
		return {
			done: () => {
				close(true);
				this.strikes = 0;
				this.pump();
			},
			refused: (congested) => {
				const now = clock.now();
				close(false);
				// Calls that were under way together are refused together: that is one event, not several.
				if (now >= this.pausedUntil) {
					this.strikes += 1;
					const ms = Math.min(window.ms, window.ms * FIRST_PAUSE * 2 ** (this.strikes - 1));
					this.pausedUntil = now + ms;
					if (!congested) this.learn(now);
				}
				this.pump();
			},
		};
	}

	private learn(now: number): void {
		this.forget(now);
		// Nothing accepted tells nothing: others may have filled this window for once.
		if (this.past.length === 0) return;
		this.learned = { limit: this.past.length, at: now, step: 1 };
	}

	private limit(now: number): number {
		let lowest = Infinity;
		for (const [credential, { threshold, until }] of this.thresholds) {
			// A credential that has not called for a window has no say any more.
			if (until < now && !this.waiters.some((waiter) => waiter.credential === credential)) {
				this.thresholds.delete(credential);
			} else lowest = Math.min(lowest, threshold);
		}
		if (this.learned && now - this.learned.at >= window.ms) {
			const windows = Math.floor((now - this.learned.at) / window.ms);
			const step = this.learned.step * 2 ** windows;
			const limit = this.learned.limit + step - this.learned.step;
			this.learned = limit >= lowest ? undefined : { limit, step, at: this.learned.at + windows * window.ms };
		}
		return Math.min(lowest, this.learned?.limit ?? Infinity);
	}

	private forget(now: number): void {
		// Should the clock be set back, nothing is kept waiting for longer than a window.
		const latest = now + window.ms;
		if ((this.past.at(-1) ?? 0) > latest) this.past = this.past.map((at) => Math.min(at, latest));
		this.pausedUntil = Math.min(this.pausedUntil, latest);
		let free = 0;
		while (free < this.past.length && (this.past[free] ?? 0) <= now) free += 1;
		if (free > 0) this.past = this.past.slice(free);
	}

	/** When the next call may start: a time, or 'answer' when only the answer to a call under way can tell. */
	private waitUntil(now: number): number | 'answer' {
		const limit = this.limit(now);
		// After a refusal one call alone finds out whether the platform accepts calls again.
		if (this.strikes > 0 && this.inFlight > 0) return 'answer';
		if (this.inFlight >= limit) return 'answer';
		const overdue = this.inFlight + this.past.length - limit;
		const free = overdue >= 0 ? (this.past[overdue] ?? now) : now;
		return Math.max(free, this.pausedUntil, now);
	}

	private pump(): void {
		const now = clock.now();
		this.forget(now);
		while (this.waiters.length > 0) {
			const wait = this.waitUntil(now);
			if (wait === 'answer') return this.wake(undefined);
			if (wait > now) return this.wake(wait);
			this.inFlight += 1;
			this.waiters.shift()?.grant(true);
		}
		this.wake(undefined);
	}

	/** One timer at most; none while nothing waits, so that an idle process can end. */
	private wake(at: number | undefined): void {
		if (this.timer?.at === at) return;
		this.timer?.abort.abort();
		this.timer = undefined;
		if (at === undefined) return;
		const timer = { at, abort: new AbortController() };
		this.timer = timer;
		for (const { onWait } of this.waiters) onWait?.(at);
		const onTime = () => {
			if (this.timer !== timer) return;
			this.timer = undefined;
			this.pump();
		};
		clock.sleep(Math.max(1, at - clock.now()), timer.abort.signal).then(onTime, onTime);
	}
}

const paces = new Map<string, Pace>();

/** The pace of one application in this process. */
export function paceOf(application: string): Pace {
	let pace = paces.get(application);
	if (!pace) {
		pace = new Pace();
		paces.set(application, pace);
	}
	return pace;
}
