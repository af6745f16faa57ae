import fc from 'fast-check';

import { compare } from '../../nodes/IotDevicePollingTrigger/compare';
import {
	asRemembered,
	digestOf,
	hashOf,
	newSalt,
	pack,
	unpack,
} from '../../nodes/IotDevicePollingTrigger/remembered';

const nothing = { watched: 'w', salt: 'salt', devices: {} };
const device = (deviceId: string, status = 'OFFLINE') => ({ deviceId, status });
const idsOf = ({ entered }: { entered: Array<{ deviceId: string }> }) =>
	entered.map(({ deviceId }) => deviceId);

describe('What is remembered of devices', () => {
	it('is the same after it was packed and unpacked', () => {
		const statuses = fc.constantFrom('ABNORMAL', 'OFFLINE', 'ONLINE');
		fc.assert(
			fc.property(fc.uniqueArray(fc.tuple(fc.uuid(), statuses), { selector: ([id]) => id }), (devices) => {
				const remembered = new Map(devices.map(([id, status]) => [hashOf(id, 'salt'), status]));
				const text = JSON.stringify(pack(remembered));
				expect(new Map(unpack(JSON.parse(text) as Record<string, string>))).toEqual(remembered);
			}),
		);
	});

	it('does not tell in which order the devices were found', () => {
		const [a, b] = [hashOf('a', 'salt'), hashOf('b', 'salt')];
		const there = new Map([
			[a, 'OFFLINE'],
			[b, 'OFFLINE'],
		]);
		expect(pack(new Map([...there].reverse()))).toEqual(pack(there));
	});

	it('differs for each salt, and a salt is new each time', () => {
		expect(hashOf('a', 'one')).not.toBe(hashOf('a', 'other'));
		expect(newSalt()).not.toBe(newSalt());
		expect(digestOf(['a'])).not.toBe(digestOf(['b']));
	});

	it.each([undefined, null, 7, 'x', [], {}, { watched: 'w' }, { watched: 'w', salt: 's', devices: 'x' }])(
		'is nothing where n8n kept %j',
		(kept) => {
			expect(asRemembered(kept)).toBeUndefined();
		},
	);

	it('leaves out what can not be read', () => {
		const kept = { watched: 'w', salt: 's', devices: { OFFLINE: 7, ONLINE: 'AAAA' }, unsavedSince: 'x' };
		expect(asRemembered(kept)).toEqual({ watched: 'w', salt: 's', devices: { ONLINE: 'AAAA' } });
		expect(unpack({ ONLINE: 'AAAA' }).size).toBe(0);
	});
});

describe('Comparing two polls', () => {
	it('gives the devices that entered their status, in the order in which they were found', () => {
		const first = compare(nothing, [device('b'), device('a')]);
		expect(idsOf(first)).toEqual(['b', 'a']);
		const second = compare(first.next, [device('a'), device('c'), device('b', 'ABNORMAL')]);
		expect(idsOf(second)).toEqual(['c', 'b']);
	});

	it('forgets a device that left', () => {
		const first = compare(nothing, [device('a'), device('b')]);
		const second = compare(first.next, [device('b')]);
		expect(second).toMatchObject({ entered: [], isChanged: true });
		expect(idsOf(compare(second.next, [device('a'), device('b')]))).toEqual(['a']);
	});

	it('finds nothing changed where the same devices are in the same statuses', () => {
		const first = compare(nothing, [device('a'), device('b')]);
		const second = compare(first.next, [device('b'), device('a')]);
		expect(second).toMatchObject({ entered: [], isChanged: false, next: first.next });
	});
});
