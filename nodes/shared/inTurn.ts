const tails = new Map<string, Promise<void>>();

/** Does pieces of work with the same key one after another, in the order in which they came, within this process. */
export async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
	const before = tails.get(key) ?? Promise.resolve();
	const done = before.then(work);
	const tail = done.then(
		() => undefined,
		() => undefined,
	);
	tails.set(key, tail);
	try {
		return await done;
	} finally {
		if (tails.get(key) === tail) tails.delete(key);
	}
}
