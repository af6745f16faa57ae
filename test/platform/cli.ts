/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console -- a command for people, runs in Node.js */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { startPlatform } from './platform';

/** `npm run platform`: the stand-in by itself. */
async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			port: { type: 'string', default: '8743' },
			threshold: { type: 'string', default: '100' },
			'mutual-tls': { type: 'boolean', default: false },
		},
	});
	const platform = await startPlatform({
		port: Number(values.port),
		threshold: Number(values.threshold),
		mutualTls: values['mutual-tls'],
	});
	platform.queueCommands('demo-device-1', 3);
	platform.queueCommands('demo-device-2', 1);
	const folder = mkdtempSync(join(tmpdir(), 'huawei-iot-platform-'));
	const { ca, client } = platform.certificates;
	writeFileSync(join(folder, 'ca.pem'), ca);
	writeFileSync(join(folder, 'client.pem'), client.cert);
	writeFileSync(join(folder, 'client.key'), client.key);
	console.log(`Server          ${platform.url}
App Key         ${platform.appId}
Secret          ${platform.secret}
Certificates    ${folder} (ca.pem, client.pem, client.key)
Devices         demo-device-1 (3 queued commands), demo-device-2 (1)

Queue more:     curl --cacert ${join(folder, 'ca.pem')} -H 'content-type: application/json' \\
                  -d '{"deviceId": "demo-device-1", "commands": 2}' ${platform.url}/control/devices
Stop:           Ctrl+C`);
	const stop = () => void platform.close().then(() => process.exit(0));
	process.on('SIGINT', stop);
	process.on('SIGTERM', stop);
}

void main();
