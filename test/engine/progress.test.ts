import { credentialFor, runNode } from './engine';
import { useFakeTime } from './fakeTime';
import { recordLog } from './log';
import { queueFor } from './revocations';
import { usePlatform } from './usePlatform';

/** What n8n's log says while a long run goes on. */

const time = useFakeTime();
const platform = usePlatform();
let log: string[];

beforeEach(() => {
	log = recordLog();
});

afterEach(() => jest.restoreAllMocks());

const lines = () => log.filter((line) => line.includes('devices are done'));

it('A run that the rate limit keeps waiting logs how many devices are done and until when it waits', async () => {
	platform.set({ threshold: 20 });
	const began = time.now();
	const { items } = await runNode({
		credential: credentialFor(platform, { requestsPerMinute: 20, sessionToken: platform.issueToken() }),
		items: queueFor(platform, 60, 1),
		parameters: { options: { concurrency: 1 } },
	});
	expect(items).toHaveLength(60);
	expect(time.now() - began).toBe(120_000);
	const waits = log.flatMap((line) => {
		const [, done, until] = /(\d+) of 60 devices .*rate limit until (\S+)/.exec(line) ?? [];
		return until === undefined ? [] : [[Number(done), Date.parse(until) - began]];
	});
	expect(waits).toEqual([
		[20, 60_000],
		[40, 120_000],
	]);
});

it('A run on a slow platform logs how many devices are done twice a minute', async () => {
	// Each device takes 10 s.
	platform.set({ onAnswer: () => time.pass(10_000) });
	const { items } = await runNode({
		credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
		items: queueFor(platform, 12, 1),
		parameters: { options: { concurrency: 1 } },
	});
	expect(items).toHaveLength(12);
	expect(lines().map((line) => /(\d+) of 12 devices are done/.exec(line)?.[1])).toEqual(['3', '6', '9']);
});

it('A short run logs nothing of it', async () => {
	await runNode({ credential: credentialFor(platform), items: queueFor(platform, 20, 1) });
	expect(lines()).toEqual([]);
});
