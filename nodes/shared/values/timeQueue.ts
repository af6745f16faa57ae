/** Times in their order. Removing the earliest ones costs no more for a long queue than for a short one. */
export class TimeQueue {
	private times: number[] = [];

	/** How many at the beginning are already removed. */
	private removed = 0;

	get length(): number {
		return this.times.length - this.removed;
	}

	/** @param index 0 is the earliest, -1 the latest */
	at(index: number): number | undefined {
		const from = index < 0 ? this.times.length : this.removed;
		return from + index < this.removed ? undefined : this.times[from + index];
	}

	/** How many are later than `time`. */
	countAfter(time: number): number {
		let count = 0;
		while ((this.at(-1 - count) ?? -Infinity) > time) count += 1;
		return count;
	}

	/** Should the clock have been set back, no earlier one is kept for longer than this one. */
	push(time: number): void {
		if ((this.at(-1) ?? 0) > time) this.times = this.times.map((at) => Math.min(at, time));
		this.times.push(time);
	}

	/** Removes those up to `time`, and lowers those after `latest` to it. */
	keepBetween(time: number, latest: number): void {
		if ((this.at(-1) ?? 0) > latest) this.times = this.times.map((at) => Math.min(at, latest));
		while (this.length > 0 && (this.at(0) ?? 0) <= time) this.removed += 1;
		if (this.removed <= this.times.length / 2) return;
		this.times = this.times.slice(this.removed);
		this.removed = 0;
	}
}
