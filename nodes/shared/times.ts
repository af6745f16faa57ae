/** The platform's time format `yyyyMMdd'T'HHmmss'Z'`, UTC (platform API, "Every call"). */
const PLATFORM_TIME = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/;

/**
 * A platform time as ISO 8601, for example `20170222T164000Z` as `2017-02-22T16:40:00.000Z`.
 * What is not in the platform's format comes back unchanged, so that nothing is lost; null and missing become null.
 */
export function toIso(time: string | null | undefined): string | null {
	if (time === null || time === undefined || time === '') return null;
	const parts = PLATFORM_TIME.exec(time);
	if (!parts) return time;
	const [, year, month, day, hour, minute, second] = parts;
	const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`);
	return Number.isNaN(date.getTime()) ? time : date.toISOString();
}

/** Milliseconds since 1970 as a platform time, cut to the second. */
export function toPlatformTime(ms: number): string {
	return new Date(ms)
		.toISOString()
		.replace(/\.\d{3}Z$/, 'Z')
		.replace(/[-:]/g, '');
}
