/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs in Node.js: lets other work go first */
import type { IDataObject } from 'n8n-workflow';

import { credentialFor, runNode } from './engine';
import { useFakeTime } from './fakeTime';
import { recordLog } from './log';
import { callsOf, POST, queueFor } from './revocations';
import { usePlatform } from './usePlatform';

/** Runs that a person cancels. */

const time = useFakeTime();
const platform = usePlatform();

afterEach(() => jest.restoreAllMocks());

/** Runs the node and cancels it when the platform gets the call of that number, counted from 1. */
async function runAndCancel(
	callNo: number,
	parameters: IDataObject = {},
	items: IDataObject[] = [{ deviceId: 'device-0' }],
	settings = {},
) {
	let cancel = () => {};
	platform.set({
		onCall: () => {
			if (platform.requests.length === callNo) cancel();
		},
	});
	return await runNode({
		credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
		items,
		parameters,
		settings,
		onStart: (stop) => (cancel = stop),
	});
}

it.each([1, 4])('A canceled run sends nothing after call %i', async (callNo) => {
	const items = queueFor(platform, 20);
	const { run } = await runAndCancel(callNo, { options: { concurrency: 1 } }, items);
	expect(run.status).toBe('canceled');
	expect(callsOf(platform, POST)).toHaveLength(callNo);
});

it.each([undefined, 'continueRegularOutput'] as const)(
	'A run that is canceled while a call hangs ends as canceled (%s)',
	async (onError) => {
		queueFor(platform, 1);
		platform.failNext({ kind: 'hangAfter', match: POST });
		const { run } = await runAndCancel(1, {}, undefined, onError ? { onError } : {});
		expect(run.status).toBe('canceled');
		expect(platform.requests).toHaveLength(1);
	},
);

it('A run that is canceled while it waits for another one on the same device ends at once, without a call', async () => {
	queueFor(platform, 1);
	const credential = credentialFor(platform, { sessionToken: platform.issueToken() });
	let second: ReturnType<typeof runNode> | undefined;
	platform.set({
		onAnswer: async () => {
			if (second) return;
			let cancel = () => {};
			second = runNode({
				credential,
				items: [{ deviceId: 'device-0' }],
				onStart: (stop) => (cancel = stop),
			});
			await new Promise((resolve) => setImmediate(resolve));
			cancel();
			expect((await second).run.status).toBe('canceled');
		},
	});
	const first = await runNode({ credential, items: [{ deviceId: 'device-0' }] });
	expect(first.items).toHaveLength(2);
	expect(platform.requests).toHaveLength(1);
});

it('A run that is canceled while it waits for a revocation task makes no further call', async () => {
	platform.set({ taskDurationMs: 60_000 });
	queueFor(platform, 1);
	const began = time.now();
	const { run } = await runAndCancel(2, { options: { waitForCompletion: true } });
	expect(run.status).toBe('canceled');
	expect(platform.tasks()[0]?.status).toBe('WAITTING');
	expect(platform.requests).toHaveLength(2);
	expect(time.now() - began).toBe(1000);
});

it('A run that is canceled after devices were done names their tasks in the log', async () => {
	const log = recordLog();
	const items = queueFor(platform, 3);
	await runAndCancel(3, { options: { concurrency: 1 } }, items);
	const line = log.find((text) => text.includes('canceled. Revocation accepted')) ?? '';
	for (const { taskId } of platform.tasks().slice(0, 2)) expect(line).toContain(taskId);
});

it.each(['resetAfter', 'hangAfter'] as const)(
	'A canceled run names in the log the command whose revocation was under way when its answer was lost by %s',
	async (kind) => {
		const log = recordLog();
		const [command] = platform.queueCommands('device-0', 1);
		platform.failNext({ kind, match: { method: 'PUT' } });
		const { run } = await runAndCancel(2, {
			operation: 'revokeSelected',
			filters: { method: 'SET_VALVE' },
		});
		expect(run.status).toBe('canceled');
		expect(log.join('\n')).toContain(
			`not known whether done: device device-0 (commands ${command?.commandId})`,
		);
	},
);

it('A canceled run that only reads warns of nothing', async () => {
	const log = recordLog();
	queueFor(platform, 1);
	platform.failNext({ kind: 'hang', match: { method: 'GET' } });
	const { run } = await runAndCancel(1, { operation: 'getAll' });
	expect(run.status).toBe('canceled');
	expect(log.filter((line) => /not known|may have|accepted/.test(line))).toEqual([]);
});
