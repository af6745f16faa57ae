import { period } from '../shared/client/rateLimit';
import { Registry } from '../shared/client/registry';
import type { Transport } from '../shared/client/transport';
import { clock } from '../shared/values/clock';
import { TimeQueue } from '../shared/values/timeQueue';

/** The part of an application's rate limit that all polls together may use. The rest is for workflows that revoke. */
const SHARE = 1 / 2;

/** When the polls of an application made their calls within the last period, in milliseconds since 1970. */
const applications = new Registry<TimeQueue>((calls) => (calls.at(-1) ?? 0) <= clock.now() - period.ms);

/** Waits until a poll may make its next call. @returns false when canceled */
export async function takeShare(transport: Transport): Promise<boolean> {
	const { application, requestsPerMinute } = transport;
	if (requestsPerMinute === 0) return true;
	const most = Math.max(1, Math.floor(requestsPerMinute * SHARE));
	for (;;) {
		const calls = applications.get(application, () => new TimeQueue());
		const now = clock.now();
		// Should the clock have been set back, no call counts for longer than a period.
		calls.keepBetween(now - period.ms, now);
		const oldest = calls.at(-most);
		if (oldest === undefined) {
			calls.push(now);
			return true;
		}
		if (!(await transport.wait(oldest + period.ms - now))) return false;
	}
}
