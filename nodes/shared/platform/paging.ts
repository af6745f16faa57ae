import { unexpectedContent } from '../client/replies';
import { type Failure, type Result, fail, ok } from '../values/results';
import { isObject } from '../values/json';

export interface Page<T> {
	entries: T[];
	/** What the reply itself says, or what was asked for; a server may have capped it. */
	pageSize: number;
	/** What the reply says of the whole list, if it does. */
	total?: number;
}

/** Codes that say that a parameter is not right, among them a page number of 0 (platform API, "Errors" and 8.6). */
const BAD_PARAMETER = new Set(['100007', '100022', '100216', '100218', '100405', '102202', '50400']);

/**
 * Reads a list page after page. The platform's totals count different things on different pages, so the end is a page
 * that is shorter than its own `pageSize` (platform API, "Revocation tasks"). Whether the first page is 0 or 1 is not
 * known: it starts at 0, or at 1 where 0 is refused or is empty although there are entries, and what was seen already is
 * dropped by its id.
 * @param readPage reads the page of that number
 * @param idOf an entry's id; entries without one are all kept
 * @param onEntry takes each entry once, in order; false ends the reading
 */
export async function readPages<T>(
	readPage: (pageNo: number) => Promise<Result<Page<T>>>,
	idOf: (entry: T) => string | undefined,
	onEntry: (entry: T) => boolean,
): Promise<Result<void>> {
	const seen = new Set<string>();
	let pageBefore = '';
	let firstRefused: Failure | undefined;
	let firstEmpty = false;
	for (let pageNo = 0; ; pageNo += 1) {
		const page = await readPage(pageNo);
		if (!page.ok) {
			if (!BAD_PARAMETER.has(page.failure.code ?? '')) return page;
			// The total counts other things than entries now and then: there was nothing after all.
			if (firstEmpty) return ok(undefined);
			if (pageNo > 0) return firstRefused ? fail(firstRefused) : page;
			firstRefused = page.failure;
			continue;
		}
		firstRefused = undefined;
		const { entries, pageSize, total = 0 } = page.value;
		firstEmpty = pageNo === 0 && entries.length === 0 && total > 0;
		if (firstEmpty) continue;
		for (const entry of entries) {
			const id = idOf(entry);
			if (id !== undefined) {
				if (seen.has(id)) continue;
				seen.add(id);
			}
			if (!onEntry(entry)) return ok(undefined);
		}
		// Where the first page is 1, page 0 may be answered like page 1: one repetition is not the end, two are.
		const content = entries.map((entry) => idOf(entry) ?? '').join(' ');
		const repeated = entries.length > 0 && content === pageBefore && pageNo > 1;
		pageBefore = content;
		if (entries.length === 0 || repeated || entries.length < pageSize) {
			return ok(undefined);
		}
	}
}

/** Reads `{pagination: {pageSize}, data: [...]}`, the shape of command and task lists. */
export function readPagination<T>(body: unknown, requestedSize: number): Result<Page<T>> {
	if (!isObject(body) || (body.data !== null && body.data !== undefined && !Array.isArray(body.data))) {
		return fail(unexpectedContent('list'));
	}
	if (!('data' in body) && !('pagination' in body)) {
		return fail(unexpectedContent('list'));
	}
	const entries = (Array.isArray(body.data) ? body.data : []).filter(isObject) as T[];
	const { pageSize, totalSize } = isObject(body.pagination) ? body.pagination : {};
	return ok({ entries, ...pageNumbers(pageSize, totalSize, requestedSize) });
}

/** What a reply says of its page and of the whole list, as far as it is a number. */
export function pageNumbers(
	pageSize: unknown,
	total: unknown,
	requestedSize: number,
): Pick<Page<unknown>, 'pageSize' | 'total'> {
	return {
		pageSize: Number(pageSize) > 0 ? Number(pageSize) : requestedSize,
		...(Number(total) > 0 ? { total: Number(total) } : {}),
	};
}
