/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs in Node.js beside n8n, never inside it */

/** Timers that end with the platform. What still waits then is never called. */
export class Timers {
	private readonly running = new Set<NodeJS.Timeout>();
	private stopped = false;

	later(ms: number, action: () => void): void {
		if (this.stopped) return;
		const timer = setTimeout(() => {
			this.running.delete(timer);
			action();
		}, ms);
		this.running.add(timer);
	}

	async wait(ms: number): Promise<void> {
		if (ms > 0) await new Promise<void>((resolve) => this.later(ms, resolve));
	}

	stop(): void {
		this.stopped = true;
		for (const timer of this.running) clearTimeout(timer);
		this.running.clear();
	}
}
