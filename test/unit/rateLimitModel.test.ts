import fc from 'fast-check';

import { period, RateLimit, type CallQueue } from '../../nodes/shared/client/rateLimit';
import { withDefaults } from '../platform/options';
import { Throttle } from '../platform/throttle';
import { VirtualClock } from './virtualClock';

/**
 * The rate limit against a model of the platform's count, for whole fleets: 1 to 10,000 devices, several callers, and a
 * platform that does not keep to what it was said to do.
 */

jest.setTimeout(120_000);

let time: VirtualClock;

beforeEach(() => {
	time = new VirtualClock();
	time.install();
});

afterEach(() => time.uninstall());

interface Window {
	kind: 'sliding' | 'fixed';
	/** The platform's time when the run begins, in milliseconds: moves the borders of fixed windows. */
	offset: number;
	/** How much faster the platform's clock runs, as a part: 0.0001 = 8.6 s a day. */
	drift: number;
}

/** What the platform accepts: with a sliding window, the stand-in's own count. */
class Platform {
	refusals = 0;
	accepted = 0;
	private readonly settings = withDefaults({ windowMs: period.ms });
	private readonly sliding = new Throttle(this.settings);
	private fixed = { number: NaN, accepted: 0 };
	private readonly began = time.now();

	constructor(
		private readonly window: Window,
		threshold: number,
	) {
		this.threshold = threshold;
	}

	set threshold(calls: number) {
		this.settings.threshold = calls;
	}

	admit(): boolean {
		const passed = time.now() - this.began;
		const now = passed * (1 + this.window.drift) + this.window.offset;
		const accepted = this.window.kind === 'sliding' ? this.slide(now) : this.count(now);
		if (accepted) this.accepted += 1;
		else this.refusals += 1;
		return accepted;
	}

	private slide(now: number): boolean {
		const accepted = this.sliding.hasRoom('', now);
		if (accepted) this.sliding.count('', now);
		return accepted;
	}

	private count(now: number): boolean {
		const number = Math.floor(now / period.ms);
		if (number !== this.fixed.number) this.fixed = { number, accepted: 0 };
		if (this.fixed.accepted >= this.settings.threshold) return false;
		this.fixed.accepted += 1;
		return true;
	}
}

interface Caller {
	calls: number;
	/** Calls at once. */
	workers: number;
	/** When it starts, in milliseconds. */
	after: number;
}

/** Makes the calls as nodes do, again after each refusal. @returns how many were done */
async function work(
	platform: Platform,
	callers: Caller[],
	{ limit, there, back }: { limit: number; there: number; back: number },
): Promise<number> {
	const rateLimit = new RateLimit();
	let done = 0;
	const call = async (queue: CallQueue) => {
		for (;;) {
			const slot = await queue.acquire();
			await time.sleep(there);
			const accepted = platform.admit();
			await time.sleep(back);
			if (accepted) {
				done += 1;
				return slot?.done();
			}
			slot?.refused(false);
		}
	};
	const all = callers.map(async ({ calls, workers, after }) => {
		await time.sleep(after);
		const queue = rateLimit.queue({ limit });
		let started = 0;
		const worker = async () => {
			while (started < calls) {
				started += 1;
				await call(queue);
			}
		};
		await Promise.all(Array.from({ length: Math.min(workers, calls) }, worker));
	});
	await Promise.all(all);
	return done;
}

/**
 * Until when no program can be done: the windows before the last one, and the last one's calls; or, with few at once, all
 * calls one after another.
 */
function boundOf(calls: number, threshold: number, atOnce: number, latency: number): number {
	const windows = Math.floor((calls - 1) / threshold);
	const inARow = (count: number) => Math.ceil(count / atOnce) * latency;
	return Math.max(windows * period.ms + inARow(calls - windows * threshold), inARow(calls));
}

const platformWindow: fc.Arbitrary<Window> = fc.record({
	kind: fc.constantFrom('sliding', 'fixed'),
	offset: fc.integer({ min: -600_000, max: 600_000 }),
	drift: fc.constantFrom(0, -0.0001, 0.0001),
});
const latency = fc.record({
	there: fc.integer({ min: 10, max: 400 }),
	back: fc.integer({ min: 10, max: 400 }),
});
/** As many small as large ones. */
const devices = fc.oneof(
	fc.integer({ min: 1, max: 10 }),
	fc.integer({ min: 1, max: 1000 }),
	fc.constant(10_000),
);

describe('For 1 to 10,000 devices', () => {
	it('no call is one too many, and all are done within 5 % of the bound', async () => {
		await fc.assert(
			fc.asyncProperty(
				devices,
				fc.integer({ min: 1, max: 300 }),
				fc.integer({ min: 1, max: 100 }),
				latency,
				platformWindow,
				async (calls, threshold, workers, delays, given) => {
					const platform = new Platform(given, threshold);
					const began = time.now();
					const done = await time.run(
						work(platform, [{ calls, workers, after: 0 }], { limit: threshold, ...delays }),
					);
					expect(done).toBe(calls);
					expect(platform.refusals).toBe(0);
					const bound = boundOf(calls, threshold, Math.min(workers, threshold), delays.there + delays.back);
					expect(time.now() - began).toBeLessThanOrEqual(1.05 * bound);
				},
			),
			{ numRuns: 25 },
		);
	});

	it('several nodes and executions at once keep the limit together, as fast as one', async () => {
		const caller = fc.record({
			calls: fc.integer({ min: 1, max: 400 }),
			workers: fc.integer({ min: 1, max: 20 }),
			after: fc.integer({ min: 0, max: 90_000 }),
		});
		await fc.assert(
			fc.asyncProperty(
				fc.array(caller, { minLength: 2, maxLength: 8 }),
				fc.integer({ min: 1, max: 200 }),
				latency,
				platformWindow,
				async (callers, threshold, delays, given) => {
					const platform = new Platform(given, threshold);
					const began = time.now();
					const calls = callers.reduce((sum, { calls: own }) => sum + own, 0);
					expect(await time.run(work(platform, callers, { limit: threshold, ...delays }))).toBe(calls);
					expect(platform.refusals).toBe(0);
					const latest = Math.max(...callers.map(({ after }) => after));
					const both = delays.there + delays.back;
					expect(time.now() - began).toBeLessThanOrEqual(latest + 1.05 * boundOf(calls, threshold, 1, both));
				},
			),
			{ numRuns: 40 },
		);
	});
});

describe('Where the platform does not keep to the rate limit of the credential', () => {
	const WORKERS = 5;
	const WINDOWS = 12;
	const delays = { there: 50, back: 50 };
	const threshold = fc.integer({ min: 5, max: 300 });
	const part = fc.double({ min: 0.1, max: 0.9, noNaN: true });
	/**
	 * One or two in each window, to find out whether there is more, and those under way when it starts. A run may take up
	 * to two windows more than its calls fill.
	 */
	const MOST_REFUSALS = 2 * (WINDOWS + 2 + WORKERS);

	/** Bursts shortly before the border of each fixed window: more calls were once counted there than the window holds. */
	const fixedFrom = (offset: number, drift = 0): Window => ({ kind: 'fixed', offset, drift });

	it('because the operator lowered it, all calls are done as fast as the lower one allows', async () => {
		await fc.assert(
			fc.asyncProperty(threshold, part, platformWindow, async (told, left, given) => {
				const real = Math.ceil(told * left);
				const platform = new Platform(given, real);
				const began = time.now();
				const calls = real * WINDOWS;
				const callers = [{ calls, workers: WORKERS, after: 0 }];
				expect(await time.run(work(platform, callers, { limit: told, ...delays }))).toBe(calls);
				expect(platform.refusals).toBeLessThanOrEqual(MOST_REFUSALS);
				// A fixed window may be half over at the beginning, and the first refusal costs a pause.
				const bound = boundOf(calls, real, 1, 100) + period.ms;
				expect(time.now() - began).toBeLessThanOrEqual(1.05 * bound);
			}),
			{
				numRuns: 40,
				examples: [
					[268, 0.801345087774098, fixedFrom(474_693)],
					[248, 0.8210354741662741, fixedFrom(235_602, 0.0001)],
					[291, 0.8762529933825135, fixedFrom(-545_852, -0.0001)],
					// Refused again in the same window, with nothing accepted in between.
					[19, 0.5299185683950782, fixedFrom(-362_005, 0.0001)],
					[26, 0.5615835072472691, fixedFrom(418_713, 0.0001)],
				],
			},
		);
	});

	it('because the operator lowered it for ten minutes, the rate is the old one ten minutes later', async () => {
		const platform = new Platform({ kind: 'sliding', offset: 0, drift: 0 }, 100);
		const queue = new RateLimit().queue({ limit: 100 });
		let done = 0;
		let running = true;
		const worker = async () => {
			while (running) {
				const slot = await queue.acquire();
				await time.sleep(100);
				if (platform.admit()) {
					done += 1;
					slot?.done();
				} else slot?.refused(false);
			}
		};
		const minutes = async (count: number) => {
			const before = done;
			await time.sleep(count * 60_000);
			return done - before;
		};
		const operator = async () => {
			await minutes(3);
			platform.threshold = 10;
			await minutes(10);
			platform.threshold = 100;
			await minutes(10);
			const again = await minutes(10);
			running = false;
			return again;
		};
		const [again] = await time.run(Promise.all([operator(), ...Array.from({ length: WORKERS }, worker)]));
		expect(again).toBeGreaterThanOrEqual(950);
	});

	it('because another program takes a part of it, no call is lost and few are refused', async () => {
		await fc.assert(
			fc.asyncProperty(threshold, part, platformWindow, async (told, taken, given) => {
				const platform = new Platform(given, told);
				const others = Math.max(1, Math.floor(told * taken));
				const calls = (told - others) * WINDOWS;
				let refusedToOther = 0;
				let running = true;
				const program = async () => {
					while (running) {
						if (!platform.admit()) refusedToOther += 1;
						await time.sleep(period.ms / others);
					}
				};
				const began = time.now();
				const ours = async () => {
					const callers = [{ calls, workers: WORKERS, after: 0 }];
					const done = await work(platform, callers, { limit: told, ...delays });
					running = false;
					return { done, took: time.now() - began };
				};
				const [{ done, took }] = await time.run(Promise.all([ours(), program()]));
				expect(done).toBe(calls);
				expect(platform.refusals - refusedToOther).toBeLessThanOrEqual(MOST_REFUSALS);
				expect(took).toBeLessThanOrEqual(1.05 * (boundOf(calls, told - others, 1, 100) + period.ms));
			}),
			{
				numRuns: 40,
				examples: [
					[198, 0.2136822709371861, fixedFrom(56_000)],
					[298, 0.16170158955610575, fixedFrom(54_000)],
					[200, 0.23694719404264591, fixedFrom(54_500, 0.0001)],
				],
			},
		);
	});

	/** Twenty bursts of calls, beside a program that makes a few from time to time; the platform's window slides. */
	async function bursts(
		[real, told]: readonly [number, number],
		own: { calls: number; every: number; workers: number },
		other: { calls: number; every: number; after: number },
	) {
		const platform = new Platform({ kind: 'sliding', offset: 0, drift: 0 }, real);
		let refusedToOther = 0;
		let running = true;
		const program = async () => {
			await time.sleep(other.after);
			while (running) {
				for (let call = 0; call < other.calls; call += 1) if (!platform.admit()) refusedToOther += 1;
				await time.sleep(other.every);
			}
		};
		const { calls, workers, every } = own;
		const callers = Array.from({ length: 20 }, (_, at) => ({ calls, workers, after: at * every }));
		const began = time.now();
		const ours = async () => {
			const done = await work(platform, callers, { limit: told, there: 30, back: 20 });
			running = false;
			expect(done).toBe(20 * calls);
			return time.now() - began;
		};
		const [took] = await time.run(Promise.all([ours(), program()]));
		return { took, refused: platform.refusals - refusedToOther };
	}

	it.each([
		[87, { calls: 65, every: 54_000, workers: 2 }, { calls: 2, every: 4_416, after: 7_239 }],
		[119, { calls: 90, every: 59_000, workers: 15 }, { calls: 4, every: 5_380, after: 51_520 }],
	])('%i instead of twice as much, bursts of calls are soon done: %j beside %j', async (real, own, other) => {
		const { took } = await bursts([real, 2 * real], own, other);
		// The last one begins in the 20th interval, and others may wait before it.
		expect(took).toBeLessThanOrEqual(21 * own.every);
	});

	it('because another program takes a little, few calls of bursts with pauses between them are refused', async () => {
		const own = { calls: 53, every: 55_000, workers: 18 };
		const { took, refused } = await bursts([96, 96], own, { calls: 1, every: 3_789, after: 37_523 });
		expect(refused).toBeLessThanOrEqual(2 * (Math.ceil(took / period.ms) + 2 + own.workers));
	});

	/** Compares with nothing. */
	const NEVER = { at: NaN, accepted: NaN };

	it('because another worker of n8n counts for itself, no call of either is lost, and nothing stands still', async () => {
		await fc.assert(
			fc.asyncProperty(threshold, platformWindow, async (told, given) => {
				const platform = new Platform(given, told);
				const calls = told * (WINDOWS / 2);
				const callers = [{ calls, workers: WORKERS, after: 0 }];
				const ends: Array<typeof NEVER> = [];
				const worker = async () => {
					const done = await work(platform, callers, { limit: told, ...delays });
					ends.push({ at: time.now() - began, accepted: platform.accepted });
					return done;
				};
				const began = time.now();
				expect(await time.run(Promise.all([worker(), worker()]))).toEqual([calls, calls]);
				expect(platform.refusals).toBeLessThanOrEqual(2 * MOST_REFUSALS);
				const [first = NEVER, last = NEVER] = ends;
				// As long as both have calls, they use what there is, however unequal their parts are.
				const bound = boundOf(first.accepted, told, 1, 100) + period.ms;
				expect(first.at).toBeLessThanOrEqual(1.05 * bound);
				// The other one's part may be as small as one call then, and grows by 1, 2, 4, … from period to period.
				const periods = (2 * calls - first.accepted) / told + Math.log2(told);
				expect(last.at - first.at).toBeLessThanOrEqual(1.05 * periods * period.ms);
			}),
			{ numRuns: 40 },
		);
	});
});

/** The situations of docs/benchmarks.md: 600 calls at 100 a minute, and what another program takes. */
describe('600 calls at 100 a minute', () => {
	const LIMIT = 100;
	const CALLS = 600;
	const other = {
		nobody: () => 0,
		'one burst of 85 calls': (platform: Platform) => {
			for (let call = 0; call < 85; call += 1) platform.admit();
			return 85;
		},
	};

	const took = async (platform: Platform, workers: number) => {
		const began = time.now();
		const callers = [{ calls: CALLS, workers, after: 0 }];
		const done = await work(platform, callers, { limit: LIMIT, there: 25, back: 25 });
		expect(done).toBe(CALLS);
		return time.now() - began;
	};

	const sliding = () => new Platform({ kind: 'sliding', offset: 0, drift: 0 }, LIMIT);

	it.each([
		['nobody', 5, 1.02],
		['nobody', 50, 1.02],
		['one burst of 85 calls', 5, 1.15],
		['one burst of 85 calls', 50, 1.15],
	] as const)(
		'beside %s, %i at the same time, take at most the bound times %d',
		async (who, workers, most) => {
			const platform = sliding();
			const bound = boundOf(CALLS + other[who](platform), LIMIT, workers, 50);
			expect(await time.run(took(platform, workers))).toBeLessThanOrEqual(most * bound);
		},
	);

	it.each([
		[50, 5],
		[50, 50],
		[85, 5],
		[85, 50],
	])(
		'beside a program that always uses %i, %i at the same time, take at most the bound times 1.25',
		async (others, workers) => {
			const platform = sliding();
			let running = true;
			let refusedToOther = 0;
			const program = async () => {
				while (running) {
					if (!platform.admit()) refusedToOther += 1;
					await time.sleep(period.ms / others);
				}
			};
			const ours = async () => {
				await time.sleep(period.ms);
				const ms = await took(platform, workers);
				running = false;
				return ms;
			};
			const [ms] = await time.run(Promise.all([ours(), program()]));
			expect(ms).toBeLessThanOrEqual(1.25 * boundOf(CALLS, LIMIT - others, workers, 50));
			// A refused call is load on a platform that has none to spare: few of ours are.
			expect(platform.refusals - refusedToOther).toBeLessThan(0.3 * CALLS);
		},
	);
});
