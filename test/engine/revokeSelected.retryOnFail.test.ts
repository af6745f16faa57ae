import type { IDataObject, INode } from 'n8n-workflow';

import type { RecordedRequest } from '../platform/platform';
import { credentialFor, runNode } from './engine';
import { useFakeTime } from './fakeTime';
import { recordLog } from './log';
import { callsOf, PUT } from './revocations';
import { usePlatform } from './usePlatform';

/** Command > Revoke Selected with n8n's 'Retry On Fail'. */

useFakeTime();
const platform = usePlatform();

afterEach(() => jest.restoreAllMocks());

const run = async (
	parameters: IDataObject,
	items: IDataObject[] = [{ deviceId: 'device-1' }],
	settings: Partial<INode> = {},
) =>
	await runNode({
		credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
		items,
		parameters: { operation: 'revokeSelected', filters: { method: 'SET_VALVE' }, ...parameters },
		settings,
	});

describe('The next try', () => {
	it('gives what an earlier try revoked too, once', async () => {
		const queued = platform.queueCommands('device-1', 4);
		// The second answer is lost, and the look-up too; in the next try both work.
		platform.failNext({
			kind: 'resetAfter',
			match: { ...PUT, path: `deviceCommands/${queued[1]?.commandId}` },
		});
		platform.failNext({ kind: 'resetBefore', match: { path: /deviceCommands$/ }, skip: 1 });
		const { items, stopped } = await run({ options: { maxRetries: 0 } }, undefined, {
			retryOnFail: true,
			maxTries: 3,
			waitBetweenTries: 1,
		});
		expect(stopped).toBeUndefined();
		expect(items.map(({ json }) => [json.commandId, json.revoked])).toEqual(
			queued.map(({ commandId }) => [commandId, true]),
		);
	});

	it('names what an earlier try revoked even when it comes to nothing itself', async () => {
		const queued = platform.queueCommands('device-1', 3);
		platform.failNext({
			kind: 'resetAfter',
			match: { ...PUT, path: `deviceCommands/${queued[1]?.commandId}` },
		});
		platform.failNext({ kind: 'resetBefore', match: { path: /deviceCommands$/ }, skip: 1, times: Infinity });
		const { stopped } = await run({ options: { maxRetries: 0 } }, undefined, {
			retryOnFail: true,
			maxTries: 2,
			waitBetweenTries: 1,
		});
		expect(`${stopped?.message} ${stopped?.description}`).toContain(queued[0]?.commandId);
	});

	const retried = { retryOnFail: true, maxTries: 2, waitBetweenTries: 20 };
	const refusal = {
		kind: 'reply',
		status: 403,
		body: { resultcode: '1010005', resultmsg: 'Invalid.' },
	} as const;

	it.each([
		['createdBefore', '={{ $now.plus({ hours: 1 }) }}'],
		['createdAfter', '={{ $now.minus({ hours: 1 }) }}'],
		['createdBefore', '={{ new Date(Date.now() + 3600000) }}'],
	])('gives all commands of all tries where the filter %s is %s', async (name, value) => {
		const queued = ['device-1', 'device-2'].flatMap((deviceId) => platform.queueCommands(deviceId, 2));
		platform.failNext({ ...refusal, match: { method: 'GET', deviceId: 'device-1' } });
		const token = platform.issueToken();
		const { items, stopped } = await runNode({
			credential: credentialFor(platform, { authentication: 'accessToken', token }),
			items: [{ deviceId: 'device-2' }, { deviceId: 'device-1' }],
			parameters: {
				operation: 'revokeSelected',
				filters: { [name]: value },
				options: { concurrency: 1 },
			},
			settings: retried,
		});
		expect(stopped).toBeUndefined();
		expect(items.map(({ json }) => [json.commandId, json.revoked])).toEqual(
			[...queued.slice(2), ...queued.slice(0, 2)].map(({ commandId }) => [commandId, true]),
		);
	});

	it.each([true, false])(
		'gives a command that the platform lists without an ID once (simplified: %p)',
		async (simplify) => {
			const [, lost] = platform.queueCommands('device-1', 2);
			platform.failNext({ kind: 'resetAfter', match: PUT });
			platform.failNext({ kind: 'resetBefore', match: { path: /deviceCommands$/ }, skip: 1 });
			platform.set({
				onAnswer: ({ method }, { body }) => {
					if (method === 'GET') delete (body as { data: IDataObject[] }).data[0]?.commandId;
				},
			});
			const { items } = await run({ simplify, options: { maxRetries: 0 } }, undefined, retried);
			expect(items.map(({ json }) => [json.commandId ?? null, json.revoked]).sort()).toEqual(
				[
					[null, false],
					[lost?.commandId, true],
				].sort(),
			);
		},
	);

	it.each([1, 2])(
		'pairs a command that stayed unknown in %i tries with the item that chose it',
		async (unknownTries) => {
			const [a, b] = platform.queueCommands('device-1', 2);
			const fate = { ...PUT, path: `deviceCommands/${b?.commandId}` };
			platform.failNext({ kind: 'resetAfter', match: fate, times: unknownTries });
			const look = { path: /deviceCommands$/ };
			// In each try the commands are listed, and after the lost answer looked up.
			for (let at = 1; at <= unknownTries; at += 1) {
				platform.failNext({ kind: 'resetBefore', match: look, skip: at });
			}
			const { items, stopped } = await run(
				{ filters: { commandIds: '={{ $json.ids }}' }, options: { maxRetries: 0 } },
				[
					{ deviceId: 'device-1', ids: a?.commandId },
					{ deviceId: 'device-1', ids: b?.commandId },
				],
				{ ...retried, maxTries: 3 },
			);
			expect(stopped).toBeUndefined();
			expect(items.map(({ json, pairedItem }) => [json.commandId, json.revoked, pairedItem])).toEqual([
				[a?.commandId, true, { item: 0 }],
				[b?.commandId, true, { item: 1 }],
			]);
			expect(callsOf(platform, fate)).toHaveLength(unknownTries + 1);
		},
	);

	const isList = ({ method, path }: RecordedRequest) => method === 'GET' && path.endsWith('/deviceCommands');

	it('gives a summary for the item without a match alone, whatever an earlier try came to', async () => {
		const [kept, gone] = platform.queueCommands('device-1', 2);
		// The first command is delivered before its revocation; the second one is refused, then delivered before the next try.
		platform.set({
			onAnswer: (call) => {
				if (isList(call) && kept) kept.status = 'DELIVERED';
				if (call.method === 'PUT' && gone && call.path.endsWith(gone.commandId)) gone.status = 'DELIVERED';
			},
		});
		const token = platform.issueToken();
		platform.failNext({ ...refusal, match: { ...PUT, path: `deviceCommands/${gone?.commandId}` } });
		const { items, hints, stopped } = await runNode({
			credential: credentialFor(platform, { authentication: 'accessToken', token }),
			items: [
				{ deviceId: 'device-1', ids: [kept?.commandId, gone?.commandId] },
				{ deviceId: 'device-1', ids: ['none'] },
			],
			parameters: {
				operation: 'revokeSelected',
				filters: { commandIds: '={{ $json.ids }}' },
				options: { emptyResult: 'summary' },
			},
			settings: retried,
		});
		expect(stopped).toBeUndefined();
		expect(
			items.map(({ json, pairedItem }) => [json.commandId ?? json.totalCount, json.revoked, pairedItem]),
		).toEqual([
			[kept?.commandId, false, { item: 0 }],
			[0, undefined, { item: 1 }],
		]);
		expect(hints).toEqual([
			`Named in 'Command IDs', but not queued for the device, or no longer queued: ${gone?.commandId} (device-1), none (device-1)`,
		]);
	});

	it('says of a command whose revocation stayed unknown that it is, when the list breaks', async () => {
		const log = recordLog();
		const [command] = platform.queueCommands('device-1', 1);
		platform.failNext({ kind: 'resetAfter', match: PUT });
		platform.failNext({ kind: 'resetBefore', match: { path: /deviceCommands$/ }, skip: 1, times: Infinity });
		const { stopped } = await run({ options: { maxRetries: 0 } }, undefined, retried);
		expect(stopped?.message).toContain('an earlier try left open whether this was done');
		expect(log.filter((line) => line.includes('not known')).at(-1)).toContain(command?.commandId);
	});
});
