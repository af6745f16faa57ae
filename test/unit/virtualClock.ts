import { clock } from '../../nodes/shared/values/clock';

/** Time that passes only when everything waits: hours in milliseconds, and always the same way. */
export class VirtualClock {
	private time = 1_700_000_000_000;

	private sleepers: Array<{ at: number; wake: () => void }> = [];

	private readonly real = { ...clock };

	install(): void {
		clock.now = () => this.time;
		clock.sleep = async (ms, signal) => await this.sleep(ms, signal);
	}

	uninstall(): void {
		Object.assign(clock, this.real);
	}

	now(): number {
		return this.time;
	}

	/** As when a machine's clock is corrected. */
	setBack(ms: number): void {
		this.time -= ms;
	}

	async sleep(ms: number, signal?: AbortSignal): Promise<void> {
		await new Promise<void>((resolve) => {
			const sleeper = { at: this.time + ms, wake: resolve };
			this.sleepers.push(sleeper);
			signal?.addEventListener('abort', () => {
				this.sleepers = this.sleepers.filter((other) => other !== sleeper);
				resolve();
			});
		});
	}

	/** Lets time pass until `work` is over. */
	async run<T>(work: Promise<T>): Promise<T> {
		let over = false;
		const watched = work.finally(() => {
			over = true;
		});
		watched.catch(() => {});
		for (;;) {
			await settle();
			if (over) return await watched;
			const next = this.sleepers.sort((a, b) => a.at - b.at).shift();
			if (!next) throw new Error('Everything waits, and nothing will ever happen again');
			this.time = Math.max(this.time, next.at);
			next.wake();
		}
	}

	/** How many wait for a time. */
	get waiting(): number {
		return this.sleepers.length;
	}
}

/** Lets everything happen that needs no time. */
async function settle(): Promise<void> {
	for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
}
