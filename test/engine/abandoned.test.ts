import type { RecordedRequest } from '../platform/platform';
import { credentialFor, runNode } from './engine';
import { useFakeTime } from './fakeTime';
import { recordLog } from './log';
import { POST, queueFor } from './revocations';
import { usePlatform } from './usePlatform';

/** Requests that are given up while their answer drips in without end. */

const time = useFakeTime();
const platform = usePlatform();

afterEach(() => jest.restoreAllMocks());

/** Runs the node, whose call to `path` drips, until the platform sees that the connection was closed. */
async function abandon(path: string, cancelAfterMs?: number) {
	platform.failNext({ kind: 'drip', match: { path }, times: Infinity });
	const closed = new Promise<RecordedRequest>((resolve) => platform.set({ onAbandon: resolve }));
	let cancel = () => {};
	platform.set({
		onCall: async (request) => {
			if (cancelAfterMs === undefined || !request.path.includes(path)) return;
			void time.sleep(cancelAfterMs).then(() => cancel());
		},
	});
	const began = time.now();
	const { run, stopped } = await runNode({
		credential: credentialFor(platform),
		items: queueFor(platform, 1),
		parameters: { options: { maxRetries: 0 } },
		onStart: (stop) => (cancel = stop),
	});
	const ms = time.now() - began;
	expect((await closed).path).toContain(path);
	return { run, stopped, ms };
}

it("A call whose answer drips in is aborted after 'Timeout'", async () => {
	const { stopped, ms } = await abandon(POST.path);
	// The first call, which had the time of a login too; after a pause the second one, and a look for what they did.
	expect(ms).toBe(60_500 + 500 + 30_500 + 30_500);
	expect(stopped?.message).toContain('did not answer in time');
	expect(stopped?.description).toContain('may have revoked the commands');
});

it('A login whose answer drips in is aborted, and no command counts as revoked', async () => {
	const { stopped, ms } = await abandon('/login');
	expect(stopped?.message).toContain('did not answer in time');
	expect(stopped?.description).not.toContain('may have revoked the commands');
	expect(ms).toBe(30_000);
});

it.each([
	['/login', false],
	[POST.path, true],
])(
	'A run that is canceled while %s drips in aborts it; what was revoked is in doubt: %p',
	async (path, isInDoubt) => {
		const log = recordLog();
		const { run, ms } = await abandon(path, 1000);
		expect(run.status).toBe('canceled');
		expect(ms).toBe(1000);
		expect(log.some((line) => line.includes('not known whether done'))).toBe(isInDoubt);
	},
);
