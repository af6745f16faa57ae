import { clock, onAbort } from '../values/clock';
import { TimeQueue } from '../values/timeQueue';
import { Registry } from './registry';

/**
 * The time over which the platform counts an application's calls, in milliseconds (platform API: code 1010009, 100 calls
 * in 60 s by default). Tests shorten it.
 */
export const period = { ms: 60_000 };

/** How long the first pause after a refused call lasts, as a part of the period; it doubles from refusal to refusal. */
const FIRST_PAUSE = 1 / 12;

/** From which part of a period on the time between two refusals counts as one. */
const ALMOST_A_PERIOD = 0.9;

/** A place among the calls that the rate limit allows. It has to be given back once, when the call is over. */
export interface Slot {
	/** The call was answered, whatever the answer. */
	done(): void;
	/** The call failed, as calls to an overloaded platform do: it got no answer, or one that says so. */
	failed(): void;
	/** The platform refused the call for being one too many; `isCongested`: for a reason not of this application's making. */
	refused(isCongested: boolean): void;
}

export interface QueueOptions {
	/** The rate limit as the credential gives it, in calls per period; 0 = none. */
	limit: number;
	/** A person waits for the answers: comes before the queues of long runs. */
	interactive?: boolean;
	/** Called each time it is known until when no call can start, in milliseconds since 1970. */
	onWait?: (until: number) => void;
}

type Grant = (granted: boolean) => void;

/** The calls of one run that wait for the rate limit: first come, first served. */
export class CallQueue {
	readonly waiting = new Set<Grant>();

	constructor(
		private readonly rateLimit: RateLimit,
		readonly options: QueueOptions,
	) {}

	/** When the platform last accepted a call of the application, in milliseconds since 1970. */
	get lastAccepted(): number {
		return this.rateLimit.lastAccepted;
	}

	/** Waits for a free slot; undefined if `signal` aborted meanwhile. */
	async acquire(signal?: AbortSignal): Promise<Slot | undefined> {
		if (signal?.aborted) return undefined;
		const granted = await new Promise<boolean>((resolve) => {
			const grant: Grant = (value) => {
				stopListening();
				this.waiting.delete(grant);
				resolve(value);
			};
			const stopListening = onAbort(signal, () => {
				grant(false);
				this.rateLimit.pump();
			});
			this.waiting.add(grant);
			this.rateLimit.join(this);
		});
		return granted ? this.rateLimit.slot() : undefined;
	}
}

/**
 * Keeps one application's calls within its rate limit, for all nodes and executions of a process.
 *
 * A call takes a slot; the slot is free again one period after the *answer*, because the platform may have counted the
 * call at any moment up to then. So no period of the platform's, sliding or fixed, holds more calls than the limit, and
 * a free slot is never kept waiting. The slots go to the queues of the application in turn.
 *
 * When the platform refuses a call nevertheless (another program uses the same application, or the operator lowered
 * the limit), all calls pause. Then one call at a time is tried, and with each one that is accepted one more at the same
 * time. Only refusals in periods that follow each other teach a lower limit, by what was accepted in the last one: a
 * single burst of another program says nothing about the next period. The lower limit then grows again from period to
 * period.
 *
 * When a call fails, half as many are under way at the same time afterwards, so that an overloaded platform gets less to
 * do; with each answer it is one more again.
 */
export class RateLimit {
	/** When the platform last accepted a call, in milliseconds since 1970. */
	lastAccepted = -Infinity;

	private inFlight = 0;
	/** When the slots of answered calls are free again, in order. */
	private readonly past = new TimeQueue();
	/** Queues in which a call waits, in the order of their turns. */
	private turns = new Set<CallQueue>();
	/** Until when a limit counts that a queue has given; of several credentials for one application the lowest counts. */
	private limits = new Map<number, number>();
	/** Refusals in a row. */
	private strikes = 0;
	private pausedUntil = 0;
	/** When the first and the last refusal came in a row of periods that each had one. */
	private refusals = { first: -Infinity, last: -Infinity };
	/** `step`: how much more is tried when a period has gone by without a refusal; it doubles from period to period. */
	private learned: { limit: number; at: number; step: number } | undefined;
	/** How many calls may be under way at the same time since one was refused or failed. */
	private atOnce = Infinity;
	/** When that was last lowered because a call failed. */
	private loweredAt = -Infinity;
	/** When last no call waited or was under way. */
	private idleAt = -Infinity;
	private timer: { at: number; abort: AbortController } | undefined;

	/** A queue of calls. All queues of an application get the same number of slots while they have calls waiting. */
	queue(options: QueueOptions): CallQueue {
		return new CallQueue(this, options);
	}

	/** Whether nothing would be lost if this were forgotten. */
	get isIdle(): boolean {
		this.forget(clock.now());
		return this.inFlight + this.past.length + this.turns.size === 0;
	}

	/** A call waits in this queue. */
	join(queue: CallQueue): void {
		this.turns.add(queue);
		const before = this.timer;
		this.pump();
		if (before && before === this.timer) queue.options.onWait?.(before.at);
	}

	slot(): Slot {
		let open = true;
		const startedAt = clock.now();
		const close = (isAccepted: boolean) => {
			if (!open) return false;
			open = false;
			this.inFlight -= 1;
			if (isAccepted) this.past.push(clock.now() + period.ms);
			return true;
		};
		return {
			done: () => {
				if (!close(true)) return;
				this.lastAccepted = clock.now();
				this.strikes = 0;
				this.atOnce += 1;
				this.pump();
			},
			failed: () => {
				const underWay = this.inFlight;
				if (!close(true)) return;
				// Calls that were under way together fail together: that is one event too.
				if (startedAt >= this.loweredAt) {
					this.atOnce = Math.max(1, Math.floor(Math.min(this.atOnce, underWay) / 2));
					this.loweredAt = clock.now();
				}
				this.pump();
			},
			refused: (isCongested) => {
				if (!close(false)) return;
				const now = clock.now();
				// Calls that were under way together are refused together: that is one event, not several.
				if (now >= this.pausedUntil) {
					this.strikes += 1;
					const ms = Math.min(period.ms, period.ms * FIRST_PAUSE * 2 ** (this.strikes - 1));
					this.pausedUntil = now + ms;
					if (!isCongested) this.learn(now);
				}
				this.atOnce = 1;
				this.pump();
			},
		};
	}

	private learn(now: number): void {
		const { first, last } = this.refusals;
		this.refusals = { first: now - last < 2 * period.ms ? first : now, last: now };
		if (now - this.refusals.first < period.ms) return;
		this.forget(now);
		const limit = this.acceptedPerPeriod(now, last);
		if (limit > 0) this.learned = { limit, at: now, step: 1 };
	}

	/**
	 * How many calls the platform seems to accept in a period, at a refusal. Where the refusal before it is almost a period
	 * ago, the platform may have begun a fixed period in between: then what it accepted before that refusal, the rest of
	 * an earlier burst, counted in another one. It is left out if it is the smaller part, and calls waited all the time:
	 * otherwise the time since then says little about what there is room for.
	 */
	private acceptedPerPeriod(now: number, lastRefusal: number): number {
		const all = this.past.length;
		const passed = now - lastRefusal;
		if (passed >= period.ms || passed < ALMOST_A_PERIOD * period.ms) return all;
		if (this.idleAt > lastRefusal) return all;
		const since = this.past.countAfter(lastRefusal + period.ms);
		return 2 * since < all ? all : Math.min(all, Math.ceil((since * period.ms) / passed));
	}

	/** Starts as many calls as may start now, and sets the timer for the next one. */
	pump(): void {
		const now = clock.now();
		this.forget(now);
		for (;;) {
			const queue = this.nextQueue();
			if (!queue && this.inFlight === 0) this.idleAt = now;
			const wait = queue && this.waitUntil(now);
			if (!queue || wait === undefined) return this.wake(undefined);
			if (wait > now) return this.wake(wait);
			this.limits.set(queue.options.limit || Infinity, now + period.ms);
			this.inFlight += 1;
			const [grant] = queue.waiting;
			grant?.(true);
			// To the end of the line.
			this.turns.delete(queue);
			if (queue.waiting.size > 0) this.turns.add(queue);
		}
	}

	private nextQueue(): CallQueue | undefined {
		let next: CallQueue | undefined;
		for (const queue of this.turns) {
			if (queue.waiting.size === 0) this.turns.delete(queue);
			else if (queue.options.interactive) return queue;
			else next ??= queue;
		}
		return next;
	}

	private limit(now: number): number {
		let lowest = Infinity;
		for (const { options } of this.turns) lowest = Math.min(lowest, options.limit || Infinity);
		for (const [limit, until] of this.limits) {
			if (until < now) this.limits.delete(limit);
			else lowest = Math.min(lowest, limit);
		}
		if (this.learned && now - this.learned.at >= period.ms) {
			const periods = Math.floor((now - this.learned.at) / period.ms);
			const step = this.learned.step * 2 ** periods;
			const limit = this.learned.limit + step - this.learned.step;
			this.learned = limit >= lowest ? undefined : { limit, step, at: this.learned.at + periods * period.ms };
		}
		return Math.min(lowest, this.learned?.limit ?? Infinity);
	}

	private forget(now: number): void {
		// Should the clock be set back, nothing is kept waiting for longer than a period.
		const latest = now + period.ms;
		this.past.keepBetween(now, latest);
		this.pausedUntil = Math.min(this.pausedUntil, latest);
	}

	/** When the next call may start; undefined when only the answer to a call under way can tell. */
	private waitUntil(now: number): number | undefined {
		const limit = this.limit(now);
		if (this.inFlight >= Math.min(limit, this.atOnce)) return undefined;
		const overdue = this.inFlight + this.past.length - limit;
		const free = overdue >= 0 ? (this.past.at(overdue) ?? now) : now;
		return Math.max(free, this.pausedUntil, now);
	}

	/** One timer at most; none while nothing waits, so that an idle process can end. */
	private wake(at: number | undefined): void {
		if (this.timer?.at === at) return;
		this.timer?.abort.abort();
		this.timer = undefined;
		if (at === undefined) return;
		const timer = { at, abort: new AbortController() };
		this.timer = timer;
		for (const { options } of this.turns) options.onWait?.(at);
		const onTime = () => {
			if (this.timer !== timer) return;
			this.timer = undefined;
			this.pump();
		};
		clock.sleep(Math.max(1, at - clock.now()), timer.abort.signal).then(onTime, onTime);
	}
}

const rateLimits = new Registry<RateLimit>(({ isIdle }) => isIdle);

/** The rate limit of one application in this process. */
export function rateLimitOf(application: string): RateLimit {
	return rateLimits.get(application, () => new RateLimit());
}
