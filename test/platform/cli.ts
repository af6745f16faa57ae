/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js beside n8n, never inside it */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { controlLine } from './controlLine';
import { addDemoFleet, FLEET_NOTES } from './fleet';
import { type Platform, startPlatform } from './platform';

const USAGE = `npm run platform -- [--port 8743] [--mutual-tls] [--threshold 100]
`;

/** `npm run platform`: the stand-in by itself, with some devices to try things on. */
async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			port: { type: 'string', default: '8743' },
			'mutual-tls': { type: 'boolean', default: false },
			threshold: { type: 'string', default: '100' },
		},
	});
	const port = Number(values.port);
	const threshold = Number(values.threshold);
	if (!Number.isInteger(port) || !Number.isInteger(threshold)) throw new Error('Not a whole number');
	const mutualTls = values['mutual-tls'];
	const behavior = { deliverOnWake: true, sendsToOnlineAtOnce: true };
	const platform = await startPlatform({ port, threshold, mutualTls, ...behavior });
	await addDemoFleet(platform);
	const folder = writeCertificates(platform);
	process.stdout.write(greeting(platform, folder, mutualTls));

	const stop = () => {
		rmSync(folder, { recursive: true, force: true });
		void platform.close();
	};
	process.once('SIGINT', stop);
	process.once('SIGTERM', stop);
}

function writeCertificates({ certificates: { ca, client } }: Platform): string {
	const folder = mkdtempSync(join(tmpdir(), 'huawei-iot-platform-'));
	writeFileSync(join(folder, 'ca.pem'), ca);
	writeFileSync(join(folder, 'client.pem'), client.cert);
	writeFileSync(join(folder, 'client.key'), client.key, { mode: 0o600 });
	return folder;
}

function greeting({ url, appId, secret }: Platform, folder: string, mutualTls: boolean): string {
	const client = mutualTls ? ' --cert client.pem --key client.key' : '';
	const options = `--cacert ca.pem${client}`;
	const post = (path: string, body: object) => `  ${controlLine(url, path, body, options)}`;
	return `
Server           ${url}
App Key          ${appId}
Secret           ${secret}
Certificates     ${folder} (ca.pem, client.pem, client.key)

${FLEET_NOTES}

  cd ${folder}

Look at everything:
  curl ${options} ${url}/control/state
Queue commands:
${post('devices', { deviceId: 'demo-device-1', commands: 2 })}
Change a status (ONLINE delivers what is queued), report data:
${post('status', { deviceId: 'demo-device-1', status: 'OFFLINE' })}
${post('data', { deviceId: 'demo-device-1', data: { level: 7 } })}
Let tokens expire, let the answer to the next revocation get lost:
${post('expire-tokens', {})}
${post('fault', { kind: 'resetAfter', match: { path: 'CancelTasks' } })}

Stop with Ctrl+C.
`;
}

main().catch((thrown: unknown) => {
	process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n${USAGE}`);
	process.exitCode = 1;
});
