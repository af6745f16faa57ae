import type { IDataObject, INode } from 'n8n-workflow';

import { AFTER_WORK } from '../platform/faults';
import { startPlatform, type Platform } from '../platform/platform';
import { clockModule, credentialFor, runNode } from './engine';
import { shortenWaits } from './shortWaits';

/** Command > Revoke Selected: what the preview shows is what is taken back. */

const PUT = { method: 'PUT', path: 'deviceCommands/' };

let platform: Platform;

shortenWaits(10);

beforeEach(async () => {
	platform = await startPlatform();
});

afterEach(async () => await platform.close());

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

const puts = () => platform.requests.filter(({ method }) => method === 'PUT');
const statuses = () => platform.commands().map(({ status }) => status);

describe('The chosen commands', () => {
	it('are revoked one by one, and come out with what became of them', async () => {
		const [first, , third] = platform.queueCommands('device-1', [
			{ paras: { open: true } },
			{ method: 'UPDATE' },
			{},
		]);
		const { items } = await run({});
		expect(items.map(({ json }) => json)).toEqual([
			{
				commandId: first?.commandId,
				deviceId: 'device-1',
				appId: platform.appId,
				serviceId: 'Valve',
				method: 'SET_VALVE',
				paras: { open: true },
				status: 'CANCELED',
				creationTime: expect.stringMatching(/Z$/),
				revoked: true,
			},
			expect.objectContaining({ commandId: third?.commandId, revoked: true }),
		]);
		expect(statuses()).toEqual(['CANCELED', 'PENDING', 'CANCELED']);
		expect(puts().map(({ body }) => body)).toEqual([{ status: 'CANCELED' }, { status: 'CANCELED' }]);
	});

	it("come out as the platform's own objects when they are not simplified", async () => {
		platform.queueCommands('device-1', 1);
		const { items } = await run({ simplify: false });
		expect(items[0]?.json).toEqual({ ...platform.commands()[0], revoked: true });
	});

	it.each(['DELIVERED', 'EXPIRED'] as const)(
		'that are %s when their turn comes are items with the reason',
		async (status) => {
			const [first, gone, last] = platform.queueCommands('device-1', 3);
			// It was pending when it was listed.
			const onCall = ({ method }: { method: string }) => {
				if (gone && method === 'PUT') gone.status = status;
			};
			platform.set({ onCall });
			const { items, stopped, hints } = await run({});
			expect(stopped).toBeUndefined();
			expect(items.map(({ json }) => [json.commandId, json.revoked, json.reason])).toEqual([
				[first?.commandId, true, undefined],
				[gone?.commandId, false, expect.stringMatching(/final already.*100435/)],
				[last?.commandId, true, undefined],
			]);
			expect(hints).toEqual([`Not revoked, see the reason in the item: ${gone?.commandId}`]);
			expect(statuses()).toEqual(['CANCELED', status, 'CANCELED']);
		},
	);

	it('that were delivered before they are listed are no items, and a hint names them', async () => {
		const [gone, queued] = platform.queueCommands('device-1', [{ status: 'DELIVERED' }, {}]);
		const commandIds = [gone?.commandId ?? '', queued?.commandId ?? ''];
		const { items, hints } = await run({ filters: { commandIds } });
		expect(items.map(({ json }) => json.commandId)).toEqual([queued?.commandId]);
		expect(hints).toEqual([`Named in 'Command IDs' and not queued, or no longer: ${gone?.commandId}`]);
	});

	it('that the platform has forgotten when their turn comes are items with the reason', async () => {
		const [first, second] = platform.queueCommands('device-1', 2);
		platform.failNext({
			kind: 'reply',
			status: 200,
			body: { error_code: '100434', error_desc: 'The device command is not existed.' },
			match: PUT,
		});
		const { items } = await run({});
		expect(items.map(({ json }) => [json.commandId, json.revoked])).toEqual([
			[first?.commandId, false],
			[second?.commandId, true],
		]);
		expect(items[0]?.json.reason).toContain('100434');
	});

	it('of the whole application are revoked without a device', async () => {
		platform.queueCommands('device-1', 2);
		platform.queueCommands('device-2', [{}, { method: 'UPDATE' }]);
		const { items } = await run({ scope: 'application' }, [{}]);
		expect(items).toHaveLength(3);
		expect(statuses().filter((status) => status === 'PENDING')).toHaveLength(1);
	});

	it('are revoked once when two items choose the same', async () => {
		platform.queueCommands('device-1', [{ serviceId: 'Valve' }, { serviceId: 'Lamp' }]);
		const items = [
			{ deviceId: 'device-1', after: '2020-01-01' },
			{ deviceId: 'device-1', after: '2021-01-01' },
		];
		const outcome = await run({ filters: { createdAfter: '={{ $json.after }}' } }, items);
		expect(outcome.items.map(({ json, pairedItem }) => [json.revoked, pairedItem])).toEqual([
			[true, [{ item: 0 }, { item: 1 }]],
			[true, [{ item: 0 }, { item: 1 }]],
		]);
		expect(puts()).toHaveLength(2);
	});
});

describe('No command is revoked', () => {
	it.each([{}, { statuses: ['PENDING'] }])('without a filter: %p', async (filters) => {
		platform.queueCommands('device-1', 2);
		const { stopped } = await run({ filters });
		expect(stopped?.message).toContain("'Filters' is empty");
		expect(stopped?.description).toContain('Revoke All Pending');
		expect(platform.requests).toEqual([]);
	});

	it.each([
		['commandIds', ''],
		['commandIds', []],
		['commandIds', ' , '],
		['commandIds', null],
		['commandIds', [7]],
		['method', ''],
		['method', { a: 1 }],
		['serviceId', '  '],
		['createdBefore', ''],
	])('when the filter %s is %p', async (name, value) => {
		platform.queueCommands('device-1', 2);
		const { stopped } = await run({ filters: { serviceId: 'Valve', [name]: '={{ $json.value }}' } }, [
			{ deviceId: 'device-1', value: value as string },
		]);
		expect(stopped?.message).toMatch(/'(Command IDs|Method|Service ID|Created Before)'/);
		expect(platform.requests).toEqual([]);
	});

	it('when none matches, and a hint says so', async () => {
		platform.queueCommands('device-1', 2);
		const { items, hints } = await run({ filters: { method: 'OTHER' } });
		expect(items).toEqual([]);
		expect(hints).toEqual(['No pending command matches for: device device-1']);
		expect(puts()).toEqual([]);
	});
});

describe('An answer that is lost', () => {
	it.each(AFTER_WORK)('by %s is looked up, and the command counts as revoked once', async (kind) => {
		platform.queueCommands('device-1', 3);
		platform.failNext({ kind, match: PUT, skip: 1 });
		const { items } = await run({ options: { timeout: 1 } });
		expect(items.map(({ json }) => json.revoked)).toEqual([true, true, true]);
		expect(items.map(({ json }) => json.status)).toEqual(['CANCELED', 'CANCELED', 'CANCELED']);
	});

	it.each(['resetBefore', '503', 'html'] as const)('by %s before the work is asked again', async (kind) => {
		platform.queueCommands('device-1', 2);
		platform.failNext({ kind, match: PUT });
		const { items } = await run({});
		expect(items.map(({ json }) => json.revoked)).toEqual([true, true]);
	});

	it('for a command that went out meanwhile does not count as revoked', async () => {
		const [command] = platform.queueCommands('device-1', 1);
		platform.failNext({ kind: 'resetBefore', match: PUT });
		const stop = clockModule.clock.sleep;
		clockModule.clock.sleep = async (ms: number) => {
			const stored = platform.commands()[0];
			if (stored && puts().length > 0) stored.status = 'SENT';
			await stop(ms);
		};
		const { items } = await run({});
		expect(items.map(({ json }) => json)).toEqual([
			expect.objectContaining({ commandId: command?.commandId, status: 'SENT', revoked: false }),
		]);
	});

	it.each([undefined, 'continueErrorOutput'] as const)(
		'and can not be looked up either is told, with what was revoked before (%s)',
		async (onError) => {
			const queued = platform.queueCommands('device-1', 3);
			platform.failNext({
				kind: 'resetAfter',
				match: { ...PUT, path: `deviceCommands/${queued[1]?.commandId}` },
			});
			platform.failNext({
				kind: 'resetBefore',
				match: { path: /deviceCommands$/ },
				skip: 1,
				times: Infinity,
			});
			const { items, failed, stopped } = await run(
				{ options: { maxRetries: 0 } },
				undefined,
				onError ? { onError } : {},
			);
			const message = stopped?.message ?? String(failed[0]?.json.error);
			expect(message).toContain('1 of 3 commands of device device-1 were revoked');
			if (!onError) {
				expect(`${message}${String(stopped?.description)}`).toContain(queued[0]?.commandId);
				return;
			}
			expect(items.map(({ json }) => [json.commandId, json.revoked])).toEqual([
				[queued[0]?.commandId, true],
				[queued[1]?.commandId, false],
			]);
			expect(items[1]?.json.reason).toContain('not known whether');
		},
	);
});

describe("With 'Retry On Fail'", () => {
	it('what an earlier try revoked comes out too, once', async () => {
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
			waitBetweenTries: 0,
		});
		expect(stopped).toBeUndefined();
		expect(items.map(({ json }) => [json.commandId, json.revoked])).toEqual(
			queued.map(({ commandId }) => [commandId, true]),
		);
	});

	it('what an earlier try revoked is told even when the last try comes to nothing', async () => {
		const queued = platform.queueCommands('device-1', 3);
		platform.failNext({
			kind: 'resetAfter',
			match: { ...PUT, path: `deviceCommands/${queued[1]?.commandId}` },
		});
		platform.failNext({ kind: 'resetBefore', match: { path: /deviceCommands$/ }, skip: 1, times: Infinity });
		const { stopped } = await run({ options: { maxRetries: 0 } }, undefined, {
			retryOnFail: true,
			maxTries: 2,
			waitBetweenTries: 0,
		});
		expect(`${stopped?.message} ${stopped?.description}`).toContain(queued[0]?.commandId);
	});
});
