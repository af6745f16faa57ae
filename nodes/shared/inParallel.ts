/**
 * Works on entries in their order, so many at once as allowed.
 * @param work resolves to false when no further entry may be started; those under way end
 */
export async function inParallel<T>(
	entries: T[],
	most: number,
	work: (entry: T) => Promise<boolean>,
): Promise<void> {
	let next = 0;
	let goOn = true;
	const worker = async () => {
		while (goOn && next < entries.length) {
			const entry = entries[next] as T;
			next += 1;
			if (!(await work(entry))) goOn = false;
		}
	};
	await Promise.all(Array.from({ length: Math.min(most, entries.length) }, worker));
}
