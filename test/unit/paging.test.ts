import fc from 'fast-check';

import { readList, readPages } from '../../nodes/shared/platform/paging';
import { ERROR_CODES } from '../../nodes/shared/platform/errorCodes';
import { failureForCode } from '../../nodes/shared/client/replies';

interface Entry {
	id?: string;
	note?: string;
}

const entries = (count: number) =>
	Array.from({ length: count }, (_, index): Entry => ({ id: `id-${index}` }));

interface ReadOptions {
	size: number;
	firstPage?: number;
	stopAfter?: number;
	total?: number;
	/** Refuses pages after so many. */
	refusesAfter?: number;
}

/** A server with a list; `firstPage` 1 answers page 0 like page 1. */
async function read(list: Entry[], options: ReadOptions) {
	const asked: number[] = [];
	const seen: Entry[] = [];
	const result = await readPages<Entry>(
		async (pageNo) => {
			asked.push(pageNo);
			if (asked.length > 1000) throw new Error('It never ends');
			const page = Math.max(0, pageNo - (options.firstPage ?? 0));
			if (page >= (options.refusesAfter ?? Infinity)) {
				return { ok: false, failure: failureForCode(ERROR_CODES, '100216', '', 400) };
			}
			const found = list.slice(page * options.size, (page + 1) * options.size);
			return { ok: true, value: { entries: found, pageSize: options.size, total: options.total } };
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
					: { ok: false, failure: failureForCode(ERROR_CODES, '100218', '', 400) },
			({ id }) => id,
			() => true,
		);
		expect(result).toEqual({ ok: true, value: undefined });
	});

	it.each([
		['100418', '100418'],
		['100218', '100022'],
	])('whose page 0 is refused and page 1 with %s tells %s', async (code, told) => {
		const refusal = (text: string) => ({
			ok: false as const,
			failure: failureForCode(ERROR_CODES, text, '', 400),
		});
		const result = await readPages<Entry>(
			async (pageNo) => refusal(pageNo === 0 ? '100022' : code),
			({ id }) => id,
			() => true,
		);
		expect(result).toMatchObject({ failure: { code: told } });
	});

	it('keeps all entries that have no id, on every page', async () => {
		const withoutId = { total: 7, list: Array.from({ length: 7 }, (): Entry => ({})) };
		expect((await read([{}, {}, {}], { size: 5 })).seen).toHaveLength(3);
		expect((await read(withoutId.list, { size: 2, total: 7 })).seen).toHaveLength(7);
		const mixed: Entry[] = [{ id: 'a' }, { note: 'x' }, { note: 'y' }, { note: 'z' }, { id: 'b' }];
		expect((await read(mixed, { size: 2 })).seen).toEqual(mixed);
	});

	it.each([0, 1])('gives an entry without an id once, where the first page is %i', async (firstPage) => {
		const list: Entry[] = [{ id: 'a' }, { note: 'x' }, { id: 'b' }, { note: 'y' }, { id: 'c' }];
		expect((await read(list, { size: 2, firstPage })).seen).toEqual(list);
	});

	it.each([
		['the same page', [0]],
		['two pages in turn', [0, 1]],
		['three pages in turn', [0, 1, 2]],
	])('ends where a server gives %s for ever', async (_name, turns) => {
		const pages = [entries(6).slice(0, 2), entries(6).slice(2, 4), entries(6).slice(4)];
		let asked = 0;
		const seen: Entry[] = [];
		await readPages<Entry>(
			async (pageNo) => {
				asked += 1;
				if (asked > 10) throw new Error('It never ends');
				return { ok: true, value: { entries: pages[turns[pageNo % turns.length] ?? 0] ?? [], pageSize: 2 } };
			},
			({ id }) => id,
			(entry) => seen.push(entry) > 0,
		);
		expect(seen).toEqual(entries(turns.length * 2));
		expect(asked).toBe(turns.length + 2);
	});

	it('is complete where the page after the last full one is refused and the total is reached', async () => {
		const refusing = { size: 2, refusesAfter: 2 };
		const complete = await read(entries(4), { ...refusing, total: 4 });
		expect(complete).toMatchObject({ seen: entries(4), result: { ok: true } });
		expect((await read(entries(4), { ...refusing, total: 5 })).result).toMatchObject({ ok: false });
		expect((await read(entries(4), refusing)).result).toMatchObject({ ok: false });
	});

	it('goes on after a page with entries that are no objects', () => {
		const body = { pagination: { pageSize: 3 }, data: [{ id: 'a' }, 7, null] };
		expect(readList(body, 'data', 50)).toMatchObject({ value: { entries: [{ id: 'a' }], length: 3 } });
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
			{ pagination: { pageSize: '10', totalSize: 0 }, data: [] },
			{ entries: [], pageSize: 10 },
		],
		[{ data: [{ id: 'a' }, 7, null] }, { entries: [{ id: 'a' }], pageSize: 50 }],
		[{ data: [] }, { entries: [], pageSize: 50 }],
		[
			{ pagination: {}, data: null },
			{ entries: [], pageSize: 50 },
		],
		[{ pagination: { pageSize: 10, totalSize: 0 } }, { entries: [], pageSize: 10 }],
	])('%j is read', (body, value) => {
		expect(readList(body, 'data', 50)).toMatchObject({ ok: true, value });
	});

	it.each([
		[undefined],
		[[]],
		[{}],
		[{ data: 'x' }],
		['x'],
		[{ data: null }],
		[{ code: 30_001, data: null, message: 'authentication failed' }],
		[{ code: 30_001, data: [], message: 'authentication failed' }],
		[{ success: false, msg: 'no', pagination: null }],
	])('%j is refused', (body) => {
		expect(readList(body, 'data', 50)).toMatchObject({ ok: false, failure: { kind: 'transient' } });
	});

	it.each([0, '0', '', null, -1, 'many'])('whose total is %p says nothing of the whole list', (totalSize) => {
		const page = readList({ pagination: { totalSize }, data: [{ id: 'a' }] }, 'data', 50);
		expect(page.ok && page.value).toEqual({ entries: [{ id: 'a' }], length: 1, pageSize: 50 });
	});

	it.each(['devices', 'subscriptions'] as const)('of %s is read, or refused', (name) => {
		const list = (body: object) => readList(body, name, 50);
		expect(list({ totalCount: 1, [name]: [{ id: 'a' }] })).toMatchObject({ value: { total: 1, length: 1 } });
		expect(list({ totalCount: 0, [name]: null })).toMatchObject({ value: { entries: [] } });
		expect(list({ totalCount: 0 })).toMatchObject({ value: { entries: [] } });
		expect(list({ code: 30_001, [name]: null, message: 'no' })).toMatchObject({ ok: false });
		expect(list({ totalCount: null, [name]: [], message: 'no' })).toMatchObject({ ok: false });
	});
});
