import { readSteadily } from '../../nodes/IotDevicePollingTrigger/readSteadily';
import { endOf, startOf, windowFrom } from '../../nodes/IotDevicePollingTrigger/windows';

/** A list that a test changes with each call; the longer histories are in pollingHistories.test.ts. */
async function read(list: (calls: number) => string[], pageSize = 250) {
	const asked: Array<[number, number]> = [];
	const seen = new Set<string>();
	const result = await readSteadily<string>(
		{
			pageSize,
			idOf: (id) => id,
			readPage: async (pageNo, size) => {
				asked.push([pageNo, size]);
				if (asked.length > 1000) throw new Error('It never ends');
				const now = list(asked.length);
				const entries = now.slice(pageNo * size, (pageNo + 1) * size);
				return { ok: true, value: { entries, pageSize: size, total: now.length || undefined } };
			},
		},
		(id) => seen.add(id),
	);
	return { asked, seen, result };
}

const ids = (count: number) => Array.from({ length: count }, (_, at) => `id-${at}`);

describe('A window', () => {
	it('begins before the position and reaches almost a page further, in a list of any length', () => {
		for (let position = 250; position < 100_000;) {
			const window = windowFrom(position, 1, 250);
			expect(startOf(window)).toBeLessThan(position);
			expect(window.size).toBeLessThanOrEqual(250);
			expect(endOf(window)).toBeGreaterThan(position + 200);
			position = endOf(window);
		}
	});

	it('overlaps by as much as asked', () => {
		expect(startOf(windowFrom(2500, 100, 250))).toBeLessThanOrEqual(2400);
		expect(startOf(windowFrom(250, 249, 250))).toBeLessThanOrEqual(1);
	});
});

describe('A list that keeps still', () => {
	it.each([
		[0, 1],
		[1, 1],
		[249, 1],
		[250, 2],
		[251, 2],
		[1000, 5],
		[10_000, 43],
	])('of %i entries takes %i calls', async (count, calls) => {
		const { asked, seen, result } = await read(() => ids(count));
		expect(result.ok).toBe(true);
		expect(seen.size).toBe(count);
		expect(asked).toHaveLength(calls);
	});

	it.each([1, 2])('is read to its end in pages of %i, which are too small to overlap', async (pageSize) => {
		const { seen, result } = await read(() => ids(9), pageSize);
		expect(result.ok).toBe(true);
		expect([...seen]).toEqual(ids(9));
	});
});

describe('A list that changes', () => {
	it('is read again at the border where an entry left there', async () => {
		const { asked, seen } = await read((calls) =>
			calls === 1 ? ids(600) : ids(600).filter((id) => id !== 'id-249'),
		);
		expect(asked).toHaveLength(5);
		expect(seen.size).toBe(600);
	});

	it('is read again from the beginning where an entry changed its place', async () => {
		const moved = ['id-500', ...ids(600).filter((id) => id !== 'id-500')];
		const { seen, asked } = await read((calls) => (calls === 1 ? ids(600) : moved));
		expect(seen).toContain('id-500');
		expect(asked).toHaveLength(6);
	});

	it('fails where it changes as a whole each time', async () => {
		const { result } = await read((calls) => ids(600).map((id) => `${id}-${calls}`));
		expect(result).toMatchObject({ ok: false, failure: { kind: 'transient' } });
	});

	it('fails where the server repeats itself for ever', async () => {
		const same = ids(250);
		const seen: string[] = [];
		const result = await readSteadily<string>(
			{
				pageSize: 250,
				idOf: (id) => id,
				readPage: async () => ({ ok: true, value: { entries: same, pageSize: 250 } }),
			},
			(id) => seen.push(id),
		);
		expect(result).toMatchObject({ ok: false });
		expect(seen.length).toBeLessThan(5000);
	});
});
