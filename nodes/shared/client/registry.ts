/** From so many entries on, the least recently used ones are dropped. */
const MOST = 1000;

/** What a process keeps by a key, such as one rate limit for each application. */
export class Registry<T> {
	private readonly entries = new Map<string, T>();

	/** @param isIdle whether nothing is lost if an entry is dropped and made anew */
	constructor(private readonly isIdle: (entry: T) => boolean) {}

	get(key: string, make: () => T): T {
		const entry = this.entries.get(key) ?? make();
		this.entries.delete(key);
		if (this.entries.size >= MOST) this.dropOldest();
		this.entries.set(key, entry);
		return entry;
	}

	private dropOldest(): void {
		for (const [key, entry] of this.entries) {
			if (this.isIdle(entry)) return void this.entries.delete(key);
		}
	}
}
