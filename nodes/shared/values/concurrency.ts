import { unlessAborted } from './clock';

/** How many entries are worked on at the same time: `first`, and one more whenever one is done, up to `most`. */
export interface Concurrency {
	first: number;
	most: number;
}

/**
 * Works on entries in their order, as many at once as allowed.
 * @param work resolves to false when no further entry may be started; those under way end
 */
export async function inParallel<T>(
	entries: T[],
	{ first, most }: Concurrency,
	work: (entry: T) => Promise<boolean>,
): Promise<void> {
	let next = 0;
	let goOn = true;
	let workers = Math.min(first, entries.length);
	const worker = async (): Promise<void> => {
		while (goOn && next < entries.length) {
			const entry = entries[next] as T;
			next += 1;
			if (!(await work(entry))) goOn = false;
			if (workers < most) {
				workers += 1;
				return void (await Promise.all([worker(), worker()]));
			}
		}
	};
	await Promise.all(Array.from({ length: workers }, worker));
}

/** Puts entries with the same key into one group. All stay in their order. */
export function grouped<T>(entries: T[], keyOf: (entry: T) => unknown): T[][] {
	const groups = new Map<unknown, T[]>();
	for (const entry of entries) {
		const key = keyOf(entry);
		const group = groups.get(key);
		if (group) group.push(entry);
		else groups.set(key, [entry]);
	}
	return [...groups.values()];
}

const latest = new Map<string, Promise<void>>();

/**
 * Does pieces of work of the same key one after another, in the order of their calls, in the whole process.
 * @returns undefined for work that is not begun, because `signal` aborted before its turn
 */
export async function oneAtATime<T>(
	key: string,
	signal: AbortSignal | undefined,
	work: () => Promise<T>,
): Promise<T | undefined> {
	const before = latest.get(key);
	let finish = () => {};
	const mine = new Promise<void>((resolve) => {
		finish = resolve;
	});
	const until = before ? before.then(async () => await mine) : mine;
	latest.set(key, until);
	try {
		if (before) await unlessAborted(before, signal);
		return signal?.aborted ? undefined : await work();
	} finally {
		finish();
		if (latest.get(key) === until) latest.delete(key);
	}
}
