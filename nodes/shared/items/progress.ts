import type { IExecuteFunctions } from 'n8n-workflow';

import { clock } from '../values/clock';

/** How often at most a run reports its progress, and how long a wait is that it announces; milliseconds. */
const BETWEEN_LINES_MS = 30_000;
const LONG_WAIT_MS = 10_000;

/** Lines in n8n's log that show that a long run is alive: how many targets are done, and what it waits for. */
export class Progress {
	private done = 0;

	private loggedAt = clock.now();

	private announcedUntil = 0;

	constructor(
		private readonly context: Pick<IExecuteFunctions, 'getNode' | 'logger'>,
		private readonly total: number,
		/** What is done, such as devices. */
		private readonly targets: string,
	) {}

	targetDone(): void {
		this.done += 1;
		if (clock.now() - this.loggedAt >= BETWEEN_LINES_MS && this.done < this.total) this.log('');
	}

	/** No call can start before `until`, in milliseconds since 1970. */
	waiting(until: number): void {
		const now = clock.now();
		if (until - now < LONG_WAIT_MS || until - this.announcedUntil < LONG_WAIT_MS) return;
		this.announcedUntil = until;
		this.log(`, waiting for the rate limit until ${new Date(until).toISOString()}`);
	}

	private log(more: string): void {
		this.loggedAt = clock.now();
		this.context.logger.info(
			`${this.context.getNode().name}: ${this.done} of ${this.total} ${this.targets} are done${more}`,
		);
	}
}
