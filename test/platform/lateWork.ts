import { deviceIdOf, type Fault } from './faults';
import type { RecordedRequest } from './model';

interface Late {
	deviceId: unknown;
	/** How many answers to other calls come first. */
	left: number;
	begin: () => void;
}

/** Calls that were cut off and whose work is still to be done. */
export class LateWork {
	private waiting: Late[] = [];

	/** Resolves when the work of a call is to be done. */
	async turnOf(request: RecordedRequest, { lateBy = 1 }: Fault): Promise<void> {
		const deviceId = deviceIdOf(request);
		await new Promise<void>((begin) => this.waiting.push({ deviceId, left: lateBy, begin }));
	}

	/** Counts an answer. */
	answered(request: RecordedRequest): void {
		const deviceId = deviceIdOf(request);
		for (const late of this.waiting) {
			if (late.deviceId === deviceId) late.left -= 1;
			if (late.left === 0) late.begin();
		}
		this.waiting = this.waiting.filter(({ left }) => left > 0);
	}
}
