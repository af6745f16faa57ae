import { inParallel, oneAtATime } from '../../nodes/shared/values/concurrency';

/** Lets everything happen that needs no time. */
async function settled(): Promise<void> {
	for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

/** Pieces of work that begin and end when the test says so. */
class Work {
	readonly begun: string[] = [];

	private readonly ends = new Map<string, () => void>();

	start(name: string, key = 'key', signal?: AbortSignal): Promise<string | undefined> {
		return oneAtATime(key, signal, async () => {
			this.begun.push(name);
			await new Promise<void>((resolve) => this.ends.set(name, resolve));
			return name;
		});
	}

	end(name: string): void {
		this.ends.get(name)?.();
	}
}

describe('Work of the same key', () => {
	it('that comes when the first is over waits for the second one, which runs', async () => {
		const work = new Work();
		const a = work.start('A');
		const b = work.start('B');
		await settled();
		expect(work.begun).toEqual(['A']);
		work.end('A');
		await a;
		await settled();
		expect(work.begun).toEqual(['A', 'B']);
		const c = work.start('C');
		await settled();
		expect(work.begun).toEqual(['A', 'B']);
		work.end('B');
		await b;
		await settled();
		expect(work.begun).toEqual(['A', 'B', 'C']);
		work.end('C');
		expect(await c).toBe('C');
	});

	it('is done in the order of the calls, whatever fails', async () => {
		const order: number[] = [];
		const calls = [0, 1, 2, 3].map(
			async (number) =>
				await oneAtATime('key', undefined, async () => {
					order.push(number);
					if (number % 2 === 0) throw new Error(String(number));
				}),
		);
		const results = await Promise.allSettled(calls);
		expect(order).toEqual([0, 1, 2, 3]);
		expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled']);
	});

	it('is not begun when its signal aborts, and what is behind it still waits for the first', async () => {
		const work = new Work();
		const stop = new AbortController();
		void work.start('A');
		const b = work.start('B', 'key', stop.signal);
		void work.start('C');
		await settled();
		stop.abort();
		expect(await b).toBeUndefined();
		await settled();
		expect(work.begun).toEqual(['A']);
		work.end('A');
		await settled();
		expect(work.begun).toEqual(['A', 'C']);
		work.end('C');
	});

	it('leaves nothing behind', async () => {
		const set = jest.spyOn(Map.prototype, 'set');
		const running = oneAtATime('left behind', undefined, async () => await Promise.resolve());
		const at = set.mock.calls.findIndex(([key]) => key === 'left behind');
		const entries = set.mock.contexts[at] as Map<string, unknown>;
		set.mockRestore();
		expect(entries.has('left behind')).toBe(true);
		await Promise.all([running, oneAtATime('left behind', undefined, async () => await Promise.resolve())]);
		expect(entries.has('left behind')).toBe(false);
	});

	it('of another key does not wait', async () => {
		const work = new Work();
		void work.start('A', 'one');
		void work.start('B', 'two');
		await settled();
		expect(work.begun).toEqual(['A', 'B']);
		work.end('A');
		work.end('B');
	});
});

describe('Work in parallel', () => {
	it('starts nothing more after a piece that says so, and lets those under way end', async () => {
		const begun: number[] = [];
		const ended: number[] = [];
		await inParallel([0, 1, 2, 3, 4, 5], { first: 2, most: 2 }, async (entry) => {
			begun.push(entry);
			for (let turn = 0; turn <= 5 - entry; turn += 1) await Promise.resolve();
			ended.push(entry);
			return entry !== 1;
		});
		expect(begun).toEqual([0, 1]);
		expect(ended.sort()).toEqual([0, 1]);
	});

	it('does one more at the same time whenever one is done, up to the most', async () => {
		const ends: Array<() => void> = [];
		const working = inParallel([...Array(20).keys()], { first: 2, most: 5 }, async () => {
			await new Promise<void>((resolve) => ends.push(resolve));
			return true;
		});
		const underWay: number[] = [];
		for (let ended = 0; ended < 20; ended += 1) {
			await settled();
			underWay.push(ends.length - ended);
			ends[ended]?.();
		}
		await working;
		expect(underWay).toEqual([2, 3, 4, ...Array<number>(13).fill(5), 4, 3, 2, 1]);
	});

	it('does no more at the same time once no further entry may be started', async () => {
		let begun = 0;
		await inParallel([...Array(20).keys()], { first: 2, most: 5 }, async () => {
			begun += 1;
			await settled();
			return false;
		});
		expect(begun).toBe(2);
	});

	it('rejects with what any piece rejects with', async () => {
		const working = inParallel([...Array(20).keys()], { first: 2, most: 5 }, async (entry) => {
			await settled();
			if (entry === 7) throw new Error('broken');
			return true;
		});
		await expect(working).rejects.toThrow('broken');
	});

	it('needs no more workers than there are entries', async () => {
		const done: number[] = [];
		await inParallel([1, 2], { first: 100, most: 100 }, async (entry) => {
			done.push(entry);
			return true;
		});
		expect(done).toEqual([1, 2]);
	});
});
