import { clockModule } from './engine';

/** In the tests of a file the waits between tries are so many times as short. */
export function shortenWaits(times: number): void {
	const { sleep } = clockModule.clock;
	beforeEach(() => {
		clockModule.clock.sleep = async (ms: number) => await sleep(ms / times);
	});
	afterEach(() => {
		clockModule.clock.sleep = sleep;
	});
}
