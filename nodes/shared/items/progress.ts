import type { IExecuteFunctions } from 'n8n-workflow';

import { clock } from '../values/clock';

/** A run that goes on says so this often at the most, and before each wait that is this long at least; milliseconds. */
const BETWEEN_LINES_MS = 30_000;
const LONG_WAIT_MS = 10_000;

const runs = new WeakMap<object, Progress>();

/** Lines in n8n's log that tell of a long run that it lives: how many targets are done, and what it waits for. */
export class Progress {
	private done = 0;
	private toldAt = clock.now();
	private toldUntil = 0;

	constructor(
		private readonly context: Pick<IExecuteFunctions, 'getNode' | 'logger'>,
		private readonly total: number,
		/** What is done, such as devices. */
		private readonly targets: string,
	) {
		runs.set(context, this);
	}

	targetDone(): void {
		this.done += 1;
		if (clock.now() - this.toldAt >= BETWEEN_LINES_MS && this.done < this.total) this.tell('');
	}

	/** No call can start before `until`, in milliseconds since 1970. */
	waiting(until: number): void {
		const now = clock.now();
		if (until - now < LONG_WAIT_MS || until - this.toldUntil < LONG_WAIT_MS) return;
		this.toldUntil = until;
		this.tell(`, waiting for the threshold until ${new Date(until).toISOString()}`);
	}

	private tell(more: string): void {
		this.toldAt = clock.now();
		this.context.logger.info(
			`${this.context.getNode().name}: ${this.done} of ${this.total} ${this.targets} are done${more}`,
		);
	}
}

/** The progress of the run that this context belongs to, if it goes over input items. */
export function progressOf(context: object): Progress | undefined {
	return runs.get(context);
}
