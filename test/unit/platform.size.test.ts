import { PlatformClock } from '../platform/clock';
import { Devices } from '../platform/devices';
import { withDefaults } from '../platform/options';
import { firstNot, insertInOrder } from '../platform/order';

/** What keeps the stand-in fast with 100,000 devices, by counting instead of measuring. */

describe('A list of devices', () => {
	const devices = new Devices(new PlatformClock(withDefaults({})));
	const made: string[] = [];
	const page = (key: string) =>
		devices.select('app', key, (all) => {
			made.push(key);
			return all;
		});

	it('is made once for all its pages, until a device changes', () => {
		const device = devices.add('app', 'd');
		for (let pageNo = 0; pageNo < 3; pageNo += 1) page('silent');
		page('all');
		page('silent');
		expect(made).toEqual(['silent', 'all']);
		devices.changed(device);
		page('silent');
		devices.add('other', 'd');
		page('silent');
		expect(made).toEqual(['silent', 'all', 'silent']);
		devices.remove(device);
		expect(page('silent')).toEqual([]);
	});

	it('does not remember every list that was ever asked for', () => {
		page('first');
		for (let index = 0; index < 100; index += 1) page(`name ${index}`);
		made.length = 0;
		page('first');
		expect(made).toEqual(['first']);
	});
});

describe('An ordered list', () => {
	it('is searched with as many looks as its length has binary digits', () => {
		const list = Array.from({ length: 100_000 }, (_, index) => index);
		let looks = 0;
		const place = firstNot(list, (entry) => {
			looks += 1;
			return entry < 77_777;
		});
		expect(place).toBe(77_777);
		expect(looks).toBeLessThanOrEqual(17);
	});

	it('takes a new entry behind its equals', () => {
		const list: Array<[number, string]> = [];
		const entries: Array<[number, string]> = [
			[2, 'a'],
			[1, 'b'],
			[3, 'c'],
			[2, 'd'],
			[1, 'e'],
		];
		for (const entry of entries) insertInOrder(list, entry, ([order]) => order);
		expect(list.map(([, name]) => name).join('')).toBe('beadc');
	});
});
