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

	it.each<[unknown, unknown]>([
		[{ a: 1 }, { a: 1, b: 2 }],
		[{ a: 1 }, { b: 1 }],
		[{ a: { b: 1 } }, { a: { b: 1, c: null } }],
		[[1], [1, 2]],
		[
			[1, 2],
			[2, 1],
		],
	])('that differ in a part are not the same: %j and %j', (one, other) => {
		expect([isSameJson(one, other), isSameJson(other, one)]).toEqual([false, false]);
	});

	it('are the same in any order of their fields', () => {
		expect(isSameJson({ a: 1, b: [{ c: null, d: 2 }] }, { b: [{ d: 2, c: null }], a: 1 })).toBe(true);
	});
});
