import fc from 'fast-check';

import { period, RateLimit, type CallQueue, type Slot } from '../../nodes/shared/client/rateLimit';
import { Registry } from '../../nodes/shared/client/registry';
import { VirtualClock } from './virtualClock';

let time: VirtualClock;

beforeEach(() => {
	time = new VirtualClock();
	time.install();
});

afterEach(() => time.uninstall());

/** The platform's count, after either of the two ways in which a window may be meant. */
class Count {
	private accepted: number[] = [];

	refusals = 0;

	constructor(
		private readonly kind: 'sliding' | 'fixed',
		public limit: number,
	) {}

	admit(): boolean {
		const now = time.now();
		const counts = (at: number) =>
			this.kind === 'sliding'
				? now - at < period.ms
				: Math.floor(at / period.ms) === Math.floor(now / period.ms);
		if (this.accepted.filter(counts).length >= this.limit) {
			this.refusals += 1;
			return false;
		}
		this.accepted.push(now);
		return true;
	}
}

interface Load {
	calls: number;
	workers: number;
	limit: number;
	/** Milliseconds from the sending to the counting, and from there to the answer; taken in turn. */
	delays: Array<[number, number]>;
}

/** Makes calls as the transport does: again after each refusal. @returns calls done */
async function work(
	rateLimit: RateLimit,
	count: Count,
	{ calls, workers, limit, delays }: Load,
): Promise<number> {
	const queue = rateLimit.queue({ limit });
	let started = 0;
	let done = 0;
	let turn = 0;
	const call = async (): Promise<void> => {
		for (;;) {
			const slot = await queue.acquire();
			const [there = 0, back = 0] = delays[turn % delays.length] ?? [];
			turn += 1;
			await time.sleep(there);
			const accepted = count.admit();
			await time.sleep(back);
			if (accepted) {
				slot?.done();
				done += 1;
				return;
			}
			slot?.refused(false);
		}
	};
	const worker = async () => {
		while (started < calls) {
			started += 1;
			await call();
		}
	};
	await Promise.all(Array.from({ length: workers }, worker));
	return done;
}

const load = fc.record({
	calls: fc.integer({ min: 1, max: 60 }),
	workers: fc.integer({ min: 1, max: 20 }),
	limit: fc.integer({ min: 1, max: 15 }),
	delays: fc.array(fc.tuple(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 5000 })), {
		minLength: 1,
		maxLength: 7,
	}),
});

describe('The rate limit against a model of the platform', () => {
	it.each(['sliding', 'fixed'] as const)(
		'never has a call refused, whatever the delays, in a %s window',
		async (kind) => {
			await fc.assert(
				fc.asyncProperty(load, async (given) => {
					const count = new Count(kind, given.limit);
					expect(await time.run(work(new RateLimit(), count, given))).toBe(given.calls);
					expect(count.refusals).toBe(0);
				}),
				{ numRuns: 60 },
			);
		},
	);

	it('leaves no room unused: each window takes as many calls as the limit allows', async () => {
		await fc.assert(
			fc.asyncProperty(load, async (given) => {
				const began = time.now();
				await time.run(work(new RateLimit(), new Count('sliding', given.limit), given));
				const longest = Math.max(...given.delays.map(([there, back]) => there + back));
				const windows = Math.ceil(given.calls / given.limit) - 1;
				const rounds = Math.ceil(given.calls / Math.min(given.workers, given.limit));
				expect(time.now() - began).toBeLessThanOrEqual(
					windows * (period.ms + longest) + rounds * longest + windows,
				);
			}),
			{ numRuns: 60 },
		);
	});

	it('loses no call when the platform allows fewer than it is told', async () => {
		await fc.assert(
			fc.asyncProperty(load, fc.integer({ min: 1, max: 15 }), async (given, real) => {
				const count = new Count('sliding', Math.min(real, given.limit));
				expect(await time.run(work(new RateLimit(), count, given))).toBe(given.calls);
			}),
			{ numRuns: 40 },
		);
	});

	it('learns a lower limit from refusals in two periods that follow each other', async () => {
		const rateLimit = new RateLimit();
		const queue = rateLimit.queue({ limit: 100 });
		const inOnePeriod = async (accepted: number) => {
			for (let call = 0; call < accepted; call += 1) (await time.run(queue.acquire()))?.done();
			(await time.run(queue.acquire()))?.refused(false);
			await time.run(time.sleep(period.ms));
		};
		await inOnePeriod(5);
		await inOnePeriod(5);
		const began = time.now();
		// After a period without a refusal it tries one more than the five.
		for (let call = 0; call < 6; call += 1) (await time.run(queue.acquire()))?.done();
		expect(time.now()).toBe(began);
		await time.run(queue.acquire());
		expect(time.now()).toBeGreaterThanOrEqual(began + period.ms);
	});

	it('learns nothing from refusals in one period alone', async () => {
		const queue = new RateLimit().queue({ limit: 100 });
		for (let call = 0; call < 5; call += 1) (await time.run(queue.acquire()))?.done();
		(await time.run(queue.acquire()))?.refused(false);
		await time.run(time.sleep(period.ms));
		const began = time.now();
		for (let call = 0; call < 100; call += 1) (await time.run(queue.acquire()))?.done();
		expect(time.now()).toBe(began);
	});

	it('is as fast again after others had filled a window while it was idle', async () => {
		const rateLimit = new RateLimit();
		const count = new Count('sliding', 100);
		(await time.run(rateLimit.queue({ limit: 100 }).acquire()))?.done();
		await time.run(time.sleep(60 * period.ms));
		while (count.admit());
		const began = time.now();
		await time.run(work(rateLimit, count, { calls: 150, workers: 5, limit: 100, delays: [[5, 5]] }));
		expect((time.now() - began) / period.ms).toBeLessThan(3);
	});

	it('has only a part of the calls refused when the limit is half of what it is given', async () => {
		const count = new Count('sliding', 50);
		await time.run(work(new RateLimit(), count, { calls: 400, workers: 10, limit: 100, delays: [[50, 50]] }));
		expect(count.refusals).toBeGreaterThan(0);
		expect(count.refusals).toBeLessThan(100);
	});
});

describe('The rate limit', () => {
	it('makes 100 calls at once and the next one a window after the first answer', async () => {
		const rateLimit = new RateLimit();
		const began = time.now();
		for (let call = 0; call < 100; call += 1)
			(await time.run(rateLimit.queue({ limit: 100 }).acquire()))?.done();
		expect(time.now()).toBe(began);
		await time.run(rateLimit.queue({ limit: 100 }).acquire());
		expect(time.now()).toBe(began + period.ms);
	});

	it('knows no limit with a limit of 0', async () => {
		const rateLimit = new RateLimit();
		const began = time.now();
		for (let call = 0; call < 1000; call += 1)
			(await time.run(rateLimit.queue({ limit: 0 }).acquire()))?.done();
		expect(time.now()).toBe(began);
	});

	it('takes the lowest of the limits of two credentials for one application', async () => {
		const rateLimit = new RateLimit();
		const began = time.now();
		(await time.run(rateLimit.queue({ limit: 2 }).acquire()))?.done();
		(await time.run(rateLimit.queue({ limit: 100 }).acquire()))?.done();
		await time.run(rateLimit.queue({ limit: 100 }).acquire());
		expect(time.now()).toBe(began + period.ms);
	});

	it('serves first who came first', async () => {
		const rateLimit = new RateLimit();
		const order: number[] = [];
		const calls = [1, 2, 3, 4].map(async (call) => {
			const slot = await rateLimit.queue({ limit: 1 }).acquire();
			order.push(call);
			slot?.done();
		});
		await time.run(Promise.all(calls));
		expect(order).toEqual([1, 2, 3, 4]);
	});

	it('lets one go who is canceled while waiting, and keeps the place for the next', async () => {
		const rateLimit = new RateLimit();
		const began = time.now();
		(await time.run(rateLimit.queue({ limit: 1 }).acquire()))?.done();
		const cancel = new AbortController();
		const canceled = rateLimit.queue({ limit: 1 }).acquire(cancel.signal);
		const next = rateLimit.queue({ limit: 1 }).acquire();
		cancel.abort();
		expect(await time.run(canceled)).toBeUndefined();
		expect(time.now()).toBe(began);
		expect(await time.run(next)).toBeDefined();
		expect(time.now()).toBe(began + period.ms);
	});

	it('gives no slot to one who is canceled already', async () => {
		const cancel = new AbortController();
		cancel.abort();
		expect(await new RateLimit().queue({ limit: 1 }).acquire(cancel.signal)).toBeUndefined();
	});

	it('counts calls that are refused together as one event', async () => {
		const rateLimit = new RateLimit();
		const began = time.now();
		const slots = await time.run(
			Promise.all([1, 2, 3].map(async () => await rateLimit.queue({ limit: 0 }).acquire())),
		);
		for (const slot of slots) slot?.refused(true);
		await time.run(rateLimit.queue({ limit: 0 }).acquire());
		expect(time.now() - began).toBe(period.ms / 12);
	});

	it('halves the calls under way when they fail, together as one event, and adds one with each answer', async () => {
		const queue = new RateLimit().queue({ limit: 0 });
		const first = await Promise.all(Array.from({ length: 40 }, async () => await queue.acquire()));
		const aMoment = async () => await time.run(time.sleep(1));
		await aMoment();
		for (const slot of first) slot?.failed();
		const granted: Slot[] = [];
		for (let call = 0; call < 60; call += 1) void queue.acquire().then((slot) => slot && granted.push(slot));
		await aMoment();
		expect(granted).toHaveLength(20);
		granted[0]?.done();
		await aMoment();
		expect(granted).toHaveLength(22);
		// Of the 21 that are under way now, ten stay.
		for (const slot of granted.slice(1)) slot.failed();
		await aMoment();
		expect(granted).toHaveLength(32);
	});

	it('waits longer after each refusal in a row, up to a window', async () => {
		const rateLimit = new RateLimit();
		const waits: number[] = [];
		for (let call = 0; call < 7; call += 1) {
			const began = time.now();
			(await time.run(rateLimit.queue({ limit: 0 }).acquire()))?.refused(true);
			waits.push(time.now() - began);
		}
		expect(waits).toEqual([0, 5000, 10_000, 20_000, 40_000, 60_000, 60_000]);
	});

	it('takes a slot that is given back twice only once', async () => {
		const rateLimit = new RateLimit();
		const slot = await time.run(rateLimit.queue({ limit: 2 }).acquire());
		slot?.done();
		slot?.done();
		const began = time.now();
		await time.run(rateLimit.queue({ limit: 2 }).acquire());
		expect(time.now()).toBe(began);
	});

	it('counts a refusal once, however often it is told', async () => {
		const rateLimit = new RateLimit();
		const queue = rateLimit.queue({ limit: 10 });
		const refused = await time.run(queue.acquire());
		for (let times = 0; times < 3; times += 1) refused?.refused(false);
		// After a refusal one call at a time is tried.
		const first = await time.run(queue.acquire());
		let isSecondStarted = false;
		const second = queue.acquire().then(() => (isSecondStarted = true));
		await time.run(time.sleep(period.ms));
		expect(isSecondStarted).toBe(false);
		first?.done();
		await time.run(second);
	});

	it('waits no longer than a window when the clock is set back', async () => {
		const rateLimit = new RateLimit();
		(await time.run(rateLimit.queue({ limit: 1 }).acquire()))?.done();
		time.setBack(3_600_000);
		const began = time.now();
		await time.run(rateLimit.queue({ limit: 1 }).acquire());
		expect(time.now() - began).toBeLessThanOrEqual(period.ms);
	});

	it('nor when it is set back while the last calls are under way', async () => {
		const rateLimit = new RateLimit();
		const queue = rateLimit.queue({ limit: 2 });
		const [first, second] = [await time.run(queue.acquire()), await time.run(queue.acquire())];
		first?.done();
		time.setBack(3_600_000);
		second?.done();
		const began = time.now();
		await time.run(queue.acquire());
		expect(time.now() - began).toBeLessThanOrEqual(period.ms);
	});

	it('leaves no timer behind when nothing waits', async () => {
		const rateLimit = new RateLimit();
		await time.run(
			work(rateLimit, new Count('sliding', 2), { calls: 6, workers: 3, limit: 2, delays: [[1, 1]] }),
		);
		expect(time.waiting).toBe(0);
	});
});

describe('The queues of an application', () => {
	/** Takes so many slots one after another. @returns when the last call was done, since it began */
	async function run(queue: CallQueue, calls: number, after = 0): Promise<number> {
		await time.sleep(after);
		const began = time.now();
		await Promise.all(
			Array.from({ length: calls }, async () => {
				const slot = await queue.acquire();
				await time.sleep(50);
				slot?.done();
			}),
		);
		return time.now() - began;
	}

	it('take turns: 5 calls that come 10 seconds after 1,000 others wait for the next period only', async () => {
		const rateLimit = new RateLimit();
		const large = run(rateLimit.queue({ limit: 100 }), 1000);
		const small = run(rateLimit.queue({ limit: 100 }), 5, 10_000);
		const [tookLarge, tookSmall] = await time.run(Promise.all([large, small]));
		expect(tookSmall).toBeLessThanOrEqual(period.ms);
		expect(tookLarge).toBeLessThanOrEqual(1.02 * 10 * period.ms + 1000);
	});

	it('get the same number of slots while they have calls waiting', async () => {
		const rateLimit = new RateLimit();
		const counts = [0, 0, 0];
		const queues = counts.map(() => rateLimit.queue({ limit: 30 }));
		(await time.run(rateLimit.queue({ limit: 30 }).acquire()))?.done();
		queues.forEach((queue, at) => {
			for (let call = 0; call < 100 * (at + 1); call += 1) {
				void queue.acquire().then((slot) => {
					counts[at] = (counts[at] ?? 0) + 1;
					slot?.done();
				});
			}
		});
		await time.run(time.sleep(5 * period.ms - 1));
		expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(30);
		await time.run(time.sleep(period.ms));
		// Those of the first period went to the queue that was there first.
		expect(counts[2]).toBeGreaterThan(40);
	});

	it('of a person come first', async () => {
		const rateLimit = new RateLimit();
		(await time.run(rateLimit.queue({ limit: 1 }).acquire()))?.done();
		const order: string[] = [];
		const take = async (name: string, queue: CallQueue) => {
			const slot = await queue.acquire();
			order.push(name);
			slot?.done();
		};
		const bulk = rateLimit.queue({ limit: 1 });
		const interactive = rateLimit.queue({ limit: 1, interactive: true });
		await time.run(
			Promise.all([
				take('bulk', bulk),
				take('bulk', bulk),
				take('person', interactive),
				take('person', interactive),
			]),
		);
		expect(order).toEqual(['person', 'person', 'bulk', 'bulk']);
	});

	it('say when a call can start, each to its own run', async () => {
		const rateLimit = new RateLimit();
		const began = time.now();
		(await time.run(rateLimit.queue({ limit: 1 }).acquire()))?.done();
		const waits: number[][] = [[], []];
		const slots = waits.map(async (own) => {
			const slot = await rateLimit.queue({ limit: 1, onWait: (until) => own.push(until) }).acquire();
			slot?.done();
		});
		await time.run(Promise.all(slots));
		expect(waits).toEqual([[began + period.ms], [began + period.ms, began + 2 * period.ms]]);
	});

	it('lower the limit for all only while they are used', async () => {
		const rateLimit = new RateLimit();
		(await time.run(rateLimit.queue({ limit: 1 }).acquire()))?.done();
		await time.run(time.sleep(period.ms + 1));
		const began = time.now();
		const queue = rateLimit.queue({ limit: 100 });
		for (let call = 0; call < 100; call += 1) (await time.run(queue.acquire()))?.done();
		expect(time.now()).toBe(began);
	});
});

describe('What a process keeps by a key', () => {
	it('is bounded: what is idle and was used longest ago goes first', () => {
		const registry = new Registry<{ isIdle: boolean }>(({ isIdle }) => isIdle);
		const busy = registry.get('busy', () => ({ isIdle: false }));
		const used = registry.get('used', () => ({ isIdle: true }));
		for (let key = 0; key < 5000; key += 1) {
			registry.get(`idle ${key}`, () => ({ isIdle: true }));
			if (key % 100 === 0) registry.get('used', () => ({ isIdle: true }));
		}
		const isKept = (key: string) => {
			try {
				registry.get(key, () => {
					throw new Error('It was dropped');
				});
				return true;
			} catch {
				return false;
			}
		};
		const keys = Array.from({ length: 5000 }, (_, key) => `idle ${key}`);
		expect(['busy', 'used', ...keys].filter(isKept)).toHaveLength(1000);
		expect(registry.get('busy', () => ({ isIdle: true }))).toBe(busy);
		expect(registry.get('used', () => ({ isIdle: true }))).toBe(used);
	});

	it('is dropped only when nothing is lost: a rate limit that still counts calls is not idle', async () => {
		const rateLimit = new RateLimit();
		expect(rateLimit.isIdle).toBe(true);
		const slot = await time.run(rateLimit.queue({ limit: 1 }).acquire());
		expect(rateLimit.isIdle).toBe(false);
		slot?.done();
		expect(rateLimit.isIdle).toBe(false);
		await time.run(time.sleep(period.ms));
		expect(rateLimit.isIdle).toBe(true);
	});
});
