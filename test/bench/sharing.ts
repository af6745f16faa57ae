import { RateLimit, type CallQueue } from '../../nodes/shared/client/rateLimit';
import { inParallel } from '../../nodes/shared/values/concurrency';
import type { Log } from '../lab/command';
import { withDefaults } from '../platform/options';
import { Throttle } from '../platform/throttle';
import { VirtualClock } from '../unit/virtualClock';
import { CONCURRENCY } from './speed';

export interface SharingRow {
	/** What other programs take of the application's rate limit meanwhile. */
	others: string;
	/** When all calls were done, in milliseconds of moved time. */
	ms: number;
	/** No program can be faster. */
	bound: number;
	/** Our calls that the platform refused. */
	refused: number;
	/** The most that a release may need, in relation to the bound. */
	most: number;
}

/** Two runs of one process, of which the second begins later: milliseconds of moved time from the beginning of each, and those that no program can beat. */
export interface TurnsFigures {
	big: { calls: number; ms: number; bound: number };
	small: { calls: number; after: number; ms: number; bound: number };
}

const CALLS = 600;
const LIMIT = 100;
const PERIOD_MS = 60_000;
/** To the platform, and back, in milliseconds. */
const WAY_MS = 50;
const BURST = 85;

interface Other {
	others: string;
	most: number;
	/** Calls that the others make once. */
	once: number;
	/** Calls that they make each minute. */
	each: number;
	act(platform: Platform, time: VirtualClock, isOver: () => boolean): Promise<void>;
}

const OTHERS: Other[] = [
	{ others: 'none', most: 1.02, once: 0, each: 0, act: async () => {} },
	burst(`a burst of ${BURST} calls just before the first call`, 0),
	// Just when the calls of the first minute, that came in two groups, don't count any more.
	burst(
		`a burst of ${BURST} calls at the beginning of the second minute`,
		PERIOD_MS + WAY_MS,
		PERIOD_MS + 3 * WAY_MS,
	),
	steady(85),
	steady(50),
];

/** 600 calls at 100 a minute, with other programs that use the same application. Time is moved, so this takes seconds. */
export async function measureSharing(log: Log): Promise<SharingRow[]> {
	const rows: SharingRow[] = [];
	for (const other of OTHERS) {
		const row = await share(other);
		log(`${row.others}: ${(row.ms / row.bound).toFixed(3)} of the bound, ${row.refused} refused`);
		rows.push(row);
	}
	return rows;
}

async function share({ others, most, once, each, act }: Other): Promise<SharingRow> {
	const time = new VirtualClock();
	time.install();
	try {
		const platform = new Platform(time);
		const began = time.now();
		let isOver = false;
		const ours = async () => {
			await callAll(platform, time, CALLS, new RateLimit());
			isOver = true;
			return time.now() - began;
		};
		// What the others do comes first where both happen in one moment.
		const [, ms] = await time.run(Promise.all([act(platform, time, () => isOver), ours()]));
		const bound = boundOf(CALLS + once, LIMIT - each);
		return { others, most, ms, bound, refused: platform.refused };
	} finally {
		time.uninstall();
	}
}

/** A run with few devices that begins 10 seconds after one with many has used up the limit of the first minute. */
export async function measureTurns(log: Log): Promise<TurnsFigures> {
	const [many, few, after] = [1000, 5, 10_000];
	const time = new VirtualClock();
	time.install();
	try {
		const platform = new Platform(time);
		const rateLimit = new RateLimit();
		const run = async (calls: number, later = 0) => {
			await time.sleep(later);
			const began = time.now();
			await callAll(platform, time, calls, rateLimit);
			return time.now() - began;
		};
		const [big, small] = await time.run(Promise.all([run(many), run(few, after)]));
		// The platform counts a call when it arrives, and has room for another one a period later.
		const bound = PERIOD_MS - after + 2 * WAY_MS;
		log(`${few} devices beside ${many}: ${small} ms, bound ${bound} ms`);
		return {
			big: { calls: many, ms: big, bound: boundOf(many + few, LIMIT) },
			small: { calls: few, after, ms: small, bound },
		};
	} finally {
		time.uninstall();
	}
}

/** The calls of a node with default options, each again until it is accepted. */
async function callAll(
	platform: Platform,
	time: VirtualClock,
	calls: number,
	rateLimit: RateLimit,
): Promise<void> {
	const queue: CallQueue = rateLimit.queue({ limit: LIMIT });
	const isAccepted = async () => {
		const slot = await queue.acquire();
		await time.sleep(WAY_MS);
		const accepted = platform.accepts();
		await time.sleep(WAY_MS);
		if (accepted) slot?.done();
		else slot?.refused(false);
		return accepted;
	};
	await inParallel([...Array(calls).keys()], CONCURRENCY, async () => {
		while (!(await isAccepted())) platform.refused += 1;
		return true;
	});
}

/** The stand-in's count of an application's calls. */
class Platform {
	refused = 0;
	private readonly throttle = new Throttle(withDefaults({ threshold: LIMIT }));

	constructor(private readonly time: VirtualClock) {}

	accepts(): boolean {
		const now = this.time.now();
		if (!this.throttle.hasRoom('', now)) return false;
		this.throttle.count('', now);
		return true;
	}
}

/** Takes most of one window at the given times, and is never seen again. */
function burst(others: string, ...times: number[]): Other {
	return {
		others,
		most: 1.15,
		once: BURST,
		each: 0,
		async act(platform, time) {
			let accepted = 0;
			const call = async (at: number) => {
				await time.sleep(at);
				while (accepted < BURST && platform.accepts()) accepted += 1;
			};
			await Promise.all(times.map(call));
			if (accepted < BURST) throw new Error(`There was room for ${accepted} calls of the burst`);
		},
	};
}

/** Calls evenly, and tries a refused call every second until it is accepted. */
function steady(each: number): Other {
	return {
		others: `${each} calls in each minute`,
		most: 1.25,
		once: 0,
		each,
		async act(platform, time, isOver) {
			for (let due = time.now(); !isOver(); due += PERIOD_MS / each) {
				await time.sleep(Math.max(0, due - time.now()));
				while (!isOver() && !platform.accepts()) await time.sleep(1000);
			}
		},
	};
}

/** The windows before the last one, and the calls of the last one, as many at once as a node makes at most. */
function boundOf(calls: number, limit: number): number {
	const windows = Math.floor((calls - 1) / limit);
	return windows * PERIOD_MS + Math.ceil((calls - windows * limit) / CONCURRENCY.most) * 2 * WAY_MS;
}
