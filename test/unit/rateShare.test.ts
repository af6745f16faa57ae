import { takeShare } from '../../nodes/IotDevicePollingTrigger/rateShare';
import { period } from '../../nodes/shared/client/rateLimit';
import type { Transport } from '../../nodes/shared/client/transport';
import { VirtualClock } from './virtualClock';

/** The part of the rate limit that polls may use. */

const time = new VirtualClock();

beforeEach(() => time.install());
afterEach(() => time.uninstall());

const waits: number[] = [];

beforeEach(() => void (waits.length = 0));

const transport = (application: string, requestsPerMinute: number) =>
	({
		application,
		requestsPerMinute,
		wait: async (ms: number) => {
			waits.push(ms);
			time.pass(ms);
			return await Promise.resolve(true);
		},
	}) as unknown as Transport;

it('is half of it: the next call waits until the first of them is a period ago', async () => {
	const polls = transport('half', 4);
	await takeShare(polls);
	time.pass(10_000);
	await takeShare(polls);
	await takeShare(polls);
	expect(waits).toEqual([period.ms - 10_000]);
});

it('is one call at least, and everything where there is no limit', async () => {
	for (let call = 0; call < 2; call += 1) await takeShare(transport('one', 1));
	expect(waits).toEqual([period.ms]);
	for (let call = 0; call < 1000; call += 1) await takeShare(transport('none', 0));
	expect(waits).toHaveLength(1);
});

it('keeps no poll waiting for the time by which the clock was set back', async () => {
	const polls = transport('set back', 2);
	await takeShare(polls);
	time.setBack(3_600_000);
	await takeShare(polls);
	expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(period.ms);
});

it('counts the calls of an application however many others are polled', async () => {
	const polls = transport('one of many', 2);
	await takeShare(polls);
	for (let other = 0; other < 2000; other += 1) await takeShare(transport(`other ${other}`, 2));
	expect(waits).toEqual([]);
	await takeShare(polls);
	expect(waits).toEqual([period.ms]);
});
