/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions -- runs in Node.js beside n8n, never inside it */
import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import type { CommandOptions } from './command';

const GRACE_MS = 20_000;
const running = new Set<Service>();

// A test that is interrupted leaves nothing behind.
process.on('exit', () => running.forEach((service) => service.kill()));

/** A process that goes on until it is stopped, with the children it started. */
export class Service {
	/** Everything it printed so far. */
	output = '';

	private readonly child: ChildProcess;
	private readonly ended: Promise<void>;

	constructor(file: string, args: string[], { cwd, env }: CommandOptions) {
		// A process group of its own: what it starts can be ended with it, and nothing else.
		this.child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
		const collect = (chunk: Buffer) => (this.output += chunk.toString());
		this.child.stdout?.on('data', collect);
		this.child.stderr?.on('data', collect);
		this.ended = new Promise((resolve) => {
			this.child.on('error', (error) => {
				this.output += String(error);
				resolve();
			});
			this.child.on('exit', () => resolve());
		});
		running.add(this);
	}

	get pid(): number | undefined {
		return this.child.pid;
	}

	get isRunning(): boolean {
		return this.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null;
	}

	/** Waits until `condition` holds. Rejects with the output when the process ends before, or after `timeout` ms. */
	async until(condition: () => boolean | Promise<boolean>, timeout: number): Promise<void> {
		const deadline = Date.now() + timeout;
		while (!(await condition())) {
			if (!this.isRunning) throw new Error(`The process ended:\n${this.output.slice(-4000)}`);
			if (Date.now() > deadline) throw new Error(`Not ready in ${timeout} ms:\n${this.output.slice(-4000)}`);
			await sleep(100);
		}
	}

	/** Asks it to end, waits, and ends by force whatever of it is left. */
	async stop(): Promise<void> {
		if (this.isRunning) this.child.kill('SIGTERM');
		await Promise.race([this.ended, sleep(GRACE_MS, undefined, { ref: false })]);
		this.kill();
		await this.ended;
	}

	/** Ends it at once, as a crash would. */
	kill(): void {
		running.delete(this);
		if (this.pid === undefined) return;
		try {
			process.kill(-this.pid, 'SIGKILL');
		} catch {
			// The whole group has ended already.
		}
	}
}

/** A port on loopback that nobody uses at the moment. */
export async function freePort(): Promise<number> {
	return await new Promise((resolve, reject) => {
		const server = createServer();
		server.on('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const { port } = server.address() as AddressInfo;
			server.close(() => resolve(port));
		});
	});
}
