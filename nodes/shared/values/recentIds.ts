/** Remembers IDs, at least the last `least` of them and at most twice as many. Adding one takes the same time however many are held. */
export class RecentIds {
	private recent = new Set<string>();

	private older = new Set<string>();

	constructor(private readonly least: number) {}

	add(id: string): void {
		this.recent.add(id);
		if (this.recent.size < this.least) return;
		this.older = this.recent;
		this.recent = new Set();
	}

	has(id: string): boolean {
		return this.recent.has(id) || this.older.has(id);
	}
}
