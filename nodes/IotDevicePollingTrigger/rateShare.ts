import { period } from '../shared/client/rateLimit';
import { Registry } from '../shared/client/registry';
import type { Transport } from '../shared/client/transport';
import { clock } from '../shared/values/clock';

/** The part of an application's rate limit that all polls together may use. The rest is for workflows that revoke. */
const SHARE = 1 / 2;

/** When the polls of an application made their calls within the last period, in milliseconds since 1970. */
class RecentCalls {
	private times: number[] = [];

	get isIdle(): boolean {
		this.forget();
		return this.times.length === 0;
	}

	/** Counts a call, if there are fewer than `most`. @returns otherwise how long to wait, in milliseconds */
	take(most: number): number | undefined {
		this.forget();
		const [oldest] = this.times.slice(-most);
		if (this.times.length >= most && oldest !== undefined) return oldest + period.ms - clock.now();
		this.times.push(clock.now());
		return undefined;
	}

	private forget(): void {
		const now = clock.now();
		// A clock that was set back would keep calls in the future.
		this.times = this.times.filter((time) => time > now - period.ms && time <= now);
	}
}

const applications = new Registry<RecentCalls>(({ isIdle }) => isIdle);

/** Waits until a poll may make its next call. @returns false when canceled */
export async function takeShare(transport: Transport): Promise<boolean> {
	const { application, requestsPerMinute } = transport;
	if (requestsPerMinute === 0) return true;
	const most = Math.max(1, Math.floor(requestsPerMinute * SHARE));
	for (;;) {
		const waitMs = applications.get(application, () => new RecentCalls()).take(most);
		if (waitMs === undefined) return true;
		if (!(await transport.wait(waitMs))) return false;
	}
}
