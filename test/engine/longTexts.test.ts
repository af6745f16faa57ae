import type { IDataObject } from 'n8n-workflow';

import { credentialFor, runNode, type Outcome } from './engine';
import { useFakeTime } from './fakeTime';
import { recordLog, stopRecording } from './log';
import { PUT, REFUSED } from './revocations';
import { item, POST as SEND, runSend } from './sends';
import { usePlatform } from './usePlatform';

/** Texts of the platform that are far longer than any page says: items keep them, no message shows them whole. */

useFakeTime();
const platform = usePlatform();

/** Short enough for a URL. */
const LONG = 'x'.repeat(400);
/** More of it than a message may show. */
const TOO_MUCH = LONG.slice(200);
const MOST = 2_000;

let log: string[];

beforeEach(() => {
	log = recordLog();
});

afterEach(() => {
	stopRecording();
	jest.restoreAllMocks();
});

/** Makes these fields long in every answer, wherever they stand. */
function lengthen(...fields: string[]): void {
	platform.set({ onAnswer: (_request, { body }) => lengthenIn(body, fields) });
}

function lengthenIn(value: unknown, fields: string[]): void {
	if (typeof value !== 'object' || value === null) return;
	const entries = value as Record<string, unknown>;
	for (const [name, entry] of Object.entries(entries)) {
		if (fields.includes(name) && typeof entry === 'string') entries[name] = entry + LONG;
		else lengthenIn(entry, fields);
	}
}

/** What a person reads of a run: messages, hints, reasons and the log. */
function expectShort({ items, failed, hints, stopped }: Outcome, ...words: string[]): void {
	const inItems = [...items, ...failed].flatMap(({ json }) => [json.error, json.message, json.reason]);
	const shown = [...hints, stopped?.message, stopped?.description, ...inItems].filter(Boolean).map(String);
	const tooLong = [...shown, ...log].filter((text) => text.includes(TOO_MUCH) || text.length > MOST);
	expect(tooLong.map((text) => text.slice(0, 300))).toEqual([]);
	for (const word of words) expect(shown.join('\n')).toContain(word);
}

const run = async (parameters: IDataObject, onError?: 'continueRegularOutput', deviceIds = ['device-1']) =>
	await runNode({
		credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
		items: deviceIds.map((deviceId) => ({ deviceId })),
		parameters,
		settings: onError ? { onError } : {},
	});

describe.each([undefined, 'continueRegularOutput'] as const)('On Error %s', (onError) => {
	const selected = { operation: 'revokeSelected', filters: { method: 'SET_VALVE' } };

	it.each([
		['SENT and more', `SENT${LONG}`, 'lists it as SENTxxx'],
		['CANCELED and more', `CANCELED${LONG}`, 'lists it as CANCELEDxxx'],
		['SENT with blanks', `SENT${' '.repeat(LONG.length)}`, '(100435: SENT)'],
	])('the status %s of a command that is to be revoked', async (_what, start, words) => {
		const status = start + start.slice(-1).repeat(100_000);
		platform.queueCommands('device-1', 1);
		platform.set({
			onAnswer: (_request, { body }) => {
				const isAfterwards = platform.requests.some(({ method }) => method === 'PUT');
				const { data = [] } = body as { data?: IDataObject[] };
				if (isAfterwards)
					for (const command of [body as IDataObject, ...data]) Object.assign(command, { status });
			},
		});
		expectShort(await run(selected, onError), words);
	});

	it('the ID of a command that is not revoked, after one that is', async () => {
		platform.queueCommands('device-1', 3);
		lengthen('commandId');
		platform.failNext({ kind: 'reply', status: 200, body: { status: 'CANCELED' }, match: PUT });
		platform.failNext({ ...REFUSED, match: PUT });
		platform.failNext({ kind: 'resetBefore', match: PUT, times: Infinity });
		platform.failNext({ kind: 'resetBefore', match: { method: 'GET' }, skip: 1, times: Infinity });
		expectShort(await run({ ...selected, options: { maxRetries: 0 } }, onError), 'x…');
	});

	it.each([
		[{ commandsShorter: true }, {}, 'more commands than it lists'],
		[{ taskDurationMs: 100_000 }, { waitForCompletion: true, waitTimeout: 1 }, 'wait ended before'],
	] as const)('the ID of a task, with %j', async (settings, options, words) => {
		platform.queueCommands('device-1', 2);
		platform.set(settings);
		lengthen('taskId');
		expectShort(await run({ options }, onError), words, 'x…');
	});

	it('the status of a task that does not end', async () => {
		platform.queueCommands('device-1', 2);
		lengthen('status');
		const options = { waitForCompletion: true, waitTimeout: 1 };
		expectShort(await run({ options }, onError), 'x…');
	});

	it.each([
		['PART_SUCCESS', 'Only some of the commands were revoked'],
		['PART_SUCCESS', 'does not say what became of some commands'],
		['FAILED', 'is FAILED'],
	])('the ID of a task that is %s: %s', async (status, words) => {
		platform.queueCommands('device-1', 1);
		let task = {};
		platform.set({
			taskDurationMs: 100_000,
			onAnswer: ({ method, path }, answer) => {
				if (!path.includes('CancelTasks')) return;
				if (method === 'POST') task = Object.assign(answer.body as object, { taskId: LONG });
				else answer.body = { pagination: { pageSize: 1000 }, data: [{ ...task, status }] };
			},
		});
		expectShort(await run({ options: { waitForCompletion: true } }, onError), words, 'x…');
	});

	it('the ID of a task that says nothing', async () => {
		const body = { taskId: LONG, deviceId: 'device-1' };
		platform.failNext({ kind: 'reply', status: 201, body, match: { method: 'POST' } });
		expectShort(await run({}, onError), 'does not say which commands it revokes', 'x…');
	});

	it('the IDs of what was done before a failure', async () => {
		for (const deviceId of ['device-1', 'device-2']) platform.queueCommands(deviceId, 1);
		lengthen('taskId');
		platform.failNext({ ...REFUSED, match: { method: 'POST', deviceId: 'device-2' } });
		const outcome = await run({ options: { concurrency: 1 } }, onError, ['device-1', 'device-2']);
		expectShort(outcome, '100022', ...(onError ? [] : ['x…']));
	});

	it("the IDs of commands that 'Replace Queued' meets", async () => {
		platform.queueCommands('device-1', [{}, {}, {}]);
		lengthen('commandId');
		const replaced = { kind: 'reply', status: 200, body: { status: 'CANCELED' }, match: PUT } as const;
		const send = async () =>
			await runSend(platform, {
				items: [item('device-1')],
				options: { replaceQueued: true },
				settings: onError ? { onError } : {},
			});
		platform.failNext(replaced);
		platform.failNext({ ...REFUSED, match: PUT });
		expectShort(await send(), 'could not be replaced', 'x…');
		platform.failNext({ ...replaced, times: 3 });
		platform.failNext({ ...REFUSED, match: SEND });
		expectShort(await send(), 'had already been revoked', 'x…');
	});
});
