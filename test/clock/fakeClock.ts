/** What is replaced: the one clock that everything in the node waits by. */
export interface Clock {
	now(): number;
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** One that waits for a time. */
export interface Sleeper {
	at: number;
	wake: () => void;
	isDeadline: boolean;
}

/**
 * Time that stands still while something is done, and moves only when everything waits: hours in milliseconds, and always
 * the same way.
 */
export class FakeClock {
	private time = 0;

	private sleepers: Sleeper[] = [];

	private readonly real: Clock;

	private isMoving = false;

	/** How many pieces of work are under way. */
	protected runs = 0;

	/**
	 * @param clock the clock that the code under test waits by
	 * @param settled resolves when everything has been done that needs no time
	 * @param start the time when it is installed, in milliseconds since 1970
	 */
	constructor(
		private readonly clock: Clock,
		private readonly settled: () => Promise<void>,
		private readonly start: () => number,
	) {
		this.real = { ...clock };
	}

	install(): void {
		this.time = this.start();
		this.clock.now = this.now;
		this.clock.sleep = async (ms, signal) => await this.sleep(ms, signal);
	}

	uninstall(): void {
		Object.assign(this.clock, this.real);
		this.sleepers = [];
	}

	readonly now = (): number => this.time;

	get isInstalled(): boolean {
		return this.clock.now === this.now;
	}

	/** Lets time pass as if something had taken so long; what waited for it goes on when nothing else is to be done. */
	pass(ms: number): void {
		this.time += ms;
	}

	/** As when a machine's clock is corrected. */
	setBack(ms: number): void {
		this.time -= ms;
	}

	/** How many wait for a time. */
	get waiting(): number {
		return this.sleepers.length;
	}

	/** How many of them wait for something that will happen then, and not in case that something else does not. */
	protected get waitingForTime(): number {
		return this.sleepers.filter(({ isDeadline }) => !isDeadline).length;
	}

	/** @param isDeadline for what is only waited for in case that something else does not happen */
	async sleep(ms: number, signal?: AbortSignal, isDeadline = false): Promise<void> {
		if (signal?.aborted) return;
		await new Promise<void>((resolve) => {
			const forget = () => {
				this.sleepers = this.sleepers.filter((other) => other !== sleeper);
				resolve();
			};
			const wake = () => {
				signal?.removeEventListener('abort', forget);
				resolve();
			};
			const sleeper = { at: this.time + ms, wake, isDeadline };
			this.sleepers.push(sleeper);
			signal?.addEventListener('abort', forget, { once: true });
		});
	}

	/** Lets time pass until `work` is over; several pieces of work at the same time share it. */
	async run<T>(work: Promise<T>): Promise<T> {
		let isOver = false;
		this.runs += 1;
		const ended = () => {
			isOver = true;
			this.runs -= 1;
		};
		const end = work.then(ended, ended);
		while (!isOver) {
			await Promise.race([this.settled(), end]);
			if (!isOver && !this.isMoving) await this.moveOn();
		}
		return await work;
	}

	/** The one that waits for the earliest time is next. */
	private async moveOn(): Promise<void> {
		this.isMoving = true;
		try {
			const [next] = this.sleepers.sort((a, b) => a.at - b.at);
			if (!next) return await this.stuck();
			if (!(await this.mayWake(next)) || !this.sleepers.includes(next)) return;
			this.sleepers = this.sleepers.filter((other) => other !== next);
			this.time = Math.max(this.time, next.at);
			next.wake();
		} finally {
			this.isMoving = false;
		}
	}

	/** Whether time may pass until the next one that waits. */
	protected mayWake: (next: Sleeper) => Promise<boolean> = async () => await Promise.resolve(true);

	/** Nothing waits for a time. */
	protected async stuck(): Promise<void> {
		throw new Error('Everything waits, and nothing will ever happen again');
	}
}
