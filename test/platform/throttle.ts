import type { Settings } from './options';

/** Flow control of the application: a sliding window over the calls that were accepted. */
export class Throttle {
	/** Times of accepted calls, oldest first, for each thing that is counted. */
	private readonly accepted = new Map<string, number[]>();

	constructor(private readonly settings: Settings) {}

	/** Whether there is room for a call at this moment; `api` counts only with `throttlePerApi`. */
	hasRoom(api: string, at: number): boolean {
		const { threshold, windowMs } = this.settings;
		if (threshold === 0) return true;
		const times = this.timesOf(api);
		const firstInside = times.findIndex((time) => time > at - windowMs);
		times.splice(0, firstInside === -1 ? times.length : firstInside);
		return times.length < threshold;
	}

	/** Counts a call that was accepted. */
	count(api: string, at: number): void {
		if (this.settings.threshold > 0) this.timesOf(api).push(at);
	}

	private timesOf(api: string): number[] {
		const key = this.settings.throttlePerApi ? api : '';
		const times = this.accepted.get(key) ?? [];
		this.accepted.set(key, times);
		return times;
	}
}
