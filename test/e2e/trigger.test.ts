/* eslint-disable no-console, @n8n/community-nodes/no-restricted-imports -- prints what it measures; runs in Node.js beside n8n */
import { setTimeout as sleep } from 'node:timers/promises';

import { example, executions, finished, printed, pushMany, spread, startOnly, TRIGGER } from './triggers';
import { useN8n, usePlatform } from './useN8n';
import { NODE } from './workflows';

/** The packed tarball in a real n8n that the stand-in pushes to. */

const SILENT = 'revoke-when-device-falls-silent.json';
const BACK = 'list-queue-when-device-is-back.json';
const UUID = '7c1b1a54-92a5-4d1e-8a5e-0f6f8f9d1001';

const n8n = useN8n({ env: { N8N_LOG_LEVEL: 'info' } });
const platform = usePlatform(n8n, { pushRetryMs: 1000 });

const subscribed = () => platform.subscriptions().map(({ notifyType }) => notifyType);
const callbackUrl = () => platform.subscriptions()[0]?.callbackUrl ?? '';

async function post(url: string, body: unknown, contentType = 'application/json'): Promise<number> {
	const headers: Record<string, string> = contentType === '' ? {} : { 'content-type': contentType };
	// Bytes, because text would get a content type of its own.
	const bytes = new TextEncoder().encode(JSON.stringify(body));
	return (await fetch(url, { method: 'POST', headers, body: bytes })).status;
}

const offline = { notifyType: 'deviceInfoChanged', deviceId: 'device-1', deviceInfo: { status: 'OFFLINE' } };

it('revokes what is queued for a device that goes offline, and warns that n8n has a local address', async () => {
	const workflow = example(SILENT);
	await n8n.importWorkflows([workflow]);
	await n8n.activate(workflow.id);
	expect(subscribed()).toEqual(['deviceInfoChanged']);
	expect(callbackUrl()).toMatch(
		new RegExp(
			`^http://127\\.0\\.0\\.1:${n8n.port}/webhook/${workflow.nodes[0]?.webhookId}/webhook\\?secret=`,
		),
	);
	expect(n8n.output()).toContain('WEBHOOK_URL');
	const queued = platform.queueCommands('device-1', 3);
	await platform.setStatus('device-1', 'ONLINE');
	await platform.setStatus('device-1', 'OFFLINE');
	expect(platform.pushes.map(({ status }) => status)).toEqual([200, 200]);

	const [execution] = await finished(n8n, workflow.id, 1);
	const after = (time?: string) => Date.parse(time ?? '') - (platform.pushes[1]?.at ?? NaN);
	console.log(
		`After the push: answered ${platform.pushes[1]?.ms} ms, begun ${after(execution?.startedAt)} ms, revoked ${after(execution?.stoppedAt)} ms`,
	);
	const run = await n8n.executionData(execution?.id ?? '');
	expect(run.items(TRIGGER)).toMatchObject([
		{ event: 'deviceStatusChanged', deviceId: 'device-1', status: 'OFFLINE' },
	]);
	const ids = queued.map(({ commandId }) => commandId);
	expect(run.items(NODE).map(({ commandId }) => commandId)).toEqual(ids);
	expect(platform.commands('device-1').map(({ status }) => status)).toEqual(ids.map(() => 'CANCELED'));
	expect(run.items('Message')).toHaveLength(1);
	const valve = expect.stringMatching(/^\S+ SET_VALVE \{.*\} CANCELED$/);
	expect(String(run.items('Message')[0]?.message).split('\n')).toEqual([
		'Device device-1 is OFFLINE. What became of its queued commands (CANCELED means revoked):',
		valve,
		valve,
		valve,
	]);
	expect(await executions(n8n, workflow.id)).toHaveLength(1);

	await n8n.deactivate(workflow.id);
	expect(platform.subscriptions()).toEqual([]);
});

it('lists what is still queued for a device that is back', async () => {
	const workflow = example(BACK);
	await n8n.importWorkflows([workflow]);
	await n8n.activate(workflow.id);
	platform.queueCommands('device-1', 2);
	await platform.setStatus('device-1', 'ONLINE');
	const [execution] = await finished(n8n, workflow.id, 1);
	expect((await n8n.executionData(execution?.id ?? '')).items('Still Queued')).toHaveLength(2);
	await n8n.deactivate(workflow.id);
});

it('keeps exactly one subscription when n8n is killed and started again, and pushes arrive', async () => {
	await n8n.importWorkflows([startOnly('killed', UUID, 'trigger')]);
	await n8n.activate('killed');
	const before = platform.subscriptions();
	await n8n.crash();
	await n8n.start();
	expect(platform.subscriptions()).toEqual(before);
	platform.queueCommands('device-1', 0);
	await platform.setStatus('device-1', 'OFFLINE');
	expect(platform.pushes.at(-1)?.status).toBe(200);
	await finished(n8n, 'killed', 1);
	await n8n.deactivate('killed');
	expect(platform.subscriptions()).toEqual([]);
});

it('knows its subscription when n8n is killed before it has kept the secret', async () => {
	await n8n.importWorkflows([startOnly('between', UUID.replace('7c', '83'), 'trigger')]);
	platform.failNext({ kind: 'hangAfter', match: { method: 'POST', path: 'subscriptions' } });
	const activation = n8n.activate('between').catch(() => undefined);
	while (platform.subscriptions().length === 0) await sleep(50);
	await n8n.crash();
	await activation;
	// What n8n had begun it takes up again when its lease is over, usually after two minutes.
	await n8n.start({ N8N_WORKFLOW_PUBLICATION_OUTBOX_LEASE_SECONDS: '5' });
	platform.queueCommands('device-1', 0);
	await platform.setStatus('device-1', 'OFFLINE');
	await finished(n8n, 'between', 1);
	expect(subscribed()).toEqual(['deviceInfoChanged']);
	await n8n.deactivate('between');
	expect(platform.subscriptions()).toEqual([]);
	await n8n.stop();
	await n8n.start();
});

it('replaces a subscription whose secret was lost with n8n', async () => {
	await n8n.importWorkflows([startOnly('lost', UUID.replace('7c', '7d'), 'trigger')]);
	await n8n.activate('lost');
	const url = callbackUrl();
	await n8n.deactivate('lost');
	platform.addSubscription('deviceInfoChanged', url);
	await n8n.activate('lost');
	expect(subscribed()).toEqual(['deviceInfoChanged']);
	expect(callbackUrl()).not.toBe(url);
	await n8n.deactivate('lost');
});

it('answers 401 and starts nothing without the right secret, whose like no export holds', async () => {
	const workflow = startOnly('secret', UUID.replace('7c', '7e'), 'trigger');
	await n8n.importWorkflows([workflow]);
	await n8n.activate('secret');
	const url = callbackUrl();
	const secret = new URL(url).searchParams.get('secret') ?? '';
	for (const wrong of ['', '?secret=', `?secret=${secret.slice(1)}`, `?secret=${'0'.repeat(64)}`]) {
		expect(await post(url.replace(/\?.*/, wrong), offline)).toBe(401);
	}
	expect(await post(url, { notifyType: 'unheardOf' })).toBe(200);
	expect(await post(url, [])).toBe(200);
	expect(await post(url, offline)).toBe(200);
	await finished(n8n, 'secret', 1);
	expect(await executions(n8n, 'secret')).toHaveLength(1);
	const { stdout } = await n8n.command(['export:workflow', '--id=secret']);
	expect(stdout).toContain(UUID.replace('7c', '7e'));
	expect(stdout).not.toContain(secret);
	expect(n8n.output()).not.toContain(secret);
	await n8n.deactivate('secret');
});

it('reads reports of each content type, and logs what it can not read', async () => {
	await n8n.importWorkflows([startOnly('types', UUID.replace('7c', '85'), 'trigger')]);
	await n8n.activate('types');
	const types = [
		'application/json',
		'application/json; charset=UTF-8',
		'text/plain',
		'application/x-www-form-urlencoded',
		'application/octet-stream',
		'application/vnd.iot+json',
		'',
	];
	const before = n8n.output().length;
	const logged = () => n8n.output().slice(before);
	for (const type of types) expect(await post(callbackUrl(), offline, type)).toBe(200);
	await finished(n8n, 'types', types.length);
	expect(logged()).not.toContain('could not be read');
	expect(await post(callbackUrl(), 'no report', 'application/octet-stream')).toBe(200);
	await printed(logged, 'A report of the platform could not be read: it is not a JSON object');
	expect(await executions(n8n, 'types')).toHaveLength(types.length);
	await n8n.deactivate('types');
});

it('says at activation who holds the subscription', async () => {
	const other = platform.addSubscription('deviceInfoChanged', `http://127.0.0.1:${n8n.port}/other`);
	await n8n.importWorkflows([startOnly('held', UUID.replace('7c', '7f'), 'trigger')]);
	await expect(n8n.activate('held')).rejects.toThrow(`http://127.0.0.1:${n8n.port}/other`);
	expect(platform.subscriptions()).toEqual([other]);
});

it("leaves the active workflow's subscription alone when the editor listens for a test event", async () => {
	const workflow = startOnly('listening', UUID.replace('7c', '80'), 'trigger');
	await n8n.importWorkflows([workflow]);
	const listen = async () => {
		const { body } = await n8n.rest('GET', '/rest/workflows/listening');
		const workflowData = (body as { data: object }).data;
		return await n8n.rest('POST', '/rest/workflows/listening/run', {
			workflowData,
			triggerToStartFrom: { name: TRIGGER },
		});
	};
	expect(await listen()).toMatchObject({ status: 200, body: { data: { waitingForWebhook: true } } });
	expect(callbackUrl()).toContain('/webhook-test/');
	expect(await post(callbackUrl(), offline)).toBe(200);
	await finished(n8n, 'listening', 1);
	// n8n unsubscribes after it has answered.
	for (let tries = 0; platform.subscriptions().length > 0 && tries < 50; tries += 1) await sleep(200);
	expect(platform.subscriptions()).toEqual([]);

	await n8n.activate('listening');
	const before = platform.subscriptions();
	const { status, body } = await listen();
	expect(status).toBeGreaterThanOrEqual(400);
	expect(JSON.stringify(body)).toContain('This workflow is published');
	expect(platform.subscriptions()).toEqual(before);
	await n8n.deactivate('listening');
});

it('turns off while the platform is down, and takes over what was left', async () => {
	await n8n.importWorkflows([startOnly('down', UUID.replace('7c', '81'), 'trigger')]);
	await n8n.activate('down');
	platform.failNext({ kind: 'resetBefore', times: Infinity });
	await n8n.deactivate('down').catch(() => undefined);
	expect(n8n.output()).toContain('could not be removed');
	platform.clearFaults();
	await n8n.activate('down');
	expect(subscribed()).toEqual(['deviceInfoChanged']);
	await n8n.deactivate('down');
	expect(platform.subscriptions()).toEqual([]);
});

it('starts 1,000 runs for 1,000 pushes at 50 a second, each answered before the platform repeats it', async () => {
	await n8n.stop();
	// As README says for such a load; what n8n does without it is in docs/trigger-benchmark.md.
	await n8n.start({ N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true' });
	await n8n.importWorkflows([startOnly('load', UUID.replace('7c', '82'), 'trigger')]);
	await n8n.activate('load');
	await pushMany(platform, 1000, 50);
	const runs = await finished(n8n, 'load', 1000, 300_000);
	console.log('Answer times in ms:', spread(platform.pushes.map(({ ms }) => ms ?? NaN)));
	expect(runs).toHaveLength(1000);
	expect(runs.every(({ status }) => status === 'success')).toBe(true);
	// On a busy machine n8n refuses some with 503, without a run, and the platform repeats them.
	expect(platform.pushes.filter(({ status }) => status === 200)).toHaveLength(1000);
	expect(platform.pushes.filter(({ status }) => status !== 200 && status !== 503)).toEqual([]);
	await n8n.deactivate('load');
});

it('is answered at once while n8n has no place for another run', async () => {
	await n8n.stop();
	await n8n.start({ N8N_CONCURRENCY_PRODUCTION_LIMIT: '1' });
	const workflow = startOnly('slow', UUID.replace('7c', '84'), 'trigger');
	const wait = { type: 'n8n-nodes-base.wait', typeVersion: 1.1, parameters: { amount: 20 } };
	const nodes = workflow.nodes.map((node) =>
		'name' in node && node.name === 'Done' ? { ...node, ...wait } : node,
	);
	await n8n.importWorkflows([{ ...workflow, nodes }]);
	await n8n.activate('slow');
	await pushMany(platform, 3, 10);
	// Each run takes longer than the platform waits for an answer.
	expect(platform.pushes.map(({ status }) => status)).toEqual([200, 200, 200]);
	await finished(n8n, 'slow', 3, 120_000);
	await n8n.deactivate('slow');
});
