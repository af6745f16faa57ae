import { isRefusedPage, type Page } from '../shared/platform/paging';
import { fail, ok, type Failure, type Result } from '../shared/values/results';
import { endOf, startOf, windowFrom, type Window } from './windows';

/** How often a list is read from its beginning, at most, while entries seem to be missing. */
const MOST_PASSES = 3;
/** How often a list is read whose pages are too small to overlap, until two readings are the same. */
const MOST_COMPARED_PASSES = 10;
/** After so many pages without anything new, the server repeats itself. */
const MOST_REPEATED_PAGES = 3;

export interface SteadyList<T> {
	/** Reads the page of that number, counted as the platform counts. */
	readPage: (pageNo: number, pageSize: number) => Promise<Result<Page<T>>>;
	idOf: (entry: T) => string | undefined;
	/** The largest size of a page. */
	pageSize: number;
}

/**
 * Reads a list that changes while it is read. Every entry that is in the list the whole time is given at least once,
 * and none that was never in it.
 *
 * Page by page, an entry that leaves the list makes those after it move up, and one of them would be skipped at the
 * border of two pages. So each page begins with an entry that was read before: what stands between two entries of one
 * reply is complete. Where an entry has left at the border, the page is read again with a larger overlap. This rests on
 * an order that stays: entries come and go, and do not change places with each other. Should one do so all the same, the
 * total shows that an entry is missing, and the list is read again.
 * @param onEntry takes entries as they are read, the same one several times
 */
export async function readSteadily<T>(
	list: SteadyList<T>,
	onEntry: (entry: T) => void,
): Promise<Result<void>> {
	let before: Pass<T> | undefined;
	let ending: Ending = 'torn';
	for (let passes = 1; passes <= (before?.hasGaps ? MOST_COMPARED_PASSES : MOST_PASSES); passes += 1) {
		const pass = new Pass(list, onEntry);
		const read = await pass.read();
		if (!read.ok) return read;
		ending = read.value;
		if (ending === 'complete' && !pass.hasGaps) return ok(undefined);
		if (ending !== 'torn' && pass.isLike(before)) return ok(undefined);
		before = pass;
	}
	// Still short: what is missing came while the list was read, and is there when it is read the next time.
	return ending === 'torn' ? fail(TOO_RESTLESS) : ok(undefined);
}

const TOO_RESTLESS: Failure = {
	kind: 'transient',
	maybeDone: false,
	what: 'The device list changed faster than it could be read, or the platform repeats its pages',
	help: 'The next poll reads it again. If this persists, choose fewer statuses, or devices by their IDs.',
};

/** How a pass ended: `short` if every reply named more entries than were read, `torn` if it could not go on. */
type Ending = 'complete' | 'short' | 'torn';

interface Read<T> {
	page: Page<T>;
	window: Window;
}

/** One reading of a list from its beginning to its end. */
class Pass<T> {
	/** Whether there were pages that could not overlap, because the platform's pages are very small. */
	hasGaps = false;

	/** In the order in which they were read. */
	private readonly seen = new Set<string>();
	private withoutId = 0;
	/** The smallest total that a reply named. */
	private leastTotal = Infinity;
	/** The number of the first page, as the platform counts. */
	private firstPage = 0;
	private firstId: string | undefined;
	private largest: number;

	constructor(
		private readonly list: SteadyList<T>,
		private readonly onEntry: (entry: T) => void,
	) {
		this.largest = list.pageSize;
	}

	async read(): Promise<Result<Ending>> {
		let read = await this.readFirst();
		let repeated = 0;
		for (;;) {
			if (!read.ok) return read;
			if (read.value === undefined) return ok('torn');
			repeated = this.take(read.value.page) ? 0 : repeated + 1;
			if (isLast(read.value)) break;
			if (repeated === MOST_REPEATED_PAGES) return ok('torn');
			read = await this.readNext(endOf(read.value.window));
		}
		const isShort = this.leastTotal < Infinity && this.seen.size + this.withoutId < this.leastTotal;
		return ok(isShort ? 'short' : 'complete');
	}

	/** Whether the same was read in the same order. */
	isLike(other: Pass<T> | undefined): boolean {
		return other !== undefined && [...this.seen].join(' ') === [...other.seen].join(' ');
	}

	/** The first page, which is page 1 where page 0 is refused or is empty although there are entries. */
	private async readFirst(): Promise<Result<Read<T> | undefined>> {
		const { pageSize } = this.list;
		let read = await this.list.readPage(0, pageSize);
		const isElsewhere = read.ok ? read.value.entries.length === 0 && read.value.total : isRefused(read);
		if (isElsewhere) {
			const second = await this.list.readPage(1, pageSize);
			if (second.ok || !isRefused(second)) read = second;
			this.firstPage = 1;
		}
		if (!read.ok) return read;
		// A server may give less at once than it was asked for.
		this.largest = Math.min(pageSize, read.value.pageSize);
		this.firstId = this.firstIdOf(read.value);
		return ok({ page: read.value, window: { number: 0, size: this.largest } });
	}

	/** The page after a position, read with a larger overlap until it joins on; undefined if none does. */
	private async readNext(position: number): Promise<Result<Read<T> | undefined>> {
		for (const overlap of [1, Math.ceil(this.largest / 4), this.largest - 1]) {
			const window = windowFrom(position, overlap, this.largest);
			if (endOf(window) <= position && overlap === 1) return await this.readAfterGap(position);
			const page = await this.readWindow(window);
			// A page after the last one may be refused.
			if (!page.ok && !isRefused(page)) return page;
			const firstId = page.ok ? this.firstIdOf(page.value) : undefined;
			if (page.ok && firstId !== undefined && this.seen.has(firstId)) return ok({ page: page.value, window });
		}
		return ok(undefined);
	}

	private async readAfterGap(position: number): Promise<Result<Read<T>>> {
		this.hasGaps = true;
		const window = windowFrom(position, 0, this.largest);
		const page = await this.readWindow(window);
		if (page.ok) return ok({ page: page.value, window });
		return isRefused(page) ? ok({ page: { entries: [], pageSize: window.size }, window }) : page;
	}

	private async readWindow(window: Window): Promise<Result<Page<T>>> {
		const { readPage } = this.list;
		const read = await readPage(window.number + this.firstPage, window.size);
		if (!read.ok || this.firstPage === 1 || startOf(window) === 0) return read;
		const { firstId } = this;
		const isFirst = ({ entries }: Page<T>) => entries.some((entry) => this.list.idOf(entry) === firstId);
		if (firstId === undefined || !isFirst(read.value)) return read;
		// The first page once more: the platform counts from 1, and takes 0 for 1.
		this.firstPage = 1;
		return await readPage(window.number + this.firstPage, window.size);
	}

	/** @returns whether the page has anything new */
	private take({ entries, total = Infinity }: Page<T>): boolean {
		this.leastTotal = Math.min(this.leastTotal, total);
		const before = this.seen.size;
		for (const entry of entries) {
			const id = this.list.idOf(entry);
			if (id === undefined) this.withoutId += 1;
			else this.seen.add(id);
			this.onEntry(entry);
		}
		return this.seen.size > before;
	}

	private firstIdOf({ entries }: Page<T>): string | undefined {
		return entries.map((entry) => this.list.idOf(entry)).find((id) => id !== undefined);
	}
}

function isRefused<T>(result: Result<T>): boolean {
	return !result.ok && isRefusedPage(result.failure);
}

/**
 * Whether the list ends with this page: it is not full. A total does not tell: where the platform counts from 1 and takes
 * 0 for 1, the page is not the one that it is taken for.
 */
function isLast<T>({ page, window }: Read<T>): boolean {
	const { entries, length = entries.length } = page;
	return length < window.size;
}
