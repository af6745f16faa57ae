import { createN8n, type N8n } from '../lab/n8n';
import { running } from '../lab/running';
import { startPlatform, type Platform, type PlatformOptions } from '../platform/platform';
import { credential } from './workflows';

/** One started n8n for the tests of a file, removed after them. */
export function useN8n(options: Parameters<typeof createN8n>[0] = {}): N8n {
	let n8n: N8n | undefined;
	beforeAll(async () => {
		n8n = await createN8n(options);
		await n8n.start();
	});
	afterAll(async () => await n8n?.remove());
	return running('n8n', () => n8n);
}

/** A platform for each test of a file, with n8n's credential for it. */
export function usePlatform(n8n: N8n, options: PlatformOptions = {}): Platform {
	let platform: Platform | undefined;
	beforeEach(async () => {
		platform = await startPlatform(options);
		await n8n.importCredentials([credential(platform)]);
	});
	afterEach(async () => {
		await platform?.close();
		platform = undefined;
	});
	return running('the platform', () => platform);
}
