/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js beside n8n, never inside it */
import { setTimeout as sleep } from 'node:timers/promises';
import type { IDataObject } from 'n8n-workflow';

import { createN8n, type N8n, type WorkflowToImport } from '../lab/n8n';
import { startRedis, type Redis } from '../lab/redis';
import { startPlatform, type Platform } from '../platform/platform';
import { example, executions, finished } from './triggers';
import { credential, CREDENTIAL_ID } from './workflows';

/** The polling trigger in a real n8n that polls every two seconds. */

const TRIGGER = 'IoT Device Polling Trigger';

/** n8n takes no interval below a minute, but it takes 30 times in each minute. */
const pollTimes = {
	item: Array.from({ length: 30 }, (_, at) => ({ mode: 'custom', cronExpression: `${at * 2} * * * * *` })),
};

function polledWorkflow(id: string): WorkflowToImport {
	return {
		id,
		name: id,
		nodes: [
			{
				id: '1',
				name: TRIGGER,
				type: 'n8n-nodes-huawei-iot.iotDevicePollingTrigger',
				typeVersion: 1,
				position: [0, 0],
				parameters: { pollTimes },
				credentials: { huaweiIotApi: { id: CREDENTIAL_ID, name: 'Platform' } },
			},
			{
				id: '2',
				name: 'Done',
				type: 'n8n-nodes-base.noOp',
				typeVersion: 1,
				position: [200, 0],
				parameters: {},
			},
		],
		connections: { [TRIGGER]: { main: [[{ node: 'Done', type: 'main', index: 0 }]] } },
	};
}

let n8n: N8n;
let platform: Platform;

async function begin(env: Record<string, string> = {}): Promise<void> {
	platform = await startPlatform();
	n8n = await createN8n({ env });
	await n8n.importCredentials([credential(platform, { requestsPerMinute: 0 })]);
}

async function end(): Promise<void> {
	await n8n?.remove();
	await platform?.close();
}

/** Waits until the platform was polled `count` times from the beginning to the end. */
async function polls(count: number): Promise<void> {
	// OFFLINE is the second and last list of a poll.
	const ended = () =>
		platform.requests.filter(({ query, status }) => query.status === 'OFFLINE' && status === 200).length;
	const before = ended();
	for (const deadline = Date.now() + 60_000; ended() < before + count; await sleep(50)) {
		if (Date.now() > deadline) throw new Error('n8n does not poll');
	}
}

/** The events of all runs that went well, in order: device and status. */
async function events(workflowId: string): Promise<string[]> {
	const runs = await executions(n8n, workflowId);
	const found: string[] = [];
	for (const { id, status } of runs.reverse()) {
		if (status !== 'success') continue;
		const items: IDataObject[] = (await n8n.executionData(id)).items(TRIGGER);
		found.push(...items.map(({ deviceId, status }) => `${String(deviceId)} ${String(status)}`));
	}
	return found;
}

describe('A workflow that polls', () => {
	beforeAll(async () => {
		await begin();
		await platform.addDevice('silent', { status: 'OFFLINE' });
		for (const device of ['pump', 'valve', 'lamp', 'meter'])
			await platform.addDevice(device, { status: 'ONLINE' });
		await n8n.importWorkflows([polledWorkflow('polled')]);
		await n8n.start();
		await n8n.activate('polled');
		await polls(1);
	});

	afterAll(end);

	it('starts when a device falls silent, and again when it does so after a poll saw it online', async () => {
		await platform.setStatus('pump', 'OFFLINE');
		await finished(n8n, 'polled', 1);
		await platform.setStatus('pump', 'ONLINE');
		await polls(2);
		await platform.setStatus('pump', 'OFFLINE');
		await finished(n8n, 'polled', 2);
		await polls(2);
		expect(await events('polled')).toEqual(['pump OFFLINE', 'pump OFFLINE']);
	});

	it('makes up for polls that failed', async () => {
		platform.failNext({ kind: 'status', status: 500, times: Infinity });
		await platform.setStatus('valve', 'ABNORMAL');
		for (let tries = 0; tries < 100; tries += 1) {
			if ((await executions(n8n, 'polled')).some(({ status }) => status === 'error')) break;
			await sleep(200);
		}
		expect(await events('polled')).toHaveLength(2);
		platform.clearFaults();
		await finished(n8n, 'polled', 3);
		expect(await events('polled')).toEqual(['pump OFFLINE', 'pump OFFLINE', 'valve ABNORMAL']);
	});

	it('reports after a restart what happened meanwhile, and nothing twice', async () => {
		await n8n.stop();
		await platform.setStatus('lamp', 'OFFLINE');
		await n8n.start();
		await finished(n8n, 'polled', 4);
		await polls(2);
		expect((await events('polled')).slice(3)).toEqual(['lamp OFFLINE']);
	});

	it('reports at least once what fell silent when n8n was killed', async () => {
		await platform.setStatus('meter', 'OFFLINE');
		await n8n.crash();
		await platform.setStatus('valve', 'OFFLINE');
		await n8n.start();
		await finished(n8n, 'polled', 5);
		await polls(3);
		const since = (await events('polled')).slice(4);
		expect(new Set(since)).toEqual(new Set(['meter OFFLINE', 'valve OFFLINE']));
		expect(since.length).toBeLessThanOrEqual(3);
	});

	it('only remembers when it is published again', async () => {
		await n8n.deactivate('polled');
		await platform.addDevice('tank', { status: 'OFFLINE' });
		const before = await events('polled');
		await n8n.activate('polled');
		await polls(2);
		expect(await events('polled')).toEqual(before);
		await n8n.deactivate('polled');
	});

	it('shows a person who tests it what matches now, or says that nothing does', async () => {
		const test = async () => {
			const { body } = await n8n.rest('GET', '/rest/workflows/polled');
			const workflowData = (body as { data: object }).data;
			const before = (await executions(n8n, 'polled')).length;
			await n8n.rest('POST', '/rest/workflows/polled/run', {
				workflowData,
				triggerToStartFrom: { name: TRIGGER },
			});
			for (let tries = 0; tries < 100; tries += 1) {
				const [newest, ...others] = await executions(n8n, 'polled');
				if (others.length >= before && newest && ['success', 'error'].includes(newest.status)) {
					return await n8n.executionData(newest.id);
				}
				await sleep(200);
			}
			throw new Error('The test did not end');
		};
		expect((await test()).items(TRIGGER)).toHaveLength(5);
		for (const device of ['silent', 'pump', 'valve', 'lamp', 'meter', 'tank'])
			await platform.setStatus(device, 'ONLINE');
		expect((await test()).errorMessage()).toContain('No device is ABNORMAL or OFFLINE now');
	});

	it('takes back what silent devices have not received, with the example', async () => {
		const workflow = example('sweep-silent-devices-without-a-public-address.json');
		const nodes = workflow.nodes as Array<{ name: string; parameters: IDataObject }>;
		Object.assign(nodes.find(({ name }) => name === TRIGGER)?.parameters ?? {}, { pollTimes });
		await n8n.importWorkflows([workflow]);
		await n8n.activate(workflow.id);
		await polls(1);
		platform.queueCommands('pump', 2);
		platform.queueCommands('lamp', 1);
		platform.queueCommands('valve', 1);
		const body = { error_code: '100418', error_desc: 'The device does not exist.' };
		const match = { method: 'POST', deviceId: 'valve' };
		platform.failNext({ kind: 'reply', times: Infinity, status: 404, body, match });
		for (const device of ['valve', 'pump', 'lamp']) await platform.setStatus(device, 'ABNORMAL');
		await finished(n8n, workflow.id, 1);
		await polls(2);
		platform.clearFaults();
		const messages: IDataObject[] = [];
		const failures: IDataObject[] = [];
		for (const { id } of await executions(n8n, workflow.id)) {
			const run = await n8n.executionData(id);
			messages.push(...run.items('Message'));
			failures.push(...run.items('Not Revoked'));
		}
		const about = (device: string, ...values: number[]) =>
			[
				`Device ${device} is ABNORMAL. What became of its queued commands (CANCELED means revoked):`,
				...values.map((value) => `Valve SET_VALVE {"value":${value}} CANCELED`),
			].join('\n');
		expect(messages.map(({ message }) => message).sort()).toEqual([about('lamp', 0), about('pump', 0, 1)]);
		expect(failures).toMatchObject([{ deviceId: 'valve', error: expect.stringContaining('100418') }]);
		const left = platform.commands().filter(({ status }) => status !== 'CANCELED');
		expect(left.map(({ deviceId }) => deviceId)).toEqual(['valve']);
		await n8n.deactivate(workflow.id);
	});
});

describe("In n8n's queue mode with two workers", () => {
	let redis: Redis;

	beforeAll(async () => {
		redis = await startRedis();
		await begin({
			EXECUTIONS_MODE: 'queue',
			QUEUE_BULL_REDIS_HOST: '127.0.0.1',
			QUEUE_BULL_REDIS_PORT: String(redis.port),
		});
		for (let index = 0; index < 6; index += 1)
			await platform.addDevice(`pump-${index}`, { status: 'ONLINE' });
		await n8n.importWorkflows([polledWorkflow('queued')]);
		await n8n.start();
		await n8n.startWorker();
		await n8n.startWorker();
		await n8n.activate('queued');
		await polls(1);
	});

	afterAll(async () => {
		await end();
		await redis?.stop();
	});

	it('each device that falls silent starts one run', async () => {
		for (let index = 0; index < 6; index += 1) {
			await platform.setStatus(`pump-${index}`, 'OFFLINE');
			await polls(1);
			await sleep(200);
		}
		await polls(2);
		await finished(n8n, 'queued', 3);
		for (let tries = 0; tries < 100; tries += 1) {
			if ((await executions(n8n, 'queued')).every(({ status }) => status === 'success')) break;
			await sleep(200);
		}
		expect((await events('queued')).sort()).toEqual(
			Array.from({ length: 6 }, (_, at) => `pump-${at} OFFLINE`),
		);
	});
});
