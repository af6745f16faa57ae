import type { RecordedRequest } from './model';

/** What can go wrong on the way, without the platform's work being done ... */
const BEFORE_WORK = [
	'resetBefore',
	'hang',
	'drip',
	'html',
	'text',
	'empty',
	'503',
	'throttle',
	'status',
	'reply',
] as const;
/** ... after it was done ... */
export const AFTER_WORK = ['resetAfter', 'hangAfter', 'halfJson', '500After', '502After'] as const;
/** ... and with the work done late, when the caller has long given up. */
const LATE_WORK = ['resetLate'] as const;

export type FaultBeforeWork = (typeof BEFORE_WORK)[number];
export type FaultAfterWork = (typeof AFTER_WORK)[number];

/**
 * Something that goes wrong with the next call that matches.
 *
 * Faults before the work come first of all, whoever calls. The others meet only calls that the platform accepts: a call
 * that is refused (token, throttle) doesn't use them up.
 */
export interface Fault {
	/**
	 * - `resetBefore`, `resetAfter`: the connection is cut; `hang`, `hangAfter`: no answer comes; `drip`: one
	 *   comes in without end
	 * - `html`, `text`, `empty`: HTTP 200 with a page, a line or nothing; `503`: congestion; `throttle`: flow control
	 * - `status`: `status` and a line of text; `reply`: `status`, `body` and `headers`
	 * - `halfJson`: the first half of the answer, with a matching length; `500After`: the service's own
	 *   HTTP 500 with code 100001; `502After`: HTTP 502 with a page
	 * - `resetLate`: the connection is cut; the work is done when `lateBy` more calls for the device are answered
	 */
	kind: FaultBeforeWork | FaultAfterWork | (typeof LATE_WORK)[number];
	/** How many calls meet it; default 1, `Infinity` for all. */
	times?: number;
	/** How many matching calls pass first. */
	skip?: number;
	match?: {
		method?: string;
		/** A part of the path, or a pattern. */
		path?: RegExp | string;
		/** In the body or the query. */
		deviceId?: string;
	};
	/** Default 1. */
	lateBy?: number;
	status?: number;
	body?: unknown;
	headers?: Record<string, string>;
}

interface Waiting {
	fault: Fault;
	left: number;
	toSkip: number;
}

/** The fault that a call is to meet, not yet used up. */
export interface FaultChoice {
	fault?: Fault;
	/** Counts the call: the faults that let it pass, and the one that it meets. */
	use(): void;
}

export function happensBeforeWork(kind: string): kind is FaultBeforeWork {
	return BEFORE_WORK.some((before) => before === kind);
}

export function isFaultKind(kind: unknown): kind is Fault['kind'] {
	return [...BEFORE_WORK, ...AFTER_WORK, ...LATE_WORK].some((known) => known === kind);
}

/** The faults that wait for a call; the one that was added first is met first. */
export class Faults {
	private waiting: Waiting[] = [];

	add(fault: Fault): void {
		this.waiting.push({ fault, left: fault.times ?? 1, toSkip: fault.skip ?? 0 });
	}

	clear(): void {
		this.waiting = [];
	}

	choose(request: RecordedRequest): FaultChoice {
		const matching = this.waiting.filter(({ fault }) => matches(fault, request));
		const index = matching.findIndex(({ toSkip }) => toSkip === 0);
		const chosen = matching[index];
		const passing = chosen ? matching.slice(0, index) : matching;
		return {
			fault: chosen?.fault,
			use: () => {
				for (const entry of passing) entry.toSkip -= 1;
				if (chosen) chosen.left -= 1;
				this.waiting = this.waiting.filter(({ left }) => left > 0);
			},
		};
	}
}

function matches({ match }: Fault, request: RecordedRequest): boolean {
	const { method, path, deviceId } = match ?? {};
	if (method !== undefined && method.toUpperCase() !== request.method) return false;
	if (typeof path === 'string' && !request.path.includes(path)) return false;
	if (path instanceof RegExp && !path.test(request.path)) return false;
	return deviceId === undefined || deviceIdOf(request) === deviceId;
}

/** The device that a call names in its body or its query. */
export function deviceIdOf({ body, query }: RecordedRequest): unknown {
	if (typeof body === 'object' && body !== null && 'deviceId' in body) return body.deviceId;
	return query.deviceId;
}
