/** A page of a list: entries from `number * size` on, where the first page has the number 0. */
export interface Window {
	number: number;
	size: number;
}

/** Where a window begins, and where it ends: the position after its last entry. */
export const startOf = ({ number, size }: Window) => number * size;
export const endOf = ({ number, size }: Window) => (number + 1) * size;

/**
 * The window that goes on behind a position and overlaps with what was read before it. The platform gives pages of any
 * size, so with a slightly smaller size a page starts before the position and still reaches almost a whole page further.
 * @param position after the last entry that was read
 * @param overlap how many entries before the position belong to the window, at least
 * @param largest the largest size of a page
 */
export function windowFrom(position: number, overlap: number, largest: number): Window {
	const latestStart = Math.max(0, position - overlap);
	let best: Window = { number: 0, size: largest };
	let furthest = 0;
	for (let size = largest; size >= 1; size -= 1) {
		const window = { number: Math.floor(latestStart / size), size };
		if (endOf(window) > furthest) {
			furthest = endOf(window);
			best = window;
		}
	}
	return best;
}
