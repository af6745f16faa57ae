import fc from 'fast-check';

import { Pace, window } from '../../nodes/shared/client/rateLimit';
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
		public threshold: number,
	) {}

	admit(): boolean {
		const now = time.now();
		const counts = (at: number) =>
			this.kind === 'sliding'
				? now - at < window.ms
				: Math.floor(at / window.ms) === Math.floor(now / window.ms);
		if (this.accepted.filter(counts).length >= this.threshold) {
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
	threshold: number;
	/** Milliseconds from the sending to the counting, and from there to the answer; taken in turn. */
	delays: Array<[number, number]>;
}

/** Makes calls as the transport does: again after each refusal. @returns calls done */
async function work(pace: Pace, count: Count, { calls, workers, threshold, delays }: Load): Promise<number> {
	let started = 0;
	let done = 0;
	let turn = 0;
	const call = async (): Promise<void> => {
		for (;;) {
			const slot = await pace.acquire('credential', threshold);
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
	threshold: fc.integer({ min: 1, max: 15 }),
	delays: fc.array(fc.tuple(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 5000 })), {
		minLength: 1,
		maxLength: 7,
	}),
});

describe('The pace against a model of the platform', () => {
	it.each(['sliding', 'fixed'] as const)(
		'never has a call refused, whatever the delays, in a %s window',
		async (kind) => {
			await fc.assert(
				fc.asyncProperty(load, async (given) => {
					const count = new Count(kind, given.threshold);
					expect(await time.run(work(new Pace(), count, given))).toBe(given.calls);
					expect(count.refusals).toBe(0);
				}),
				{ numRuns: 60 },
			);
		},
	);

	it('leaves no room unused: each window takes as many calls as the threshold allows', async () => {
		await fc.assert(
			fc.asyncProperty(load, async (given) => {
				const began = time.now();
				await time.run(work(new Pace(), new Count('sliding', given.threshold), given));
				const longest = Math.max(...given.delays.map(([there, back]) => there + back));
				const windows = Math.ceil(given.calls / given.threshold) - 1;
				const rounds = Math.ceil(given.calls / Math.min(given.workers, given.threshold));
				expect(time.now() - began).toBeLessThanOrEqual(
					windows * (window.ms + longest) + rounds * longest + windows,
				);
			}),
			{ numRuns: 60 },
		);
	});

	it('loses no call when the platform allows fewer than it is told', async () => {
		await fc.assert(
			fc.asyncProperty(load, fc.integer({ min: 1, max: 15 }), async (given, real) => {
				const count = new Count('sliding', Math.min(real, given.threshold));
				expect(await time.run(work(new Pace(), count, given))).toBe(given.calls);
			}),
			{ numRuns: 40 },
		);
	});

	it('learns a lower threshold: the next window holds no more than this one accepted', async () => {
		const pace = new Pace();
		for (let call = 0; call < 5; call += 1) (await time.run(pace.acquire('a', 100)))?.done();
		(await time.run(pace.acquire('a', 100)))?.refused(false);
		await time.run(time.sleep(window.ms));
		const began = time.now();
		// After a window without a refusal it tries a fifth more than the five.
		for (let call = 0; call < 6; call += 1) (await time.run(pace.acquire('a', 100)))?.done();
		expect(time.now()).toBe(began);
		await time.run(pace.acquire('a', 100));
		expect(time.now()).toBeGreaterThanOrEqual(began + window.ms);
	});

	it('is as fast again after others had filled a window while it was idle', async () => {
		const pace = new Pace();
		const count = new Count('sliding', 100);
		(await time.run(pace.acquire('a', 100)))?.done();
		await time.run(time.sleep(60 * window.ms));
		while (count.admit());
		const began = time.now();
		await time.run(work(pace, count, { calls: 150, workers: 5, threshold: 100, delays: [[5, 5]] }));
		expect((time.now() - began) / window.ms).toBeLessThan(3);
	});

	it('has only a part of the calls refused when the threshold is half of what it is told', async () => {
		const count = new Count('sliding', 50);
		await time.run(work(new Pace(), count, { calls: 400, workers: 10, threshold: 100, delays: [[50, 50]] }));
		expect(count.refusals).toBeGreaterThan(0);
		expect(count.refusals).toBeLessThan(100);
	});
});

describe('The pace', () => {
	it('makes 100 calls at once and the next one a window after the first answer', async () => {
		const pace = new Pace();
		const began = time.now();
		for (let call = 0; call < 100; call += 1) (await time.run(pace.acquire('a', 100)))?.done();
		expect(time.now()).toBe(began);
		await time.run(pace.acquire('a', 100));
		expect(time.now()).toBe(began + window.ms);
	});

	it('knows no limit with a threshold of 0', async () => {
		const pace = new Pace();
		const began = time.now();
		for (let call = 0; call < 1000; call += 1) (await time.run(pace.acquire('a', 0)))?.done();
		expect(time.now()).toBe(began);
	});

	it('takes the lowest of the thresholds of two credentials for one application', async () => {
		const pace = new Pace();
		const began = time.now();
		(await time.run(pace.acquire('a', 2)))?.done();
		(await time.run(pace.acquire('b', 100)))?.done();
		await time.run(pace.acquire('b', 100));
		expect(time.now()).toBe(began + window.ms);
	});

	it('serves first who came first', async () => {
		const pace = new Pace();
		const order: number[] = [];
		const calls = [1, 2, 3, 4].map(async (call) => {
			const slot = await pace.acquire('a', 1);
			order.push(call);
			slot?.done();
		});
		await time.run(Promise.all(calls));
		expect(order).toEqual([1, 2, 3, 4]);
	});

	it('lets one go who is cancelled while waiting, and keeps the place for the next', async () => {
		const pace = new Pace();
		const began = time.now();
		(await time.run(pace.acquire('a', 1)))?.done();
		const cancel = new AbortController();
		const cancelled = pace.acquire('a', 1, cancel.signal);
		const next = pace.acquire('a', 1);
		cancel.abort();
		expect(await time.run(cancelled)).toBeUndefined();
		expect(time.now()).toBe(began);
		expect(await time.run(next)).toBeDefined();
		expect(time.now()).toBe(began + window.ms);
	});

	it('gives no slot to one who is cancelled already', async () => {
		const cancel = new AbortController();
		cancel.abort();
		expect(await new Pace().acquire('a', 1, cancel.signal)).toBeUndefined();
	});

	it('counts calls that are refused together as one event', async () => {
		const pace = new Pace();
		const began = time.now();
		const slots = await time.run(Promise.all([1, 2, 3].map(async () => await pace.acquire('a', 0))));
		for (const slot of slots) slot?.refused(true);
		await time.run(pace.acquire('a', 0));
		expect(time.now() - began).toBe(window.ms / 12);
	});

	it('waits longer after each refusal in a row, up to a window', async () => {
		const pace = new Pace();
		const waits: number[] = [];
		for (let call = 0; call < 7; call += 1) {
			const began = time.now();
			(await time.run(pace.acquire('a', 0)))?.refused(true);
			waits.push(time.now() - began);
		}
		expect(waits).toEqual([0, 5000, 10_000, 20_000, 40_000, 60_000, 60_000]);
	});

	it('takes a slot that is given back twice only once', async () => {
		const pace = new Pace();
		const slot = await time.run(pace.acquire('a', 2));
		slot?.done();
		slot?.done();
		const began = time.now();
		await time.run(pace.acquire('a', 2));
		expect(time.now()).toBe(began);
	});

	it('waits no longer than a window when the clock is set back', async () => {
		const pace = new Pace();
		(await time.run(pace.acquire('a', 1)))?.done();
		time.setBack(3_600_000);
		const began = time.now();
		await time.run(pace.acquire('a', 1));
		expect(time.now() - began).toBeLessThanOrEqual(window.ms);
	});

	it('leaves no timer behind when nothing waits', async () => {
		const pace = new Pace();
		await time.run(
			work(pace, new Count('sliding', 2), { calls: 6, workers: 3, threshold: 2, delays: [[1, 1]] }),
		);
		expect(time.waiting).toBe(0);
	});
});
