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
	const end = new AbortController();
	let stopListening = () => {};
	const aborted = new Promise<void>((resolve) => {
		stopListening = onAbort(signal, () => {
			end.abort(signal?.reason);
			resolve();
		});
	});
	await Promise.race([clock.sleep(ms, end.signal).catch(() => undefined), aborted]);
	stopListening();
	return !signal?.aborted;
}

/** Waits for a promise, but no longer than until `signal` aborts; undefined then. Rejects as the promise does. */
export async function unlessAborted<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T | undefined> {
	if (!signal) return await promise;
	if (signal.aborted) return undefined;
	let stopListening = () => {};
	const aborted = new Promise<undefined>((resolve) => {
		stopListening = onAbort(signal, () => resolve(undefined));
	});
	try {
		return await Promise.race([promise, aborted]);
	} finally {
		stopListening();
	}
}

interface Listening {
	callbacks: Set<() => void>;
	callAll: () => void;
}

const listening = new WeakMap<AbortSignal, Listening>();

/**
 * Calls back when a signal aborts. However many listen to one signal, it gets one listener: Node.js warns of many.
 * @returns what stops the listening
 */
export function onAbort(signal: AbortSignal | undefined, callback: () => void): () => void {
	if (!signal) return () => {};
	const { callbacks, callAll } = listening.get(signal) ?? listenTo(signal);
	callbacks.add(callback);
	return () => {
		callbacks.delete(callback);
		if (callbacks.size > 0) return;
		// Node.js keeps some signals for as long as somebody listens.
		signal.removeEventListener('abort', callAll);
		listening.delete(signal);
	};
}

function listenTo(signal: AbortSignal): Listening {
	const callbacks = new Set<() => void>();
	const made = { callbacks, callAll: () => callbacks.forEach((call) => call()) };
	listening.set(signal, made);
	signal.addEventListener('abort', made.callAll, { once: true });
	return made;
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
