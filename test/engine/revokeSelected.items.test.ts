import { sleep, type IDataObject, type INode } from 'n8n-workflow';

import { credentialFor, runNode } from './engine';
import { useFakeTime } from './fakeTime';
import { callsOf, PUT } from './revocations';
import { usePlatform } from './usePlatform';

/** Command > Revoke Selected: one item for each chosen command, with what became of it. */

useFakeTime();
const platform = usePlatform();

const run = async (
	parameters: IDataObject,
	items: IDataObject[] = [{ deviceId: 'device-1' }],
	settings: Partial<INode> = {},
	requestsPerMinute = 0,
) =>
	await runNode({
		credential: credentialFor(platform, { sessionToken: platform.issueToken(), requestsPerMinute }),
		items,
		parameters: { operation: 'revokeSelected', filters: { method: 'SET_VALVE' }, ...parameters },
		settings,
	});

const puts = () => callsOf(platform, PUT);
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
				[
					gone?.commandId,
					false,
					expect.stringMatching(/already been delivered or canceled, or has expired .100435/),
				],
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
		expect(hints).toEqual([
			`Named in 'Command IDs', but not queued for the device, or no longer queued: ${gone?.commandId} (device-1)`,
		]);
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

	it('are revoked once when several items choose them, and paired with every item whose filter chose them', async () => {
		const [both, second] = platform.queueCommands('device-1', [
			{ creationTime: '20200101T000000Z' },
			{ creationTime: '20220101T000000Z' },
		]);
		const { items } = await run({ filters: { createdAfter: '={{ $json.after }}' } }, [
			{ deviceId: 'device-1', after: '2019-01-01' },
			{ deviceId: 'device-1', after: '2021-01-01' },
		]);
		expect(items.map(({ json, pairedItem }) => [json.commandId, pairedItem])).toEqual([
			[both?.commandId, { item: 0 }],
			[second?.commandId, [{ item: 0 }, { item: 1 }]],
		]);
		expect(puts()).toHaveLength(2);
	});

	it('are paired with their own item where filters name the present moment', async () => {
		for (const deviceId of ['device-1', 'device-2']) platform.queueCommands(deviceId, 1);
		const { items } = await run({ filters: { createdBefore: '={{ $now.plus({ hours: 1 }) }}' } }, [
			{ deviceId: 'device-1' },
			{ deviceId: 'device-2' },
			{ deviceId: 'device-1' },
		]);
		expect(items.map(({ json, pairedItem }) => [json.deviceId, pairedItem])).toEqual([
			['device-1', [{ item: 0 }, { item: 2 }]],
			['device-2', { item: 1 }],
		]);
		expect(platform.requests.filter(({ method }) => method === 'GET')).toHaveLength(2);
	});

	it.each([undefined, 'continueRegularOutput', 'continueErrorOutput'] as const)(
		'that the platform refuses for good are items with the reason, and the others go on (%s)',
		async (onError) => {
			const deviceIds = Array.from({ length: 30 }, (_, device) => `device-${device}`);
			const [refused] = deviceIds.flatMap((deviceId) => platform.queueCommands(deviceId, 1));
			platform.failNext({
				kind: 'reply',
				status: 403,
				body: { error_code: '100023', error_desc: 'The data in the database is abnormal.' },
				match: { method: 'PUT', path: `deviceCommands/${refused?.commandId}` },
				times: Infinity,
			});
			const { items, failed, stopped } = await run(
				{ scope: 'application' },
				[{}],
				onError ? { onError } : {},
			);
			expect(stopped).toBeUndefined();
			expect(failed).toEqual([]);
			expect(items.map(({ json }) => json.revoked)).toEqual([false, ...deviceIds.slice(1).map(() => true)]);
			expect(items[0]?.json).toMatchObject({
				commandId: refused?.commandId,
				reason: expect.stringContaining('100023') as string,
			});
		},
	);

	it('that are not reached because the token is refused for good end the run', async () => {
		platform.queueCommands('device-1', 5);
		platform.failNext({
			kind: 'reply',
			status: 403,
			body: { resultcode: '1010005', resultmsg: 'Invalid access token or appId.' },
			match: PUT,
			skip: 2,
			times: Infinity,
		});
		const { stopped } = await run({ options: { maxRetries: 0 } });
		expect(stopped?.message).toContain('2 of 5 commands of device device-1 were revoked');
	});

	it.each([
		['a redirect', 302, ''],
		['a proxy that wants a login', 407, 'No login'],
		['a wrong App Key', 403, { error_code: '100025', error_desc: 'AppId not exist.' }],
	])('that are not tried because of %s are no items', async (_what, status, body) => {
		platform.queueCommands('device-1', 5);
		platform.failNext({ kind: 'reply', status, body, match: PUT, times: Infinity });
		const { items } = await run({}, undefined, { onError: 'continueRegularOutput' });
		expect(items).toHaveLength(1);
		expect(items[0]?.json.error).toContain('0 of 5 commands');
		expect(puts()).toHaveLength(1);
	});

	it.each(['DELIVERED', 'SENT', 'SUCCESSFUL', 'TIMEOUT'] as const)(
		'that the platform answers with as %s are not revoked, and the reason says so',
		async (cancelOutcome) => {
			platform.set({ cancelOutcome });
			platform.queueCommands('device-1', 1);
			const { items, stopped } = await run({});
			expect(stopped).toBeUndefined();
			expect(items.map(({ json }) => [json.revoked, json.status])).toEqual([[false, cancelOutcome]]);
			expect(items[0]?.json.reason).toContain(cancelOutcome);
		},
	);

	it.each(['PENDING', 'DEFAULT', 'PENDDING'] as const)(
		'that the platform answers with as pending (%s) are looked up, and then not revoked',
		async (pendingSpelling) => {
			platform.set({ cancelOutcome: 'PENDING', pendingSpelling });
			platform.queueCommands('device-1', 1);
			const { items } = await run({});
			expect(items.map(({ json }) => json.revoked)).toEqual([false]);
			expect(platform.requests.map(({ method }) => method)).toEqual(['GET', 'PUT', 'GET']);
		},
	);

	it('that the platform answers with as pending and lists as CANCELED are revoked', async () => {
		platform.queueCommands('device-1', 1);
		platform.set({
			onAnswer: ({ method }, answer) => {
				if (method === 'PUT') answer.body = { ...(answer.body as object), status: 'PENDING' };
			},
		});
		const { items } = await run({});
		expect(items.map(({ json }) => [json.revoked, json.status])).toEqual([[true, 'CANCELED']]);
	});

	it.each([undefined, null, ''])(
		'that the platform answers with without a status (%p) are revoked',
		async (status) => {
			platform.queueCommands('device-1', 1);
			platform.set({
				onAnswer: ({ method }, answer) => {
					if (method === 'PUT') answer.body = { ...(answer.body as object), status };
				},
			});
			const { items } = await run({});
			expect(items.map(({ json }) => json.revoked)).toEqual([true]);
		},
	);

	it.each([
		['CANCELED', true],
		['DELIVERED', false],
	] as const)(
		'that the platform answers with in a state of no page, and lists as %s, are revoked: %p',
		async (cancelOutcome, revoked) => {
			platform.queueCommands('device-1', 1);
			platform.set({
				cancelOutcome,
				onAnswer: ({ method }, answer) => {
					if (method === 'PUT') answer.body = { ...(answer.body as object), status: 'ON_HOLD' };
				},
			});
			const { items } = await run({});
			expect(items.map(({ json }) => [json.revoked, json.status])).toEqual([[revoked, cancelOutcome]]);
		},
	);
});

describe('A run that has stopped', () => {
	const STOPPING = [{ deviceId: 'unknown' }, { deviceId: 'device-1' }];

	it('begins nothing for a device that another run has its turn with', async () => {
		platform.queueCommands('device-1', 1);
		let letGo = () => {};
		const isLetGo = new Promise<void>((resolve) => (letGo = resolve));
		const isHeld = new Promise<void>((resolve) => {
			platform.set({
				onCall: async ({ method }) => {
					if (method !== 'PUT') return;
					resolve();
					await isLetGo;
				},
			});
		});
		const other = run({});
		await isHeld;
		const stopping = run({}, STOPPING);
		// Should it wait for the other one, it gets its turn.
		await Promise.race([stopping, sleep(1_000)]);
		letGo();
		expect((await stopping).stopped?.message).toContain('100418');
		expect((await other).items).toHaveLength(1);
		expect(platform.requests.map(({ method, query }) => [method, query.deviceId])).toEqual([
			['GET', 'device-1'],
			['PUT', undefined],
			['GET', 'unknown'],
		]);
	});

	it('begins nothing for a device that waits for the rate limit', async () => {
		platform.queueCommands('device-1', 1);
		const { stopped } = await run({}, STOPPING, {}, 1);
		expect(stopped?.message).toContain('100418');
		expect(platform.requests.map(({ query }) => query.deviceId)).toEqual(['unknown']);
	});
});

it('A command that is listed without an ID becomes an item with the reason, and the others are revoked', async () => {
	platform.queueCommands('device-1', 3);
	platform.set({
		onAnswer: ({ method }, { body }) => {
			if (method === 'GET')
				(body as { data: IDataObject[] }).data.forEach((entry, at) => at === 0 && (entry.commandId = null));
		},
	});
	const { items } = await run({}, [{ deviceId: 'device-1' }]);
	expect(items.map(({ json }) => json.revoked).sort()).toEqual([false, true, true]);
	const [left] = items.filter(({ json }) => json.revoked === false);
	expect(left?.json.reason).toContain('without an ID');
});

it.each([
	['an answer that is no command', { kind: 'reply', status: 200, body: { hello: 'world' } }],
	['a lost answer each time', { kind: 'resetBefore' }],
] as const)('One command that meets %s keeps none of the others queued', async (_what, fault) => {
	const commands = Array.from({ length: 5 }, (_, at) => platform.queueCommands(`device-${at}`, 1)[0]);
	platform.failNext({
		...fault,
		match: { method: 'PUT', path: commands[0]?.commandId ?? '' },
		times: Infinity,
	});
	const { items } = await run({ scope: 'application', options: { maxRetries: 1, concurrency: 1 } }, [{}], {
		onError: 'continueRegularOutput',
	});
	const revoked = items.filter(({ json }) => json.revoked === true).map(({ json }) => json.commandId);
	expect(revoked.sort()).toEqual(
		commands
			.slice(1)
			.map((command) => command?.commandId)
			.sort(),
	);
	expect(items.find(({ json }) => json.commandId === commands[0]?.commandId)?.json).toMatchObject({
		revoked: false,
	});
});

it('Of two commands that stay in doubt for reasons of their own, the message names the first', async () => {
	platform.queueCommands('device-1', 2);
	const left = ['ON_HOLD', 'PARKED'];
	platform.set({
		onAnswer: ({ method }, answer) => {
			if (method === 'PUT') answer.body = { ...(answer.body as object), status: left.shift() };
			// It no longer lists the commands.
			else if (left.length < 2) answer.body = { ...(answer.body as object), data: [] };
		},
	});
	const { stopped } = await run({});
	expect(puts()).toHaveLength(2);
	expect(stopped?.message).toContain('ON_HOLD');
	expect(stopped?.message).not.toContain('PARKED');
});
