/** The first place of an ordered list whose entry isn't before the wanted one. Takes logarithmic time. */
export function firstNot<T>(list: T[], isBefore: (entry: T) => boolean): number {
	let low = 0;
	let high = list.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		const entry = list[middle];
		if (entry !== undefined && isBefore(entry)) low = middle + 1;
		else high = middle;
	}
	return low;
}

/** Puts an entry behind all that aren't after it; usually that is the end. */
export function insertInOrder<T>(list: T[], entry: T, orderOf: (entry: T) => string | number): void {
	const order = orderOf(entry);
	const last = list.at(-1);
	if (last === undefined || orderOf(last) <= order) list.push(entry);
	else {
		const index = firstNot(list, (other) => orderOf(other) <= order);
		list.splice(index, 0, entry);
	}
}
