import { TaskWatch } from '../../nodes/IotCommandRevoke/resources/command/taskWatch';
import { transportWith } from './fakeTransport';
import { VirtualClock } from './virtualClock';

let time: VirtualClock;

beforeEach(() => {
	time = new VirtualClock();
	time.install();
});

afterEach(() => time.uninstall());

/** A watch over tasks that are final after `endsAfter` milliseconds, and when the platform was asked. */
function watching(endsAfter: Record<string, number>) {
	const began = time.now();
	const looks: number[] = [];
	const transport = transportWith(() => {
		const now = time.now() - began;
		looks.push(now);
		const data = Object.entries(endsAfter).map(([taskId, end]) => ({
			taskId,
			status: now >= end ? 'SUCCESS' : 'RUNNING',
		}));
		return { body: { pagination: { pageSize: 1000 }, data } };
	});
	const watch = new TaskWatch(transport, () => 0);
	const untilFinal = async (taskId: string, timeoutMs: number) =>
		(await watch.untilFinal({ taskId }, undefined, time.now(), timeoutMs)).end;
	return { untilFinal, looks };
}

describe('The watch over tasks', () => {
	it('looks once more before a wait ends, however seldom it looks by then', async () => {
		const { untilFinal } = watching({ long: 200_000, short: 45_000 });
		const long = untilFinal('long', 60_000);
		await time.run(time.sleep(41_000));
		expect(await time.run(untilFinal('short', 8000))).toBe('final');
		expect(await time.run(long)).toBe('timeOver');
	});

	it('looks less and less often', async () => {
		const { untilFinal, looks } = watching({ long: 200_000 });
		await time.run(untilFinal('long', 60_000));
		const pauses = looks.map((at, index) => at - (looks[index - 1] ?? 0));
		expect(pauses.slice(0, 4)).toEqual([1000, 1500, 2250, 3375]);
		expect(looks.length).toBeLessThan(12);
		expect(looks.at(-1)).toBe(59_500);
	});

	it('makes no more than a look a second when many waits end one after another', async () => {
		const names = Array.from({ length: 50 }, (_, index) => `task-${index}`);
		const { untilFinal, looks } = watching(Object.fromEntries(names.map((name) => [name, 200_000])));
		await time.run(
			Promise.all(names.map(async (name, index) => await untilFinal(name, 10_000 + index * 100))),
		);
		// One call for a list, or one for a task that waits alone.
		expect(looks.length).toBeLessThan(20);
	});
});
