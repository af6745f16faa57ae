/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- loaded into n8n's process by the benchmark alone, never published */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Session } from 'node:inspector/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';

import type { Block, Observation } from './probe.ts';

/** How often it is looked whether the event loop is free, in milliseconds. */
const LOOK_MS = 5;
/** Shorter blocks are not kept. */
const SHORTEST_MS = 20;

interface Watch {
	stop(): Promise<Observation>;
}

/**
 * Watches n8n from inside, when the benchmark asks for it on a socket: `/start?interval=MICROSECONDS` and
 * `/stop?profile=FILE`.
 */
function listen(socket: string): void {
	let watch: Watch | undefined;
	const answer = async (path: string): Promise<unknown> => {
		const { pathname, searchParams } = new URL(path, 'http://n8n');
		if (pathname === '/start') watch = await startWatch(Number(searchParams.get('interval')));
		else return await watch?.stop().then((seen) => keepProfile(seen, searchParams.get('profile')));
		return {};
	};
	const server = createServer((request, response) => {
		answer(request.url ?? '').then(
			(body) => response.end(JSON.stringify(body)),
			(error: unknown) => response.writeHead(500).end(String(error)),
		);
	});
	server.listen(socket);
	// n8n ends as if this were not here.
	server.unref();
}

async function startWatch(interval: number): Promise<Watch> {
	const session = new Session();
	session.connect();
	await session.post('Profiler.enable');
	await session.post('Profiler.setSamplingInterval', { interval });
	await session.post('Profiler.start');
	const began = Date.now();
	const used = process.cpuUsage();
	const delay = monitorEventLoopDelay({ resolution: LOOK_MS });
	delay.enable();
	const blocks: Block[] = [];
	let last = Date.now();
	const timer = setInterval(() => {
		const now = Date.now();
		if (now - last - LOOK_MS >= SHORTEST_MS) blocks.push({ start: last, end: now });
		last = now;
	}, LOOK_MS);
	return {
		async stop() {
			clearInterval(timer);
			delay.disable();
			const { user, system } = process.cpuUsage(used);
			const { profile } = await session.post('Profiler.stop');
			session.disconnect();
			// The time between two looks is no delay.
			return {
				began,
				cpu: (user + system) / 1000,
				longest: delay.max / 1e6 - LOOK_MS,
				blocks,
				profile,
			};
		},
	};
}

/** Profiles are too large for an answer that others wait for. */
function keepProfile({ profile, ...rest }: Observation, file: string | null): unknown {
	if (file !== null) writeFileSync(file, JSON.stringify(profile));
	return rest;
}

const { BENCH_SOCKET: socket } = process.env;
// n8n's commands, and the processes that it starts, have the same environment.
if (socket && process.argv[2] === 'start') listen(socket);
