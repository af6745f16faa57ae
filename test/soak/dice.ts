/** Chance that repeats itself: mulberry32, a generator of 32 bits. */
export class Dice {
	constructor(private state: number) {}

	/** From 0 to 1, without 1. */
	private next(): number {
		this.state = (this.state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	}

	/** From 0 to `most`, both included. */
	upTo(most: number): number {
		return Math.floor(this.next() * (most + 1));
	}

	chance(part: number): boolean {
		return this.next() < part;
	}

	one<T>(of: readonly [T, ...T[]] | readonly T[]): T {
		return of[this.upTo(of.length - 1)] as T;
	}
}
