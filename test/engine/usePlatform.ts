import { running } from '../lab/running';
import { certificates } from '../platform/certificates';
import { startPlatform, type Platform, type PlatformOptions } from '../platform/platform';
import { clockModule } from './dist';
import { fakeTime } from './fakeTime';
import { shared } from './loadOnce';

let started = 0;

/** Starts a platform with the certificates of this process, and with the clock that the node waits by. */
export async function startWithClock(options: PlatformOptions = {}): Promise<Platform> {
	shared.certificates ??= certificates();
	started += 1;
	const platform = await startPlatform({
		// The node remembers much for each application, and the port of a platform that is gone may come again.
		appId: `app-${started}`,
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
