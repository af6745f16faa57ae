import fc from 'fast-check';

import { readTime, toIso, toPlatformTime } from '../../nodes/shared/values/times';

describe("The platform's times", () => {
	it('come out as ISO 8601', () => {
		expect(toIso('20170222T164000Z')).toBe('2017-02-22T16:40:00.000Z');
	});

	it.each([
		[undefined, null],
		[null, null],
		['', null],
		['yesterday', 'yesterday'],
		['20171322T164000Z', '20171322T164000Z'],
		['2017-02-22T16:40:00Z', '2017-02-22T16:40:00Z'],
	])('turn %p into %p and never lose what they said', (given, expected) => {
		expect(toIso(given)).toBe(expected);
	});

	it('are cut to the second, and come back as the same second', () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (ms) => {
				const time = toPlatformTime(ms);
				expect(time).toMatch(/^\d{8}T\d{6}Z$/);
				expect(Date.parse(toIso(time) ?? '')).toBe(Math.floor(ms / 1000) * 1000);
			}),
		);
	});
});

describe('A time that a person gave', () => {
	it.each([
		['2026-03-01T00:00', 'Asia/Shanghai', '2026-02-28T16:00:00.000Z'],
		['2026-03-01T08:30:00', 'America/New_York', '2026-03-01T13:30:00.000Z'],
		['2026-03-01', 'Europe/Berlin', '2026-02-28T23:00:00.000Z'],
		['20260301T000000', 'Asia/Tokyo', '2026-02-28T15:00:00.000Z'],
		['2026-03-01T00:00Z', 'Asia/Shanghai', '2026-03-01T00:00:00.000Z'],
		['2026-03-01T00:00+02:00', 'Asia/Shanghai', '2026-02-28T22:00:00.000Z'],
	])('as %s is in the time zone %s of the workflow unless it names its own', (given, zone, expected) => {
		const read = readTime(given, 'Created After', zone);
		expect(read.ok && new Date(read.value).toISOString()).toBe(expected);
	});
});
