import fc from 'fast-check';

import { readPages, readPagination } from '../../nodes/shared/platform/paging';
import { ERROR_CODES } from '../../nodes/shared/platform/errorCodes';
import { refused } from '../../nodes/shared/client/replies';

interface Entry {
	id?: string;
}

const entries = (count: number) =>
	Array.from({ length: count }, (_, index): Entry => ({ id: `id-${index}` }));

/** A server with a list; `firstPage` 1 answers page 0 like page 1. */
async function read(list: Entry[], options: { size: number; firstPage?: number; stopAfter?: number }) {
	const asked: number[] = [];
	const seen: Entry[] = [];
	const result = await readPages<Entry>(
		async (pageNo) => {
			asked.push(pageNo);
			if (asked.length > 1000) throw new Error('It never ends');
			const page = Math.max(0, pageNo - (options.firstPage ?? 0));
			const found = list.slice(page * options.size, (page + 1) * options.size);
			return { ok: true, value: { entries: found, pageSize: options.size } };
		},
		({ id }) => id,
		(entry) => {
			seen.push(entry);
			return seen.length !== options.stopAfter;
		},
	);
	return { asked, seen, result };
}

describe('A list that comes in pages', () => {
	it.each([0, 1])('is read whole and each entry once, where the first page is %i', async (firstPage) => {
		await fc.assert(
			fc.asyncProperty(
				fc.integer({ min: 0, max: 60 }),
				fc.integer({ min: 1, max: 12 }),
				async (count, size) => {
					const list = entries(count);
					const { seen, result } = await read(list, { size, firstPage });
					expect(seen).toEqual(list);
					expect(result).toEqual({ ok: true, value: undefined });
				},
			),
		);
	});

	it('ends with a page that is shorter than it could be', async () => {
		expect((await read(entries(5), { size: 2 })).asked).toEqual([0, 1, 2]);
		expect((await read(entries(4), { size: 2 })).asked).toEqual([0, 1, 2]);
		expect((await read(entries(1), { size: 2 })).asked).toEqual([0]);
	});

	it('is not read further than wanted', async () => {
		const { seen, asked } = await read(entries(10), { size: 2, stopAfter: 3 });
		expect(seen).toHaveLength(3);
		expect(asked).toEqual([0, 1]);
	});

	it('ends where a server gives the same page for ever', async () => {
		const same = entries(2);
		let asked = 0;
		const seen: Entry[] = [];
		await readPages<Entry>(
			async () => {
				asked += 1;
				if (asked > 10) throw new Error('It never ends');
				return { ok: true, value: { entries: same, pageSize: 2 } };
			},
			({ id }) => id,
			(entry) => seen.push(entry) > 0,
		);
		expect(seen).toEqual(same);
		expect(asked).toBe(3);
	});

	it('begins with page 1 where page 0 is empty although there are entries', async () => {
		const pages = [[], entries(2)];
		const seen: Entry[] = [];
		await readPages<Entry>(
			async (pageNo) => ({ ok: true, value: { entries: pages[pageNo] ?? [], pageSize: 5, total: 2 } }),
			({ id }) => id,
			(entry) => seen.push(entry) > 0,
		);
		expect(seen).toEqual(entries(2));
	});

	it('is empty where page 0 is empty and page 1 is refused, whatever the total counts', async () => {
		const result = await readPages<Entry>(
			async (pageNo) =>
				pageNo === 0
					? { ok: true, value: { entries: [], pageSize: 5, total: 2 } }
					: { ok: false, failure: refused(ERROR_CODES, '100218', '', 400) },
			({ id }) => id,
			() => true,
		);
		expect(result).toEqual({ ok: true, value: undefined });
	});

	it.each([
		['100418', '100418'],
		['100218', '100022'],
	])('whose page 0 is refused and page 1 with %s tells %s', async (code, told) => {
		const refusal = (text: string) => ({ ok: false as const, failure: refused(ERROR_CODES, text, '', 400) });
		const result = await readPages<Entry>(
			async (pageNo) => refusal(pageNo === 0 ? '100022' : code),
			({ id }) => id,
			() => true,
		);
		expect(result).toMatchObject({ failure: { code: told } });
	});

	it('keeps all entries that have no id', async () => {
		const { seen } = await read([{}, {}, {}], { size: 5 });
		expect(seen).toHaveLength(3);
	});

	it('gives the failure of a page that cannot be read', async () => {
		const failure = { kind: 'final' as const, maybeDone: false, what: 'No', help: 'None' };
		const result = await readPages<Entry>(
			async () => ({ ok: false, failure }),
			({ id }) => id,
			() => true,
		);
		expect(result).toEqual({ ok: false, failure });
	});
});

describe('A page', () => {
	it.each([
		[
			{ pagination: { pageSize: 10 }, data: [{ id: 'a' }] },
			{ entries: [{ id: 'a' }], pageSize: 10 },
		],
		[
			{ pagination: { pageSize: '10' }, data: [] },
			{ entries: [], pageSize: 10 },
		],
		[{ data: [{ id: 'a' }, 7, null] }, { entries: [{ id: 'a' }], pageSize: 50 }],
		[
			{ pagination: {}, data: null },
			{ entries: [], pageSize: 50 },
		],
	])('%j is read', (body, value) => {
		expect(readPagination(body, 50)).toEqual({ ok: true, value });
	});

	it.each([[undefined], [[]], [{}], [{ data: 'x' }], ['x']])('%j is told to be none', (body) => {
		expect(readPagination(body, 50)).toMatchObject({ ok: false, failure: { kind: 'transient' } });
	});
});
