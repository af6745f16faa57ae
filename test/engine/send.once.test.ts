import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { AFTER_WORK } from '../platform/faults';
import type { StoredCommand } from '../platform/platform';
import { credentialFor, IotDevice, NODE, nodeType, nodeUnderTest, runWorkflow, workflowOf } from './engine';
import { useFakeTime } from './fakeTime';
import { addDevices, GET, holdPost, item, POST, posts, runSend, saysUnknown, SEND, sentIds } from './sends';
import { usePlatform } from './usePlatform';

/** IoT Device > Send sends a command at most once, whatever becomes of the answers. */

useFakeTime();
const platform = usePlatform({ tokenLifetime: 1_000_000 });

beforeEach(async () => await platform.addDevice('device-1'));

const CONTINUE = { onError: 'continueRegularOutput' } as const;
const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 } as const;
const TWIN = { serviceId: 'Valve', method: 'SET_VALVE', paras: { value: 50 } };
const twin = () => platform.queueCommands('device-1', [TWIN])[0] as StoredCommand;
const ids = () => platform.commands().map(({ commandId }) => commandId);

describe('A lost answer', () => {
	it.each(AFTER_WORK)('by %s gives the item of the command that the platform made', async (kind) => {
		platform.failNext({ kind, match: POST });
		const { items } = await runSend(platform);
		expect(items.map(({ json }) => json.commandId)).toEqual(ids());
		expect(items[0]?.json).toMatchObject({ deviceId: 'device-1', status: 'PENDING', expireTime: 172800 });
		expect(posts(platform)).toHaveLength(1);
	});

	it.each(['resetBefore', 'html', 'empty'] as const)(
		'by %s, and no command there, is reported as unknown and not sent again',
		async (kind) => {
			platform.failNext({ kind, match: POST });
			const { items } = await runSend(platform, { settings: CONTINUE });
			expect(saysUnknown(items[0]?.json ?? {}, 'device-1')).toBe(true);
			expect(platform.commands()).toEqual([]);
			expect(posts(platform)).toHaveLength(1);
		},
	);

	it.each([{}, { commandId: '' }, { commandId: 7 }, [], null])(
		'in form of a success that names no command (%j) is none: the item says that its fate is unknown',
		async (body) => {
			platform.failNext({ kind: 'reply', status: 201, body: body as never, match: POST });
			const { items } = await runSend(platform, { settings: { ...CONTINUE, ...RETRY } });
			expect(saysUnknown(items[0]?.json ?? {}, 'device-1')).toBe(true);
			expect(posts(platform)).toHaveLength(1);
		},
	);

	it.each([
		['the rate limit', { kind: 'throttle' }],
		['an expired token', { kind: 'reply', status: 403, body: { resultcode: '1010005', resultmsg: '' } }],
		['congestion', { kind: '503' }],
	] as const)('is none where the platform refuses for %s: that is sent again', async (_why, fault) => {
		platform.failNext({ ...fault, match: POST });
		const outcome = await runSend(platform);
		expect(sentIds(outcome)).toEqual(ids());
		expect(posts(platform)).toHaveLength(2);
	});

	it('never takes an older command like it for its own', async () => {
		twin();
		platform.failNext({ kind: 'resetBefore', match: POST });
		const { items } = await runSend(platform, { settings: CONTINUE });
		expect(saysUnknown(items[0]?.json ?? {}, 'device-1')).toBe(true);
		expect(platform.commands()).toHaveLength(1);
	});

	it('finds its own command beside an older one like it', async () => {
		const older = twin();
		platform.failNext({ kind: 'resetAfter', match: POST });
		const outcome = await runSend(platform);
		expect(sentIds(outcome)).toEqual(ids().filter((id) => id !== older.commandId));
	});

	it("is unknown when somebody else's command like it came at the same time", async () => {
		platform.failNext({ kind: 'resetAfter', match: POST });
		platform.set({ onCall: ({ method }) => void (method === 'POST' && twin()) });
		const { items } = await runSend(platform, { settings: CONTINUE });
		expect(saysUnknown(items[0]?.json ?? {}, 'device-1')).toBe(true);
		expect(String(items[0]?.json.error)).toContain('may be from another request');
	});

	it('gives each of several items that ask for the same its own command', async () => {
		platform.failNext({ kind: 'resetAfter', match: POST, skip: 1 });
		const outcome = await runSend(platform, {
			items: [item('device-1'), item('device-1'), item('device-1')],
		});
		expect([...sentIds(outcome)].sort()).toEqual(ids().sort());
		expect(platform.commands()).toHaveLength(3);
	});

	it('leaves open what may be the late command of an earlier item', async () => {
		platform.failNext({ kind: 'resetLate', lateBy: 4, match: POST });
		platform.failNext({ kind: 'resetBefore', match: POST });
		const { items } = await runSend(platform, {
			items: [item('device-1'), item('device-1')],
			settings: CONTINUE,
			options: { maxRetries: 0 },
		});
		expect(items.map(({ json }) => saysUnknown(json, 'device-1'))).toEqual([true, true]);
		expect(posts(platform)).toHaveLength(2);
	});

	it('is looked up again when the platform lists the command a moment later', async () => {
		platform.failNext({ kind: 'resetLate', lateBy: 2, match: POST });
		const outcome = await runSend(platform);
		expect(sentIds(outcome)).toEqual(ids());
	});

	it('is unknown when it can not be looked up', async () => {
		platform.failNext({ kind: 'resetAfter', match: POST });
		platform.failNext({ kind: 'resetBefore', match: GET, skip: 1, times: Infinity });
		const { items } = await runSend(platform, { settings: CONTINUE });
		expect(saysUnknown(items[0]?.json ?? {}, 'device-1')).toBe(true);
		expect(String(items[0]?.json.error)).toContain('it could not be looked up');
	});

	it('is unknown, and the command still sent, when it could not be listed what was there before', async () => {
		platform.failNext({ kind: 'reply', status: 400, body: { error_code: '100023' }, match: GET });
		platform.failNext({ kind: 'resetAfter', match: POST });
		const { items } = await runSend(platform, { settings: CONTINUE });
		expect(saysUnknown(items[0]?.json ?? {}, 'device-1')).toBe(true);
		expect(platform.commands()).toHaveLength(1);
	});

	it.each([-8 * 3600, -660, -540, -2, 2, 540, 660, 8 * 3600])(
		"never counts twice nor for another, with the platform's clock %i s ahead",
		async (seconds) => {
			platform.set({ clockOffsetMs: seconds * 1000 });
			const older = twin();
			platform.failNext({ kind: 'resetAfter', match: POST });
			const { items } = await runSend(platform, { settings: CONTINUE });
			const [own] = ids().filter((id) => id !== older.commandId);
			expect(platform.commands()).toHaveLength(2);
			// Behind by more than the list goes back, the command is not found.
			if (seconds < -600) expect(saysUnknown(items[0]?.json ?? {}, 'device-1')).toBe(true);
			else expect(items[0]?.json.commandId).toBe(own);
		},
	);

	it('of one of two runs for a device is not taken for the other', async () => {
		platform.failNext({ kind: 'resetBefore', match: POST });
		platform.set({ latencyMs: 20 });
		const [one, other] = await Promise.all([
			runSend(platform, { settings: CONTINUE }),
			runSend(platform, { settings: CONTINUE }),
		]);
		const all = [...one.items, ...other.items].map(({ json }) => json);
		expect(all.filter((json) => saysUnknown(json, 'device-1'))).toHaveLength(1);
		expect(all.flatMap(({ commandId }) => commandId ?? [])).toEqual(ids());
	});
});

describe('Retry On Fail', () => {
	it('sends no item again that was sent, and gives it out', async () => {
		const items = await addDevices(platform, 3);
		platform.failNext({ kind: 'status', status: 400, match: { ...POST, deviceId: 'device-2' } });
		const outcome = await runSend(platform, { items, settings: RETRY, options: { concurrency: 1 } });
		expect(outcome.stopped).toBeUndefined();
		expect(sentIds(outcome)).toEqual(ids());
		expect(posts(platform)).toHaveLength(4);
	});

	it.each(['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const)(
		'never sends an item again that may have been sent, with %s',
		async (onError) => {
			const items = await addDevices(platform, 3);
			platform.failNext({ kind: 'resetBefore', match: { ...POST, deviceId: 'device-0' } });
			const outcome = await runSend(platform, { items, settings: { ...RETRY, onError } });
			expect(posts(platform)).toHaveLength(3);
			expect(platform.commands('device-0')).toEqual([]);
			if (onError === 'stopWorkflow') {
				expect(outcome.stopped?.message).toContain('It is not known whether the command was sent');
			} else {
				expect(sentIds(outcome)).toEqual(ids());
				const told = [...outcome.items, ...outcome.failed].filter(({ json }) =>
					saysUnknown(json, 'device-0'),
				);
				expect(told).toHaveLength(1);
			}
		},
	);

	it('finds a command that could not be looked up in the first try', async () => {
		platform.failNext({ kind: 'resetAfter', match: POST });
		platform.failNext({ kind: 'resetBefore', match: GET, skip: 1, times: 1 });
		const outcome = await runSend(platform, { settings: RETRY, options: { maxRetries: 0 } });
		expect(sentIds(outcome)).toEqual(ids());
		expect(posts(platform)).toHaveLength(1);
	});

	it("takes no other run's command for a lost one, when it stops before its turn to look", async () => {
		const match = { ...POST, deviceId: 'device-1' };
		platform.failNext({ kind: 'reply', status: 201, body: {}, match });
		// The other run's command is there, but it has not got the answer when the second try begins.
		const { isHeld, letGo } = holdPost(platform, 'device-1', 'onAnswer');
		let other: ReturnType<typeof runSend> | undefined;
		platform.set({
			onCall: async ({ method, body }) => {
				if (other || method !== 'POST' || (body as IDataObject).deviceId !== 'unknown') return;
				other = runSend(platform);
				await isHeld;
			},
		});
		const { stopped } = await runSend(platform, {
			items: [item('unknown'), item('device-1')],
			settings: { ...RETRY, maxTries: 2 },
			options: { maxRetries: 0 },
		});
		expect(stopped?.message).toContain('100418');
		expect(stopped?.description).toContain('Not known whether done: SET_VALVE for device device-1');
		letGo();
		expect((await other)?.items.map(({ json }) => json.commandId)).toEqual(ids());
	});

	it('sends nothing again although what the item asks for differs in each try', async () => {
		platform.failNext({ kind: 'resetBefore', match: POST });
		const parasJson = '={{ { value: Math.random() } }}';
		await platform.addDevice('lamp', { deviceType: 'Lamp' });
		await runSend(platform, {
			items: [{ deviceId: 'lamp' }],
			parameters: { parasJson },
			settings: { ...RETRY, ...CONTINUE },
		});
		expect(posts(platform)).toHaveLength(1);
	});
});

/** Runs the node as often as asked in one execution, each time with one item, as a loop or as an agent's tool does it. */
async function runAgain(type: string, runs: number, retryOnFail: boolean): Promise<IDataObject[]> {
	const node = nodeUnderTest({
		parameters: { ...SEND, options: { maxRetries: 0 } },
		settings: { type, ...CONTINUE, retryOnFail, name: NODE },
	});
	const outputs: IDataObject[] = [];
	const real = new IotDevice();
	let index = 0;
	// n8n counts the run index up for each try of a tool.
	const counting = nodeType(async function (this: IExecuteFunctions) {
		for (; index < runs; index += 1) {
			const at = index;
			const proxy = this.getWorkflowDataProxy.bind(this);
			const context = Object.create(this, {
				getWorkflowDataProxy: { value: (item: number) => ({ ...proxy(item), $runIndex: at }) },
			}) as IExecuteFunctions;
			const [items = []] = (await real.execute?.call(context)) as Array<Array<{ json: IDataObject }>>;
			outputs.push(...items.map(({ json }) => json));
		}
		return [[]];
	});
	counting.description = real.description;
	await runWorkflow(
		workflowOf(
			[{ ...nodeUnderTest({}), id: '1', name: 'Start', type: 'start' }, node],
			{ Start: { main: [[{ node: NODE, type: 'main', index: 0 }]] } },
			{ start: nodeType(async () => [[{ json: item('device-1') }]]), [type]: counting },
		),
		{ credential: credentialFor(platform, { sessionToken: platform.issueToken() }) },
	);
	return outputs;
}

describe('The next run of the node', () => {
	it("as an agent's tool, where each try has a run index of its own, does not send again what may have been sent", async () => {
		platform.failNext({ kind: 'resetBefore', match: POST });
		const items = await runAgain('huawei.iotDeviceTool', 3, true);
		expect(items.map((json) => saysUnknown(json, 'device-1'))).toEqual([true, true, true]);
		expect(posts(platform)).toHaveLength(1);
	});

	it('as a tool sends again what was sent before, for it is another call', async () => {
		await runAgain('huawei.iotDeviceTool', 2, true);
		expect(platform.commands()).toHaveLength(2);
	});

	it('in a loop sends its items, whatever became of those of the run before', async () => {
		platform.failNext({ kind: 'resetBefore', match: POST });
		const items = await runAgain('huawei.iotDevice', 3, true);
		expect(items.map((json) => saysUnknown(json, 'device-1'))).toEqual([true, false, false]);
		expect(platform.commands()).toHaveLength(2);
	});
});
