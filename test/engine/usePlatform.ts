import { running } from '../lab/running';
import { certificates } from '../platform/certificates';
import { startPlatform, type Platform, type PlatformOptions } from '../platform/platform';
import { clockModule } from './dist';
import { fakeTime } from './fakeTime';
import { shared } from './loadOnce';

/** Starts a platform with the certificates of this process, and with the clock that the node waits by. */
export async function startWithClock(options: PlatformOptions = {}): Promise<Platform> {
	shared.certificates ??= certificates();
	const platform = await startPlatform({
		certificates: shared.certificates,
		now: () => clockModule.clock.now(),
		...options,
	});
	fakeTime.watch(platform.requests);
	return platform;
}

/** A platform for each test of a file, closed after it; what is returned is always the one of the running test. */
export function usePlatform(options: PlatformOptions = {}): Platform {
	let platform: Platform | undefined;
	beforeEach(async () => {
		platform = await startWithClock(options);
	});
	afterEach(async () => {
		await platform?.close();
		platform = undefined;
	});
	return running('the platform', () => platform);
}
