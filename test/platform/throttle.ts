/** Counts accepted calls in a sliding window: 403/1010009 when there is no room (platform API, "Errors"). */
export class Throttle {
	private accepted: number[] = [];

	/** @returns whether the call at `now` (milliseconds) is within the threshold; it is counted if so */
	admit(now: number, threshold: number, windowMs: number): boolean {
		if (threshold <= 0) return true;
		this.accepted = this.accepted.filter((at) => now - at < windowMs);
		if (this.accepted.length >= threshold) return false;
		this.accepted.push(now);
		return true;
	}
}
