/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console -- a command for people, runs in Node.js */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { startPlatform, type Platform } from '../platform/platform';
import { ensureN8n } from './installation';
import { N8n, packTarball, type WorkflowFile } from './n8n';

const EXAMPLE = join(__dirname, '..', '..', 'examples', 'revoke-pending-commands.json');
const NODE = 'IoT Command Revoke';
const COLUMNS = ['deviceId', 'commandId', 'method', 'paras', 'status', 'creationTime'];

function queueDemoCommands(platform: Platform): string[] {
	const commands = [
		...platform.queueCommands('demo-device-1', [
			{ serviceId: 'Valve', method: 'SET_VALVE', paras: { open: false } },
			{ serviceId: 'Valve', method: 'SET_VALVE', paras: { open: true } },
			{ serviceId: 'Meter', method: 'SET_INTERVAL', paras: { minutes: 15 } },
		]),
		...platform.queueCommands('demo-device-2', [
			{ serviceId: 'Lamp', method: 'DIM', paras: { percent: 40 } },
		]),
	];
	return commands.map(({ commandId }) => commandId);
}

/**
 * `npm start`: a real n8n with this package, the platform's stand-in, a credential and an example workflow; runs the
 * workflow once and leaves the editor open. With `--once` it ends after the run.
 */
async function main(): Promise<number> {
	const once = process.argv.includes('--once');
	const installation = await ensureN8n('2.41.1', (line) => console.log(line));
	console.log('Starting the stand-in of the platform and preparing n8n …');
	const platform = await startPlatform();
	const n8n = new N8n(installation);
	const stop = async () => {
		await n8n.stop();
		await platform.close();
	};
	try {
		await n8n.install(await packTarball());
		const workflow = JSON.parse(readFileSync(EXAMPLE, 'utf8')) as WorkflowFile;
		await n8n.importCredentials([
			{
				id: 'huaweiIotDemo001',
				name: 'Huawei IoT Platform',
				type: 'huaweiIotApi',
				data: {
					server: platform.url,
					appKey: platform.appId,
					authentication: 'appSecret',
					secret: platform.secret,
					sessionToken: '',
					requestsPerMinute: 100,
					customTls: true,
					caCertificate: platform.certificates.ca,
				},
			},
		]);
		await n8n.importWorkflows([workflow]);
		const queued = queueDemoCommands(platform);
		console.log(`Running the workflow "${workflow.name}" …\n`);
		const execution = await n8n.execute(workflow.id);
		const items = execution.items(NODE).map(({ json }) => json);
		console.table(
			items.map((json) =>
				Object.fromEntries(
					COLUMNS.map((column) => [
						column,
						typeof json[column] === 'object' ? JSON.stringify(json[column]) : json[column],
					]),
				),
			),
		);
		const revoked = items.map(({ commandId }) => commandId);
		const complete =
			execution.exitCode === 0 &&
			revoked.length === queued.length &&
			queued.every((commandId) => revoked.includes(commandId));
		console.log(
			complete
				? `All ${queued.length} queued commands were revoked.`
				: `${queued.length} commands were queued, and ${revoked.length} came out.\n${execution.stopped?.message ?? execution.output.slice(-2000)}`,
		);
		if (once || !complete) {
			await stop();
			return complete ? 0 : 1;
		}
		queueDemoCommands(platform);
		console.log('\nStarting the editor …');
		await n8n.start();
		console.log(`
Editor    ${n8n.url}
Login     ${n8n.owner.email}
Password  ${n8n.owner.password}

New commands are queued for demo-device-1 and demo-device-2. Stop with Ctrl+C.`);
		await new Promise<void>((resolve) => {
			process.once('SIGINT', () => resolve());
			process.once('SIGTERM', () => resolve());
		});
		await stop();
		return 0;
	} catch (thrown) {
		await stop();
		console.error(thrown instanceof Error ? thrown.message : thrown);
		return 1;
	}
}

void main().then((code) => process.exit(code));
