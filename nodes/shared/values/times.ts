import { DateTime } from 'luxon';

import { failForGood, ok } from './results';
import type { Result } from './results';
import { isObject } from './json';

/** The platform's time format `yyyyMMdd'T'HHmmss'Z'`, UTC (platform API, "Every call"). */
const PLATFORM_TIME = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/;

/** A platform time in milliseconds since 1970; undefined for what is none. */
export function readPlatformTime(time: string | null | undefined): number | undefined {
	const parts = PLATFORM_TIME.exec(time ?? '');
	if (!parts) return undefined;
	const [, year, month, day, hour, minute, second] = parts;
	const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`);
	return Number.isNaN(ms) ? undefined : ms;
}

/**
 * A platform time as ISO 8601, for example `20170222T164000Z` as `2017-02-22T16:40:00.000Z`.
 * What is not in the platform's format comes back unchanged, so that nothing is lost; null and missing become null.
 */
export function toIso(time: string | null | undefined): string | null {
	const ms = readPlatformTime(time);
	return ms === undefined ? time || null : new Date(ms).toISOString();
}

/** Milliseconds since 1970 as a platform time, cut to the second. */
export function toPlatformTime(ms: number): string {
	return new Date(ms)
		.toISOString()
		.replace(/\.\d{3}Z$/, 'Z')
		.replace(/[-:]/g, '');
}

/** The ends of a time range that a person leaves open; the platform wants both or none. */
const BEGINNING = '20000101T000000Z';
const END = '20991231T235959Z';

/** A creation time range as the platform's lists take it, rounded outwards to whole seconds. In milliseconds. */
export function timeRange(created: { createdAfter?: number; createdBefore?: number }): {
	startTime?: string;
	endTime?: string;
} {
	const { createdAfter, createdBefore } = created;
	if (createdAfter === undefined && createdBefore === undefined) return {};
	return {
		startTime: createdAfter === undefined ? BEGINNING : toPlatformTime(createdAfter),
		endTime: createdBefore === undefined ? END : toPlatformTime(createdBefore + 999),
	};
}

/** The platform's format has four digits for the year. */
const LATEST_MS = Date.UTC(9999, 11, 31);

/** A time of day alone, or a year, would be read as some moment that nobody meant. */
const WHOLE_DATE = /^\d{4}(-?\d{2}-?\d{2}|-?W\d{2}-?\d|-?\d{3})(T|$)/;

/**
 * Checks a time that a person or an expression gave.
 * @param value ISO 8601 (the platform's format is one), a date of n8n's expressions such as `$now`, or a Date
 * @param field the field's display name, for the message
 * @param zone the time zone for a time that names none
 * @returns milliseconds since 1970
 */
export function readTime(value: unknown, field: string, zone: string): Result<number> {
	const ms =
		typeof value === 'string'
			? WHOLE_DATE.test(value.trim())
				? DateTime.fromISO(value.trim(), { zone }).toMillis()
				: NaN
			: isObject(value) && typeof value.valueOf() === 'number'
				? Number(value.valueOf())
				: NaN;
	if (ms >= 0 && ms < LATEST_MS) return ok(ms);
	const shown = typeof value === 'string' ? `"${value.slice(0, 64)}"` : `it is of type ${typeof value}`;
	return failForGood(
		`'${field}' is not a date: ${shown}`,
		`Enter '${field}' as a date in ISO 8601, for example 2026-01-31T08:00:00Z, or use an expression such as {{ $now.minus({ days: 1 }) }}.`,
	);
}
