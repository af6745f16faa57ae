import { isSameJson } from '../../nodes/shared/values/json';

describe('Two JSON values', () => {
	it.each<[unknown, unknown]>([
		[{}, 5],
		[{}, 'on'],
		[[], true],
		[{}, null],
		[{}, []],
		[null, 0],
		[1, '1'],
	])('of different kinds are not the same: %j and %j', (one, other) => {
		expect([isSameJson(one, other), isSameJson(other, one)]).toEqual([false, false]);
	});
});
