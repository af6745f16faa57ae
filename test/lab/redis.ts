/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js beside n8n, never inside it */
import { rmSync } from 'node:fs';

import { ensureProgram } from './debian';
import { temporaryFolder } from './folders';
import { freePort, Service } from './service';

export interface Redis {
	port: number;
	stop(): Promise<void>;
}

/** A Redis of its own on a free port of loopback, without persistence; installed where it is missing and that is allowed. */
export async function startRedis(): Promise<Redis> {
	const program = await ensureProgram('/usr/bin/redis-server', ['redis-server']);
	const port = await freePort();
	const folder = temporaryFolder('redis');
	const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
	const service = new Service(program, args, { cwd: folder, env: { PATH: process.env.PATH ?? '' } });
	await service.until(() => service.output.includes('Ready to accept connections'), 20_000);
	return {
		port,
		async stop() {
			await service.stop();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}
