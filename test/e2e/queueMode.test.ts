/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js beside n8n, never inside it */
import { setTimeout as sleep } from 'node:timers/promises';

import { callWebhook, executionsOf, isOver } from '../lab/executions';
import { createN8n, type N8n, type WorkflowToImport } from '../lab/n8n';
import { startRedis, type Redis } from '../lab/redis';
import type { Service } from '../lab/service';
import { startPlatform, type Platform } from '../platform/platform';
import { credential, NODE, revokeWorkflow, webhookWorkflow } from './workflows';

/** n8n's queue mode: Redis, one main process and two workers, of which one is killed in the middle. */

const EXECUTIONS = 6;
const DEVICES = 100;
/** Both workers have half of what the platform allows, as the README says. */
const THRESHOLD = 400;

let redis: Redis;
let platform: Platform;
let n8n: N8n;
let workers: Service[];

beforeAll(async () => {
	redis = await startRedis();
	platform = await startPlatform({ threshold: THRESHOLD, latencyMs: 150 });
	n8n = await createN8n({
		env: {
			EXECUTIONS_MODE: 'queue',
			QUEUE_BULL_REDIS_HOST: '127.0.0.1',
			QUEUE_BULL_REDIS_PORT: String(redis.port),
			// Half of the executions for each worker.
			N8N_CONCURRENCY_PRODUCTION_LIMIT: String(EXECUTIONS / 2),
			// How soon n8n notices that a worker is gone.
			QUEUE_WORKER_LOCK_DURATION: '5000',
			QUEUE_WORKER_LOCK_RENEW_TIME: '1000',
			QUEUE_WORKER_STALLED_INTERVAL: '2000',
		},
	});
	await n8n.importCredentials([credential(platform, { requestsPerMinute: THRESHOLD / 2 })]);
	await n8n.importWorkflows([webhookWorkflow('queue')]);
	await n8n.start();
	workers = [await n8n.startWorker(), await n8n.startWorker()];
	await n8n.activate('queue');
});

afterAll(async () => {
	await n8n?.remove();
	await platform?.close();
	await redis?.stop();
});

/** Revocation Task → Get Many, with everything that was revoked since the start. */
function findWorkflow(id: string, createdAfter: string): WorkflowToImport {
	const workflow = revokeWorkflow(id, [{}]);
	const parameters = {
		resource: 'revocationTask',
		operation: 'getAll',
		returnAll: true,
		simplify: false,
		filters: { createdAfter },
	};
	const nodes = workflow.nodes.map((node) =>
		'name' in node && node.name === NODE ? { ...node, parameters } : node,
	);
	return { ...workflow, nodes };
}

async function tasksSince(began: number): Promise<Array<{ deviceCommands: Array<{ commandId: string }> }>> {
	await n8n.importWorkflows([findWorkflow('find', new Date(began).toISOString())]);
	const { run } = await n8n.execute('find', { EXECUTIONS_MODE: 'regular' });
	return (run?.items(NODE) ?? []) as never[];
}

it('loses no command from sight when one of two workers is killed in the middle', async () => {
	const began = Date.now() - 1000;
	for (let at = 0; at < EXECUTIONS * DEVICES; at += 1) platform.queueCommands(`device-${at}`, 1);
	for (let execution = 0; execution < EXECUTIONS; execution += 1) {
		await callWebhook(n8n, `queue?from=${execution * DEVICES}&devices=${DEVICES}`);
	}
	const started = () => {
		const first = platform.requests.map(({ body }) => (body as { deviceId?: string } | undefined)?.deviceId);
		const numbers = first.flatMap((deviceId) => (deviceId ? [Number(deviceId.slice('device-'.length))] : []));
		return new Set(numbers.map((number) => Math.floor(number / DEVICES))).size;
	};
	while (started() < EXECUTIONS || platform.requests.length < 150) await sleep(20);
	workers[0]?.kill();

	let executions = await executionsOf(n8n, 'queue');
	const deadline = Date.now() + 180_000;
	while (!executions.every(isOver) && Date.now() < deadline) {
		await sleep(1000);
		executions = await executionsOf(n8n, 'queue');
	}
	expect(executions).toHaveLength(EXECUTIONS);
	const runs = await Promise.all(executions.map(async ({ id }) => await n8n.executionData(id)));
	const successful = runs.filter(({ run }) => run.status === 'success');
	expect(successful).toHaveLength(EXECUTIONS / 2);
	expect(runs.filter(({ run }) => ['error', 'crashed'].includes(run.status))).toHaveLength(EXECUTIONS / 2);

	const reported = runs.flatMap((run) => run.items(NODE).map(({ commandId }) => String(commandId)));
	const revoked = new Set(
		platform.commands().flatMap(({ commandId, status }) => (status === 'CANCELED' ? [commandId] : [])),
	);
	// What n8n reports as done is done, and nothing is reported twice.
	expect(reported).toHaveLength((EXECUTIONS / 2) * DEVICES);
	expect(new Set(reported).size).toBe(reported.length);
	expect(reported.filter((commandId) => !revoked.has(commandId))).toEqual([]);
	// The worker did die in the middle: otherwise this would not show anything.
	expect(revoked.size).toBeGreaterThan(reported.length);
	expect(revoked.size).toBeLessThan(EXECUTIONS * DEVICES);
	// What was reported and what the tasks since the start list is all that was revoked.
	const listed = (await tasksSince(began)).flatMap(({ deviceCommands }) => deviceCommands);
	const known = new Set([...reported, ...listed.map(({ commandId }) => commandId)]);
	expect([...revoked].filter((commandId) => !known.has(commandId))).toEqual([]);
	expect([...known].filter((commandId) => !revoked.has(commandId))).toEqual([]);
	// Two workers with half of the threshold each keep it together.
	expect(platform.requests.filter(({ status }) => status === 403)).toEqual([]);
});
