/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js beside n8n, never inside it */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { PROJECT } from '../lab/folders';
import { createN8n, type N8n, type WorkflowToImport } from '../lab/n8n';
import { startPlatform, type Platform } from '../platform/platform';
import { OPERATIONS } from './operations';
import { credential } from './workflows';

/** Every workflow of examples/ that a person can start, in a real n8n. */

const FOLDER = join(PROJECT, 'examples');
const NODES = /^n8n-nodes-huawei-iot\.(iotCommandRevoke(Tool)?|iotDevice)$/;

interface ExampleNode {
	type: string;
	parameters: { resource?: string; operation?: string };
}

const examples = readdirSync(FOLDER).map((file) => ({
	file,
	workflow: JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as WorkflowToImport,
}));
const nodesOf = ({ workflow }: (typeof examples)[number]) => workflow.nodes as ExampleNode[];
/** Those that a person does not start by hand are tested where their triggers are. */
const isTriggered = (example: (typeof examples)[number]) =>
	nodesOf(example).some(({ type }) => /[tT]rigger$/.test(type) && !type.endsWith('.manualTrigger'));

let n8n: N8n;
let platform: Platform;

beforeAll(async () => {
	n8n = await createN8n();
	await n8n.start();
	platform = await startPlatform();
	await n8n.importCredentials([{ ...credential(platform), id: 'huaweiIotApi0001' }]);
	await n8n.importWorkflows(examples.map(({ workflow }) => workflow));
});

afterAll(async () => {
	await n8n.remove();
	await platform.close();
});

const stillQueued = () => platform.commands().filter(({ status }) => status === 'PENDING');

async function run(file: string) {
	const example = examples.find((each) => each.file === file);
	if (!example) throw new Error(`There is no example ${file}`);
	const { exitCode, run: ended } = await n8n.runManually(example.workflow.id);
	expect(ended?.errorMessage()).toBeUndefined();
	expect(exitCode).toBe(0);
	return (node: string) => ended?.items(node) ?? [];
}

/** Makes the platform answer that it does not know a device. @returns what ends that */
function failFor(deviceId: string): () => void {
	const body = { error_code: '100418', error_desc: 'The device does not exist.' };
	platform.failNext({
		kind: 'reply',
		times: Infinity,
		status: 404,
		body,
		match: { method: 'POST', deviceId },
	});
	return () => {
		platform.clearFaults();
		for (const command of platform.commands(deviceId)) command.status = 'EXPIRED';
	};
}

const scenarios: Record<string, () => Promise<void>> = {
	'revoke-pending-commands.json': async () => {
		platform.queueCommands('demo-device-1', 2);
		platform.queueCommands('demo-device-2', 1);
		const items = await run('revoke-pending-commands.json');
		expect(items('Preview')).toHaveLength(3);
		expect(items('IoT Command Revoke').map(({ status }) => status)).toEqual(Array(3).fill('CANCELED'));
		expect(stillQueued()).toEqual([]);
	},
	'sweep-a-fleet.json': async () => {
		const queued = Array.from({ length: 50 }, (_, index) => `fleet-${index * 40}`);
		for (let index = 0; index < 2000; index += 1) {
			const deviceId = `fleet-${index}`;
			platform.queueCommands(deviceId, queued.includes(deviceId) ? 2 : [{ status: 'DELIVERED' }]);
		}
		const before = platform.requests.length;
		const restore = failFor('fleet-40');
		const items = await run('sweep-a-fleet.json');
		expect(items('Queued Commands')).toHaveLength(100);
		expect(items('Results')).toHaveLength(98);
		const failed = { deviceId: 'fleet-40', error: expect.stringContaining('100418') };
		expect(items('Not Revoked')).toMatchObject([failed, failed]);
		restore();
		const calls = platform.requests.slice(before).filter(({ path }) => path.includes('/cmd/'));
		// The platform lists some 2,050 commands, 1,000 on a page.
		expect(calls.slice(0, 3).map(({ method }) => method)).toEqual(['GET', 'GET', 'GET']);
		const posts = calls.slice(3).filter(({ method }) => method === 'POST');
		expect(posts.map(({ body }) => (body as { deviceId: string }).deviceId).sort()).toEqual(queued.sort());
		// Then it looks at all tasks together until they have ended.
		const looks = calls.slice(3 + posts.length);
		expect(looks.filter(({ method }) => method !== 'GET')).toEqual([]);
		expect(looks.length).toBeLessThanOrEqual(3);
		expect(stillQueued()).toEqual([]);
	},
	'revoke-selected-commands.json': async () => {
		platform.queueCommands('demo-device-1', [{ serviceId: 'Valve' }, { serviceId: 'Firmware' }]);
		platform.queueCommands('demo-device-2', [{ serviceId: 'Valve' }]);
		const items = await run('revoke-selected-commands.json');
		expect(items('Preview')).toHaveLength(2);
		expect(items('Revoke').map(({ revoked }) => revoked)).toEqual([true, true]);
		expect(stillQueued().map(({ command }) => command.serviceId)).toEqual(['Firmware']);
	},
	'follow-a-revocation.json': async () => {
		platform.set({ taskDurationMs: 1500 });
		platform.queueCommands('demo-device-1', 2);
		const items = await run('follow-a-revocation.json');
		platform.set({ taskDurationMs: 0 });
		expect(new Set(items('Revoke').map(({ status, taskStatus }) => `${status} ${taskStatus}`))).toEqual(
			new Set(['CANCELED SUCCESS']),
		);
		expect(items('Task')).toEqual([
			expect.objectContaining({ deviceId: 'demo-device-1', status: 'SUCCESS' }),
		]);
	},
	'revoke-in-batches.json': async () => {
		// The second device has nothing queued and the third one fails, which must not end the loop.
		for (const device of [1, 3, 4]) platform.queueCommands(`demo-device-${device}`, 1);
		platform.queueCommands('demo-device-2', 0);
		const restore = failFor('demo-device-3');
		const items = await run('revoke-in-batches.json');
		expect(stillQueued().map(({ deviceId }) => deviceId)).toEqual(['demo-device-3']);
		restore();
		expect(items('All Results').map(({ deviceId, totalCount }) => [deviceId, totalCount])).toEqual([
			['demo-device-1', undefined],
			['demo-device-2', 0],
			[undefined, undefined],
			['demo-device-4', undefined],
		]);
		expect(items('All Results')[2]?.error).toContain('100418');
		expect(items('All Results')[2]?.error).toContain('demo-device-3');
	},
	'find-revocation-tasks.json': async () => {
		await scenarios['revoke-pending-commands.json']?.();
		const items = await run('find-revocation-tasks.json');
		expect(items('Tasks').map(({ taskId }) => taskId)).toEqual(platform.tasks().map(({ taskId }) => taskId));
	},
};

it('each has a test', () => {
	const startable = examples.filter((example) => !isTriggered(example));
	expect(startable.map(({ file }) => file).sort()).toEqual(Object.keys(scenarios).sort());
	const ofTriggers = ['trigger', 'startedExamples', 'polling'].map((name) => {
		const path = join(PROJECT, `test/e2e/${name}.test.ts`);
		return existsSync(path) ? readFileSync(path, 'utf8') : '';
	});
	for (const { file } of examples.filter(isTriggered)) expect(ofTriggers.join()).toContain(`'${file}'`);
});

it('together they show every operation of IoT Command Revoke', () => {
	const shown = examples
		.flatMap(nodesOf)
		.filter(({ type }) => NODES.test(type))
		.map(({ parameters: { resource, operation } }) => `${resource}.${operation}`);
	const all = OPERATIONS.filter(({ node }) => node === 'iotCommandRevoke').map(
		({ resource, operation }) => `${resource}.${operation}`,
	);
	expect([...new Set(shown)].sort()).toEqual(expect.arrayContaining(all));
});

it.each(Object.keys(scenarios))('%s imports and runs', async (file) => {
	await scenarios[file]?.();
});
