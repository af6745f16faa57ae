import { onAbort } from '../../nodes/shared/values/clock';

describe('Who listens for the end of a signal', () => {
	const called: string[] = [];
	const controller = new AbortController();
	const { signal } = controller;
	const [add, remove] = [jest.spyOn(signal, 'addEventListener'), jest.spyOn(signal, 'removeEventListener')];

	it('costs it one listener together with all others, and none when the last one is gone', () => {
		const [first, second] = ['first', 'second'].map((name) => onAbort(signal, () => called.push(name)));
		expect(add).toHaveBeenCalledTimes(1);
		first?.();
		expect(remove).not.toHaveBeenCalled();
		second?.();
		expect(remove).toHaveBeenCalledTimes(1);
	});

	it('is called if it still listens', () => {
		const stop = onAbort(signal, () => called.push('stopped'));
		onAbort(signal, () => called.push('third'));
		stop();
		controller.abort();
		expect(called).toEqual(['third']);
	});
});
