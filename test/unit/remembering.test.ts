import fc from 'fast-check';

import { RecentIds } from '../../nodes/shared/values/recentIds';
import { TimeQueue } from '../../nodes/shared/values/timeQueue';

describe('Recent IDs', () => {
	it('hold at least the number asked for, and at most twice as many', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 100 }), (least, added) => {
				const ids = new RecentIds(least);
				for (let at = 0; at < added; at += 1) ids.add(`id-${at}`);
				const held = Array.from({ length: added }, (_, at) => ids.has(`id-${at}`));
				const recent = held.slice(-least);
				expect(recent).toEqual(recent.map(() => true));
				expect(held.filter(Boolean).length).toBeLessThanOrEqual(2 * least);
			}),
		);
	});

	it('hold an ID that is added again as long as any other', () => {
		const ids = new RecentIds(2);
		for (const id of ['a', 'b', 'a', 'c', 'd', 'a']) ids.add(id);
		expect(ids.has('a')).toBe(true);
	});
});

describe('A queue of times', () => {
	it('is what an array would be', () => {
		const steps = fc.array(fc.record({ add: fc.nat(5), forget: fc.nat(8), setBack: fc.boolean() }));
		fc.assert(
			fc.property(steps, (all) => {
				const queue = new TimeQueue();
				let model: number[] = [];
				let now = 100;
				for (const { add, forget, setBack } of all) {
					for (let more = 0; more < add; more += 1) {
						now += 1;
						queue.push(now);
						model.push(now);
					}
					const until = now - 8 + forget;
					const latest = setBack ? now - 2 : now;
					queue.keepBetween(until, latest);
					model = model.map((at) => Math.min(at, latest)).filter((at) => at > until);
					expect(queue.length).toBe(model.length);
					for (const index of [0, 1, -1, -2, model.length, -model.length - 1]) {
						expect(queue.at(index)).toBe(model.at(index));
					}
				}
			}),
		);
	});
});
