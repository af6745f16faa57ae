import { sleep } from 'n8n-workflow';

/** The one clock that everything here waits by. Tests replace its two functions to move time themselves. */
export const clock = {
	/** Milliseconds since 1970. */
	now: (): number => Date.now(),
	/** Resolves after `ms` milliseconds; may end early or reject when `signal` aborts. */
	sleep: async (ms: number, signal?: AbortSignal): Promise<void> => await sleep(ms, signal),
};

/**
 * Waits `ms` milliseconds. Never rejects.
 * @returns false if `signal` aborted, at once when it does: n8n's own `sleep` ignores the signal in older versions.
 */
export async function pause(ms: number, signal?: AbortSignal): Promise<boolean> {
	if (signal === undefined) {
		await clock.sleep(ms);
		return true;
	}
	if (signal.aborted) return false;
	let onAbort = () => {};
	const aborted = new Promise<void>((resolve) => {
		onAbort = resolve;
		signal.addEventListener('abort', onAbort, { once: true });
	});
	const slept = clock.sleep(ms, signal).then(
		() => undefined,
		() => undefined,
	);
	await Promise.race([slept, aborted]);
	signal.removeEventListener('abort', onAbort);
	return !signal.aborted;
}
