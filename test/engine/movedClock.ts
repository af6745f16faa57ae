import { clockModule } from './engine';

const { clock } = clockModule;
const real = { ...clock };

/**
 * A clock for whole runs in the engine: waiting moves it on at once, as far as everything that waits agrees, and the
 * time that calls really take counts too.
 */
export class MovedClock {
	private ahead = 0;

	private sleepers: Array<{ at: number; wake: () => void }> = [];

	readonly now = () => Date.now() + this.ahead;

	install(): void {
		clock.now = this.now;
		clock.sleep = async (ms, signal) => await this.sleep(ms, signal);
	}

	uninstall(): void {
		Object.assign(clock, real);
	}

	private async sleep(ms: number, signal?: AbortSignal): Promise<void> {
		const sleeper = { at: this.now() + ms, wake: () => {} };
		const woken = new Promise<void>((resolve) => (sleeper.wake = resolve));
		const forget = () => {
			this.sleepers = this.sleepers.filter((other) => other !== sleeper);
			sleeper.wake();
		};
		signal?.addEventListener('abort', forget, { once: true });
		this.sleepers.push(sleeper);
		void this.moveOn();
		await woken;
	}

	/** Calls under way get a moment to end; then the one that waits for the earliest time is next. */
	private async moveOn(): Promise<void> {
		await real.sleep(50);
		const next = this.sleepers.sort((a, b) => a.at - b.at).shift();
		if (!next) return;
		this.ahead += Math.max(0, next.at - this.now());
		next.wake();
	}
}
