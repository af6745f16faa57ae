/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js beside n8n, never inside it */
import { readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Profiler } from 'node:inspector';

import type { Environment } from '../lab/command';

/** A time in which n8n's event loop was not free, in milliseconds since 1970. */
export interface Block {
	start: number;
	end: number;
}

/** What was seen inside n8n's process between `start` and `stop`. */
export interface Observation {
	/** When the profile begins, in milliseconds since 1970. */
	began: number;
	/** CPU time of the process, all its threads, in milliseconds. */
	cpu: number;
	/** The longest delay of the event loop (`perf_hooks.monitorEventLoopDelay`), in milliseconds. */
	longest: number;
	blocks: Block[];
	profile: Profiler.Profile;
}

/** Watches the n8n that was started with its environment, from inside its process. */
export class Probe {
	private readonly socket: string;
	private readonly file: string;

	constructor(folder: string) {
		this.socket = join(folder, 'probe.sock');
		this.file = join(folder, 'profile.json');
	}

	/** What `n8n start` needs in its environment. */
	get environment(): Environment {
		const script = pathToFileURL(join(__dirname, 'inside.ts')).href;
		return { NODE_OPTIONS: `--import=${script}`, BENCH_SOCKET: this.socket };
	}

	/** @param interval microseconds between two samples of the CPU profile */
	async start(interval: number): Promise<void> {
		await this.ask(`/start?interval=${interval}`);
	}

	async stop(): Promise<Observation> {
		const answer = await this.ask(`/stop?profile=${encodeURIComponent(this.file)}`);
		const profile = JSON.parse(readFileSync(this.file, 'utf8')) as Profiler.Profile;
		rmSync(this.file);
		return { ...(JSON.parse(answer) as Omit<Observation, 'profile'>), profile };
	}

	private async ask(path: string): Promise<string> {
		return await new Promise((resolve, reject) => {
			const sent = request({ socketPath: this.socket, path }, (reply) => {
				let text = '';
				reply.setEncoding('utf8');
				reply.on('data', (part: string) => (text += part));
				reply.on('end', () =>
					reply.statusCode === 200 ? resolve(text) : reject(new Error(`n8n's probe: ${text}`)),
				);
			});
			sent.on('error', reject);
			sent.end();
		});
	}
}
