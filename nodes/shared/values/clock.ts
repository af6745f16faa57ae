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
	if (signal?.aborted) return false;
	const own = ownSignal(signal);
	const slept = clock.sleep(ms, own).then(
		() => undefined,
		() => undefined,
	);
	await unlessAborted(slept, own);
	return !signal?.aborted;
}

/** A signal that aborts with another one: Node.js warns where many wait for the same one. */
export function ownSignal(signal: AbortSignal | undefined): AbortSignal | undefined {
	return signal && AbortSignal.any([signal]);
}

/** Waits for a promise, but no longer than until `signal` aborts; undefined then. Rejects as the promise does. */
export async function unlessAborted<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T | undefined> {
	if (!signal) return await promise;
	if (signal.aborted) return undefined;
	let onAbort = () => {};
	const aborted = new Promise<undefined>((resolve) => {
		onAbort = () => resolve(undefined);
		signal.addEventListener('abort', onAbort, { once: true });
	});
	try {
		return await Promise.race([promise, aborted]);
	} finally {
		signal.removeEventListener('abort', onAbort);
	}
}

/** So long may one piece of work keep n8n's event loop, in milliseconds. */
const BUSY_MS = 20;

/**
 * For long loops without a call: the function it returns lets n8n do other work for a moment when the loop has kept it
 * from that for too long. Real time, also where tests move the clock.
 */
export function pauseIfBusy(): () => Promise<void> {
	let since = Date.now();
	return async () => {
		if (Date.now() - since < BUSY_MS) return;
		await sleep(0);
		since = Date.now();
	};
}
