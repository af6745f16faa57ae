import { unexpectedContent } from '../client/replies';
import type { Transport } from '../client/transport';
import { isObject, type JsonObject } from '../values/json';
import { fail, ok, type Failure, type Result } from '../values/results';

export interface Page<T> {
	entries: T[];
	/** How many entries the reply has, where some of them can't be read. */
	length?: number;
	/** What the reply itself says, or what was asked for; a server may have capped it. */
	pageSize: number;
	/** What the reply says of the whole list, if it does. */
	total?: number;
}

/** Codes that say that a parameter is not right, among them a page number of 0 (platform API, "Errors"). */
const BAD_PARAMETER = new Set(['100007', '100022', '100216', '100218', '100405', '102202', '50400']);

/** Whether the platform refused a page for its number, as it may do with page 0 and with the page after the last. */
export function isRefusedPage({ code = '' }: Failure): boolean {
	return BAD_PARAMETER.has(code);
}

/**
 * Reads a list page after page. The platform's totals count different things on different pages, so the end is a page
 * that is shorter than its own `pageSize` (platform API, "Revocation tasks"). Whether the first page is 0 or 1 is not
 * known: it starts at 0, or at 1 where 0 is refused or is empty although there are entries, and what was seen already is
 * dropped by its id. A server that repeats itself, in whatever order, is left after two pages without anything new.
 * @param readPage reads the page of that number
 * @param idOf an entry's id; entries without one are kept, unless they stand on a page that was read already
 * @param onEntry takes each entry once, in order; false ends the reading
 * @param isThere whether there are entries for certain, whatever the platform's total says
 */
export async function readPages<T>(
	readPage: (pageNo: number) => Promise<Result<Page<T>>>,
	idOf: (entry: T) => string | undefined,
	onEntry: (entry: T) => boolean,
	isThere = false,
): Promise<Result<void>> {
	const news = newsIn(idOf);
	let given = 0;
	let withoutNews = 0;
	let total: number | undefined;
	let firstRefused: Failure | undefined;
	let firstEmpty = false;
	for (let pageNo = 0; ; pageNo += 1) {
		const page = await readPage(pageNo);
		if (!page.ok) {
			if (!isRefusedPage(page.failure)) return page;
			// Either the total counts other things than entries and there was nothing after all, or this is after the end.
			if (firstEmpty || (total !== undefined && given >= total)) return ok(undefined);
			if (pageNo > 0) return firstRefused ? fail(firstRefused) : page;
			firstRefused = page.failure;
			continue;
		}
		firstRefused = undefined;
		const { entries, pageSize, length = entries.length } = page.value;
		total = page.value.total;
		firstEmpty = pageNo === 0 && length === 0 && (isThere || (total ?? 0) > 0);
		if (firstEmpty) continue;
		const { wanted, isNew } = news(entries);
		for (const entry of wanted) {
			given += 1;
			if (!onEntry(entry)) return ok(undefined);
		}
		// Where the first page is 1, page 0 may be answered like page 1: one repetition is not the end, two are.
		withoutNews = isNew || (wanted.length > 0 && given < (total ?? 0)) ? 0 : withoutNews + 1;
		if (length < pageSize || length === 0 || withoutNews === 2) return ok(undefined);
	}
}

/** What a page has that was not there before. An entry without an id is known by its content. */
function newsIn<T>(idOf: (entry: T) => string | undefined) {
	const seen = new Set<string>();
	return (entries: T[]): { wanted: T[]; isNew: boolean } => {
		const keyed = entries.map((entry) => ({ entry, id: idOf(entry) }));
		const keyOf = ({ entry, id }: (typeof keyed)[number]) => id ?? JSON.stringify(entry);
		// With IDs that are all known it is a page that was read already; then what has no ID was read with it.
		const isRepetition =
			keyed.some(({ id }) => id !== undefined) && keyed.every((item) => seen.has(keyOf(item)));
		const before = seen.size;
		const wanted = keyed.flatMap((item) => {
			const isKnown = seen.has(keyOf(item));
			seen.add(keyOf(item));
			return (item.id === undefined ? isRepetition : isKnown) ? [] : [item.entry];
		});
		return { wanted, isNew: seen.size > before };
	};
}

/** Where a list stands in a reply: `data` beside `pagination`, or under a name of its own beside `totalCount`. */
export type ListName = 'data' | 'devices' | 'subscriptions';

/**
 * Reads a page of a list. A list that is null, missing or empty counts as empty only where the rest of the reply says
 * that it is a page of a list: other servers answer anything they can't do with `data: null`.
 */
export function readList<T>(body: unknown, name: ListName, requestedSize: number): Result<Page<T>> {
	if (!isObject(body)) return fail(unexpectedContent('list'));
	const listed = body[name] ?? [];
	const numbers = name === 'data' ? body.pagination : body;
	const isPage = name === 'data' ? isObject(numbers) : isCount(body.totalCount);
	const isList = Array.isArray(listed) && (listed.length > 0 || isPage || isOnly(name, body));
	if (!isList) return fail(unexpectedContent('list'));
	const { pageSize, totalSize, totalCount } = isObject(numbers) ? numbers : {};
	const total = name === 'data' ? totalSize : totalCount;
	return ok({
		entries: listed.filter(isObject) as T[],
		length: listed.length,
		pageSize: Number(pageSize) > 0 ? Number(pageSize) : requestedSize,
		...(Number(total) > 0 ? { total: Number(total) } : {}),
	});
}

function isCount(value: unknown): boolean {
	const isNumber = typeof value === 'number' || (typeof value === 'string' && value.trim() !== '');
	return isNumber && Number(value) >= 0;
}

function isOnly(name: ListName, body: JsonObject): boolean {
	return Array.isArray(body[name]) && Object.keys(body).length === 1;
}

/** Reads one page of a list. */
export async function getPage<T>(
	transport: Transport,
	path: string,
	name: ListName,
	query: Record<string, string | number | undefined> & { pageNo: number; pageSize: number },
): Promise<Result<Page<T>>> {
	const sent = await transport.send({ method: 'GET', path, query, safety: 'repeatable' });
	return sent.ok ? readList<T>(sent.value.body, name, query.pageSize) : sent;
}
