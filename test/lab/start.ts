/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console -- a command for people, runs in Node.js beside n8n */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { watch } from 'gulp';
import type { IDataObject } from 'n8n-workflow';

import { controlLine } from '../platform/controlLine';
import { commandsInARow } from '../platform/fleet';
import { startPlatform, type Platform } from '../platform/platform';
import { build } from './build';
import type { Environment } from './command';
import { PROJECT } from './folders';
import { createN8n, type N8n, type WorkflowToImport } from './n8n';
import { logTo, withProgress } from './progress';

const EXAMPLE = 'examples/revoke-pending-commands.json';
/** What a person tries next. */
const NEXT = 'examples/revoke-when-device-falls-silent.json';
const CREDENTIAL = 'Huawei IoT Platform';
const NODE = 'IoT Command Revoke';
const COLUMNS = ['deviceId', 'method', 'paras', 'status', 'commandId'];

const log = logTo(process.stdout);

/**
 * `npm start`: the example workflow in a real n8n against the platform's stand-in. `-- --once` ends after its run;
 * `-- --watch` (`npm run dev`) builds again whenever a source changes, and n8n loads what was built. Before it,
 * `prepare.ts` has built the package and installed n8n.
 */
async function main(): Promise<void> {
	const { values } = parseArgs({
		options: { once: { type: 'boolean', default: false }, watch: { type: 'boolean', default: false } },
	});
	const [platform, n8n] = await Promise.all([
		startPlatform({ threshold: 100, deliverOnWake: true }),
		createN8n({ log }),
	]);
	const end = async (exitCode: number) => {
		await n8n.remove();
		await platform.close();
		process.exit(exitCode);
	};
	for (const signal of ['SIGINT', 'SIGTERM'] as const)
		process.on(signal, () => void end(values.once ? 1 : 0));
	try {
		// For the example that revokes in batches.
		for (const deviceId of ['demo-device-3', 'demo-device-4']) await platform.addDevice(deviceId);
		const imported = await prepare(n8n, platform);
		const { workflow } = imported;
		const queued = queueCommands(platform);
		const isComplete = await runExample(n8n, workflow.id, queued);
		if (values.once || !isComplete) return await end(isComplete ? 0 : 1);
		queueCommands(platform);
		const env: Environment = values.watch ? { N8N_DEV_RELOAD: 'true' } : {};
		await withProgress(log, 'starting n8n', async () => await n8n.start(env));
		invite(n8n, platform, imported);
		if (values.watch) rebuildOnChange(n8n);
	} catch (error) {
		console.error(error);
		await end(1);
	}
}

interface Imported {
	workflow: WorkflowToImport;
	next: WorkflowToImport;
}

async function prepare(n8n: N8n, platform: Platform): Promise<Imported> {
	const [workflow, next] = [EXAMPLE, NEXT].map(
		(file) => JSON.parse(readFileSync(join(PROJECT, file), 'utf8')) as WorkflowToImport,
	) as [WorkflowToImport, WorkflowToImport];
	await withProgress(log, 'importing a credential and two examples', async () => {
		await n8n.importCredentials([
			{
				id: 'huaweiIotApi0001',
				name: CREDENTIAL,
				type: 'huaweiIotApi',
				data: {
					server: platform.url,
					appKey: platform.appId,
					authentication: 'appSecret',
					secret: platform.secret,
					customTls: true,
					caCertificate: platform.certificates.ca,
				},
			},
		]);
		await n8n.importWorkflows([workflow, next]);
	});
	return { workflow, next };
}

/** The ids of the commands that now wait for the example's devices. */
function queueCommands(platform: Platform): string[] {
	const commands = [
		...platform.queueCommands('demo-device-1', commandsInARow(3)),
		...platform.queueCommands('demo-device-2', [
			{ serviceId: 'Valve', method: 'SET_VALVE', paras: { value: 40 } },
		]),
	];
	log(`\n${commands.length} new commands are queued for demo-device-1 and demo-device-2`);
	return commands.map(({ commandId }) => commandId);
}

/** Whether exactly the queued commands came out of the node. */
async function runExample(n8n: N8n, workflowId: string, queued: string[]): Promise<boolean> {
	const {
		exitCode,
		run: ended,
		stdout,
		stderr,
	} = await withProgress(log, 'running the workflow', async () => await n8n.execute(workflowId));
	if (exitCode !== 0 || !ended) {
		console.error(`The workflow stopped: ${ended?.errorMessage() ?? 'see below'}\n${stdout}${stderr}`);
		return false;
	}
	const items = ended.items(NODE);
	console.table(items.map(toRow));
	const revoked = items.map(({ commandId }) => String(commandId));
	const isComplete = revoked.sort().join() === queued.sort().join();
	log(`${queued.length} commands were queued, ${revoked.length} were revoked`);
	if (!isComplete) console.error(`Queued:  ${queued.join(', ')}\nRevoked: ${revoked.join(', ')}`);
	return isComplete;
}

function toRow(item: IDataObject): Record<string, unknown> {
	return Object.fromEntries(
		COLUMNS.map((column) => {
			const value = item[column];
			return [column, typeof value === 'object' ? JSON.stringify(value) : value];
		}),
	);
}

/** n8n watches the installed package: what is built is copied over it. */
function rebuildOnChange(n8n: N8n): void {
	log('Waiting for changes in nodes/ and credentials/ ...');
	watch(['nodes/**', 'credentials/**'], { cwd: PROJECT, delay: 300 }, (done) => {
		rebuild(n8n).then(() => done(), done);
	});
}

async function rebuild(n8n: N8n): Promise<void> {
	const { exitCode, stdout, stderr } = await build();
	if (exitCode !== 0) return log(`${stdout}${stderr}`);
	n8n.updatePackage(join(PROJECT, 'dist'));
	log(`${new Date().toLocaleTimeString()} built and handed to n8n: reload the page of the editor`);
}

function invite(n8n: N8n, { url }: Platform, { workflow, next }: Imported): void {
	const control = (path: string, body: object) => `  ${controlLine(url, path, body, '--insecure')}`;
	log(`
Open        ${n8n.url}/workflow/${workflow.id}
Email       ${n8n.owner.email}
Password    ${n8n.owner.password}

README's steps 1 to 4 are done: the credential '${CREDENTIAL}' and two workflows are there, and
demo-device-1 to demo-device-4 are the devices, all OFFLINE. Paste the other examples from examples/ as
you like. Publish only one workflow with the IoT Device Trigger at a time, and only one that revokes.

'${workflow.name}': 'Execute workflow' revokes the queued commands.
To queue more (the answer lists them):
${control('devices', { deviceId: 'demo-device-1', commands: 3 })}

'${next.name}': ${n8n.url}/workflow/${next.id}
Publish it, queue commands as above, and have the platform report that the device fell silent:
${control('status', { deviceId: 'demo-device-1', status: 'OFFLINE' })}
The run then appears under 'Executions'; every report starts one, even if the device was OFFLINE before.
The same line with ONLINE reports that the device is back, and delivers what is still queued.

A polling workflow compares the list of devices from poll to poll, so the device has to be ONLINE first:
set 'Value' under 'Poll Times' to 1, publish, report ONLINE, and wait a little over a minute for a poll
(one that finds no change leaves no execution). Then queue commands, report OFFLINE, and wait again.

Stop with Ctrl+C.`);
}

void main();
