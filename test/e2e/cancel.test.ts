/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js beside n8n, never inside it */
import { setTimeout as sleep } from 'node:timers/promises';

import { callWebhook, executionsOf } from '../lab/executions';
import { useN8n, usePlatform } from './useN8n';
import { credential, webhookWorkflow } from './workflows';

/** An execution of 1,000 devices that a person stops in n8n. */

const DEVICES = 1000;
/** Long enough for n8n to end an execution on a busy machine. */
const LATENCY_MS = 1500;

const n8n = useN8n();
const platform = usePlatform(n8n);

beforeEach(() => {
	for (let at = 0; at < DEVICES; at += 1) platform.queueCommands(`device-${at}`, 1);
});

async function start(id: string, requestsPerMinute: number): Promise<void> {
	await n8n.importCredentials([credential(platform, { requestsPerMinute })]);
	await n8n.importWorkflows([webhookWorkflow(id)]);
	await n8n.activate(id);
	await callWebhook(n8n, `${id}?from=0&devices=${DEVICES}`);
}

interface Stop {
	/** When n8n had answered the call that stops, in milliseconds since 1970. */
	answeredAt: number;
	/** How long it took until n8n had the execution as canceled, in milliseconds. */
	took: number;
}

/** Stops the execution as the editor does, and waits until n8n has it as canceled. */
async function stop(id: string): Promise<Stop> {
	const began = Date.now();
	const [execution] = await executionsOf(n8n, id);
	const { status } = await n8n.rest('POST', `/rest/executions/${execution?.id}/stop`, {});
	const answeredAt = Date.now();
	expect(status).toBe(200);
	while ((await executionsOf(n8n, id))[0]?.status !== 'canceled') await sleep(50);
	return { answeredAt, took: Date.now() - began };
}

const deviceOf = ({ body }: { body?: unknown }) =>
	(body as { deviceId?: string } | undefined)?.deviceId ?? '';

it('starts no call afterwards, and the log names what was in flight and what was done', async () => {
	platform.set({ latencyMs: LATENCY_MS });
	await start('cancel-calls', 0);
	while (platform.requests.length < 50) await sleep(20);
	// The calls of this moment have just gone out: their answers take a while.
	const stopped = Date.now();
	const { answeredAt } = await stop('cancel-calls');
	await sleep(2 * LATENCY_MS);
	// A few milliseconds for one that n8n had sent before it answered.
	expect(platform.requests.filter(({ at }) => at > answeredAt + 50)).toEqual([]);

	const revocations = platform.requests.filter(({ path }) => path.endsWith('Tasks'));
	expect(revocations.length).toBeLessThan(100);
	const inFlight = revocations.filter(
		({ answeredAt }) => answeredAt === undefined || answeredAt > stopped + LATENCY_MS,
	);
	const log = n8n.output();
	expect(inFlight.length).toBeGreaterThan(0);
	// Every task is either one of a device in flight, or in the log by its ID.
	const [, named = ''] = /not known whether done: (.+?)\. /.exec(log) ?? [];
	const uncertain = named.split(', ').map((device) => device.replace('device ', ''));
	expect(uncertain).toEqual(expect.arrayContaining(inFlight.map(deviceOf)));
	for (const { taskId, deviceId } of platform.tasks()) {
		if (!uncertain.includes(deviceId)) expect(log).toContain(taskId);
	}
});

it('ends the waiting for the rate limit', async () => {
	platform.set({ latencyMs: 0 });
	await start('cancel-waiting', 20);
	const revocations = () => platform.requests.filter(({ path }) => path.endsWith('Tasks'));
	while (revocations().length < 20) await sleep(20);
	await sleep(500);
	// The next call would be allowed in a minute.
	expect((await stop('cancel-waiting')).took).toBeLessThan(20_000);
	await sleep(500);
	expect(revocations()).toHaveLength(20);
	expect(n8n.output()).toContain('waiting for the rate limit until');
});
