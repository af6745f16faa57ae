import type { IDataObject } from 'n8n-workflow';

import { startPlatform, type Platform } from '../platform/platform';
import { clockModule, credentialFor, type CredentialStore } from './engine';
import { PolledWorkflow, type PollOptions } from './pollEngine';

/** The polling trigger in n8n-core's own poll context, against the stand-in. */

let platform: Platform;
const { now, sleep } = clockModule.clock;

beforeEach(async () => {
	platform = await startPlatform();
});

afterEach(async () => {
	Object.assign(clockModule.clock, { now, sleep });
	await platform.close();
});

const loggedIn = (changes: IDataObject = {}): CredentialStore =>
	credentialFor(platform, { sessionToken: platform.issueToken(), ...changes });

const polled = (options: Partial<PollOptions> = {}) =>
	new PolledWorkflow({ credential: loggedIn(), ...options });

const ids = (items: IDataObject[]) => items.map(({ deviceId }) => deviceId);

const pages = () => platform.requests.filter(({ method }) => method === 'GET');

async function addDevices(count: number, status: 'OFFLINE' | 'ONLINE' | 'ABNORMAL' = 'OFFLINE') {
	for (let index = 0; index < count; index += 1) {
		await platform.addDevice(`device-${String(index).padStart(5, '0')}`, { status });
	}
}

async function refusal(promise: Promise<unknown>): Promise<string> {
	return await promise.then(
		() => 'It went well',
		({ message, description }: { message: string; description?: string }) => `${message} | ${description}`,
	);
}

describe('A poll', () => {
	it('gives one item for each device that entered a status, in the shape of IoT Device Trigger', async () => {
		await platform.addDevice('silent', { status: 'OFFLINE' });
		await platform.addDevice('pump', { status: 'ONLINE', gatewayId: 'gateway' });
		const workflow = polled();
		expect(await workflow.start()).toEqual([]);
		expect(await workflow.run()).toBeUndefined();
		await platform.setStatus('pump', 'ABNORMAL');
		expect(await workflow.poll()).toEqual([
			{
				event: 'deviceStatusChanged',
				deviceId: 'pump',
				gatewayId: 'gateway',
				status: 'ABNORMAL',
				statusDetail: 'NONE',
				services: [],
				receivedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
			},
		]);
		expect(await workflow.run()).toBeUndefined();
		await platform.setStatus('pump', 'OFFLINE');
		expect(await workflow.poll()).toMatchObject([{ deviceId: 'pump', status: 'OFFLINE' }]);
	});

	it('gives two events where it saw the device online in between, and else one', async () => {
		await platform.addDevice('pump', { status: 'ONLINE' });
		const workflow = polled();
		await workflow.start();
		await platform.setStatus('pump', 'OFFLINE');
		expect(ids(await workflow.poll())).toEqual(['pump']);
		await platform.setStatus('pump', 'ONLINE');
		await platform.setStatus('pump', 'OFFLINE');
		expect(await workflow.poll()).toEqual([]);
		await platform.setStatus('pump', 'ONLINE');
		expect(await workflow.poll()).toEqual([]);
		await platform.setStatus('pump', 'OFFLINE');
		expect(ids(await workflow.poll())).toEqual(['pump']);
	});

	it.each([
		[
			'that is refused',
			{ kind: 'reply', status: 400, body: { error_code: '100022', error_desc: 'no' } },
			'100022',
		],
		['in which the platform fails', { kind: 'status', status: 500 }, 'HTTP 500'],
		['in which a page is cut', { kind: 'halfJson' }, 'HTTP 200'],
		[
			'that meets another server',
			{ kind: 'reply', status: 200, body: { code: 30_001, data: null, message: 'who' } },
			'who',
		],
	] as const)('%s changes nothing, and the next one makes up for it', async (_what, fault, words) => {
		await addDevices(300);
		await platform.addDevice('pump', { status: 'ONLINE' });
		const workflow = polled();
		await workflow.start();
		await platform.setStatus('pump', 'OFFLINE');
		await platform.setStatus('device-00007', 'ONLINE');
		const { stored } = workflow;
		clockModule.clock.sleep = async () => {};
		// ABNORMAL, then the first page of OFFLINE go well.
		platform.failNext({ ...fault, skip: 2, times: Infinity });
		expect(await refusal(workflow.poll())).toContain(words);
		platform.clearFaults();
		expect(workflow.stored).toEqual(stored);
		expect(ids(await workflow.poll())).toEqual(['pump']);
	});

	it('renews an expired token in the middle of the list', async () => {
		await addDevices(600);
		const workflow = polled();
		await workflow.start();
		await platform.addDevice('pump', { status: 'OFFLINE' });
		const calls = pages().length;
		platform.set({ onAnswer: () => (pages().length === calls + 2 ? platform.expireTokens() : undefined) });
		expect(ids(await workflow.poll())).toEqual(['pump']);
	});

	it('never runs twice at the same time', async () => {
		await platform.addDevice('pump', { status: 'ONLINE' });
		const workflow = polled();
		await workflow.start();
		await platform.setStatus('pump', 'OFFLINE');
		platform.set({ latencyMs: 200 });
		const [first, second] = await Promise.all([workflow.run(), workflow.run()]);
		expect(ids(first ?? [])).toEqual(['pump']);
		expect(second).toBeUndefined();
		expect(workflow.log.join()).toContain('still running');
		expect(await workflow.run()).toBeUndefined();
	});

	it('gives the device as the platform lists it without Simplify', async () => {
		await platform.addDevice('pump', { status: 'ONLINE', name: 'Pump 7' });
		const workflow = polled({ parameters: { options: { simplify: 'false' } } });
		await workflow.start();
		await platform.setStatus('pump', 'OFFLINE');
		const [item] = await workflow.poll();
		expect(item?.body).toMatchObject({ deviceId: 'pump', deviceInfo: { name: 'Pump 7', status: 'OFFLINE' } });
	});
});

describe('What is remembered', () => {
	it('is as large as 20 bytes for each of 10,000 devices at most, and names none of them', async () => {
		await addDevices(10_000);
		const workflow = polled();
		await workflow.start();
		const text = JSON.stringify(workflow.stored);
		expect(text.length).toBeLessThan(20 * 10_000);
		expect(text).not.toContain('device-');
		expect(text).not.toContain(platform.appId);
		expect(await workflow.poll()).toEqual([]);
		// One page of ABNORMAL, and pages of OFFLINE that overlap.
		expect(pages().length / 2).toBeLessThanOrEqual(1 + 1.1 * (10_000 / 250));
	});

	it('differs from node to node', async () => {
		await addDevices(3);
		const [one, other] = [polled(), polled()];
		await one.start();
		await other.start();
		const devices = ({ stored }: PolledWorkflow) =>
			Object.values(stored).map((kept) => (kept as IDataObject).devices);
		expect(devices(one)).not.toEqual(devices(other));
	});

	it('outlives a restart of n8n', async () => {
		await platform.addDevice('pump', { status: 'ONLINE' });
		await platform.addDevice('valve', { status: 'OFFLINE' });
		const workflow = polled();
		await workflow.start();
		await platform.setStatus('pump', 'OFFLINE');
		expect(ids(await workflow.start('init'))).toEqual(['pump']);
		expect(await workflow.start('init')).toEqual([]);
	});

	it('is forgotten when the workflow is published again: the first poll only remembers', async () => {
		await platform.addDevice('pump', { status: 'ONLINE' });
		const workflow = polled();
		await workflow.start();
		await platform.setStatus('pump', 'OFFLINE');
		expect(await workflow.start('activate')).toEqual([]);
		expect(await workflow.poll()).toEqual([]);
	});

	it('is forgotten when something else is watched, and not when the same is written differently', async () => {
		await platform.addDevice('pump', { status: 'OFFLINE' });
		const workflow = polled({ parameters: { statuses: ['ABNORMAL', 'OFFLINE'] } });
		await workflow.start();
		await platform.addDevice('valve', { status: 'OFFLINE' });
		expect(ids(await workflow.start('update', { statuses: 'offline, ABNORMAL' }))).toEqual(['valve']);
		await platform.addDevice('lamp', { status: 'OFFLINE' });
		expect(await workflow.start('update', { statuses: ['OFFLINE'] })).toEqual([]);
	});

	it('is stored by n8n an hour after a device came back, with a run without items', async () => {
		let time = now();
		clockModule.clock.now = () => time;
		await platform.addDevice('pump', { status: 'OFFLINE' });
		const workflow = polled();
		await workflow.start();
		await platform.setStatus('pump', 'ONLINE');
		const { stored } = workflow;
		expect(await workflow.run()).toBeUndefined();
		time += 3_500_000;
		expect(await workflow.run()).toBeUndefined();
		expect(workflow.stored).toEqual(stored);
		time += 200_000;
		expect(await workflow.run()).toEqual([]);
		expect(workflow.stored).not.toEqual(stored);
		time += 4_000_000;
		expect(await workflow.run()).toBeUndefined();
		await platform.setStatus('pump', 'OFFLINE');
		expect(ids(await workflow.start('init'))).toEqual(['pump']);
	});
});

describe('While the list is read', () => {
	const between = (act: () => Promise<void> | void) => {
		let isDone = false;
		platform.set({
			onAnswer: async ({ query }) => {
				if (isDone || query.status !== 'OFFLINE') return;
				isDone = true;
				await act();
			},
		});
	};

	it.each([
		[
			'devices before the border leave',
			() =>
				Promise.all(
					['device-00003', 'device-00004'].map(async (id) => await platform.setStatus(id, 'ONLINE')),
				),
		],
		[
			'devices before the border are removed',
			() => Promise.all(['device-00003', 'device-00249'].map(async (id) => await platform.removeDevice(id))),
		],
		['a device comes in before the border', async () => await platform.setStatus('late', 'OFFLINE')],
		['a device moves over the border to the front', () => platform.moveDevice('device-00400', 2)],
		['a device moves over the border to the back', () => platform.moveDevice('device-00002', 400)],
	])('%s, and nothing is lost and nothing false', async (_what, act) => {
		await platform.addDevice('late', { status: 'ONLINE' });
		await addDevices(600);
		const workflow = polled();
		await workflow.start();
		await platform.addDevice('new', { status: 'OFFLINE' });
		between(async () => void (await act()));
		const first = ids(await workflow.poll());
		const second = ids(await workflow.poll());
		const isLate = act.toString().includes('late');
		expect([...first, ...second].sort()).toEqual(isLate ? ['late', 'new'] : ['new']);
		expect(first).toContain('new');
	});
});

describe('A platform', () => {
	it('that ignores the status costs one list of all devices', async () => {
		platform.set({ deviceListIgnores: ['status', 'sort'] });
		await addDevices(400, 'ONLINE');
		await platform.addDevice('valve', { status: 'OFFLINE' });
		const workflow = polled();
		await workflow.start();
		platform.requests.length = 0;
		await platform.setStatus('device-00300', 'OFFLINE');
		await platform.setStatus('valve', 'ABNORMAL');
		expect(await workflow.poll()).toMatchObject([
			{ deviceId: 'device-00300', status: 'OFFLINE' },
			{ deviceId: 'valve', status: 'ABNORMAL' },
		]);
		expect(pages()).toHaveLength(3);
	});

	it.each(['first', 'empty', 'refused'] as const)(
		'whose first page is 1 and page 0 %s is read whole',
		async (pageZero) => {
			platform.set({ firstPage: 1, pageZero });
			await addDevices(600);
			const workflow = polled();
			await workflow.start();
			await platform.addDevice('pump', { status: 'OFFLINE' });
			await platform.setStatus('device-00251', 'ONLINE');
			expect(ids(await workflow.poll())).toEqual(['pump']);
			await platform.setStatus('device-00251', 'OFFLINE');
			expect(ids(await workflow.poll())).toEqual(['device-00251']);
		},
	);

	it('keeps half of its rate limit for others', async () => {
		let time = now();
		Object.assign(clockModule.clock, {
			now: () => time,
			sleep: async (ms: number) => {
				time += ms;
			},
		});
		await addDevices(2000);
		const workflow = polled({ credential: loggedIn({ requestsPerMinute: 10 }) });
		platform.set({ now: () => time, threshold: 10 });
		await workflow.start();
		const times = pages().map(({ at }) => at);
		for (const at of times) {
			expect(times.filter((other) => other > at - 60_000 && other <= at).length).toBeLessThanOrEqual(5);
		}
		expect(times.length).toBeGreaterThan(8);
	});
});

describe('Parameters', () => {
	it("watch the devices of 'Device IDs' alone, with one call each", async () => {
		await addDevices(3, 'ONLINE');
		const workflow = polled({ parameters: { options: { deviceIds: 'device-00001, unknown' } } });
		await workflow.start();
		await platform.setStatus('device-00000', 'OFFLINE');
		await platform.setStatus('device-00001', 'OFFLINE');
		platform.requests.length = 0;
		expect(ids(await workflow.poll())).toEqual(['device-00001']);
		expect(pages().map(({ path }) => path.split('/').at(-1))).toEqual(['device-00001', 'unknown']);
	});

	it.each([
		[20, 'with one call each', 20],
		[21, 'with one list for each status', 2],
	])("watch %i of 'Device IDs' %s", async (count, _how, calls) => {
		await addDevices(30, 'ONLINE');
		const deviceIds = Array.from({ length: count }, (_, at) => `device-${String(at).padStart(5, '0')}`);
		const workflow = polled({ parameters: { options: { deviceIds } } });
		await workflow.start();
		await platform.setStatus('device-00019', 'OFFLINE');
		await platform.setStatus('device-00025', 'OFFLINE');
		platform.requests.length = 0;
		expect(ids(await workflow.poll())).toEqual(['device-00019']);
		expect(pages()).toHaveLength(calls);
	});

	it("read the devices of 'Application ID'", async () => {
		platform.set({ authorizedAppIds: ['other'] });
		await platform.addDevice('theirs', { status: 'ONLINE' }, 'other');
		const workflow = polled({ parameters: { options: { appId: 'other' } } });
		await workflow.start();
		await platform.setStatus('theirs', 'OFFLINE');
		expect(ids(await workflow.poll())).toEqual(['theirs']);
	});

	it.each([
		[{ statuses: [] }, 'Statuses'],
		[{ statuses: '={{ undefined }}' }, 'Statuses'],
		[{ statuses: '={{ 7 }}' }, 'Statuses'],
		[{ statuses: '={{ ({ a: 1 }) }}' }, 'Statuses'],
		[{ statuses: ['ASLEEP'] }, 'Statuses'],
		[{ options: { deviceIds: '={{ undefined }}' } }, 'Device IDs'],
		[{ options: { deviceIds: '={{ [] }}' } }, 'Device IDs'],
		[{ options: { deviceIds: '={{ null }}' } }, 'Device IDs'],
		[{ options: { deviceIds: 861234567890123 } }, 'Device IDs'],
		[{ options: { deviceIds: '={{ ({ id: "a" }) }}' } }, 'Device IDs'],
		[{ options: { deviceIds: '={{ [["a"], 7] }}' } }, 'Device IDs'],
		[{ options: { appId: '={{ undefined }}' } }, 'Application ID'],
		[{ options: { appId: 7 } }, 'Application ID'],
		[{ options: { simplify: '={{ "maybe" }}' } }, 'Simplify'],
	])('%j are refused before any call', async (parameters, field) => {
		await addDevices(1);
		const workflow = polled({ parameters });
		expect(await refusal(workflow.start())).toContain(`'${field}'`);
		expect(await refusal(workflow.test())).toContain(`'${field}'`);
		expect(platform.requests).toEqual([]);
	});
});

describe('A manual run', () => {
	it('shows up to 5 devices that match now, and remembers nothing', async () => {
		await addDevices(300, 'ONLINE');
		await platform.setStatus('device-00270', 'ABNORMAL');
		for (let index = 0; index < 7; index += 1) await platform.setStatus(`device-0000${index}`, 'OFFLINE');
		const workflow = polled();
		expect(ids(await workflow.test())).toEqual([
			'device-00270',
			...[0, 1, 2, 3].map((at) => `device-0000${at}`),
		]);
		platform.set({ deviceListIgnores: ['status'] });
		expect(ids(await workflow.test()).sort()).toEqual(
			['device-00270', ...[0, 1, 2, 3].map((at) => `device-0000${at}`)].sort(),
		);
	});

	it("asks for the devices of 'Device IDs' alone, with one call each", async () => {
		await addDevices(3);
		const parameters = { options: { deviceIds: 'device-00001, device-00002' } };
		expect(ids(await polled({ parameters }).test())).toEqual(['device-00001', 'device-00002']);
		expect(pages().map(({ path }) => path.split('/').at(-1))).toEqual(['device-00001', 'device-00002']);
	});

	it('says that no device matches', async () => {
		await addDevices(2, 'ONLINE');
		expect(await refusal(polled().test())).toContain('No device is ABNORMAL or OFFLINE now');
		const parameters = { options: { deviceIds: 'device-00001' } };
		expect(await refusal(polled({ parameters }).test())).toContain("No device of 'Device IDs'");
	});

	it('says why it can not be done', async () => {
		const credential = loggedIn({ secret: 'wrong', sessionToken: '' });
		expect(await refusal(polled({ credential }).test())).toContain('secret');
	});
});
