/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js beside n8n, never inside it */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import type { Log } from '../lab/command';
import { PROJECT } from '../lab/folders';
import { makeBed, type Bed } from './bed';
import type { BareRun } from './bareClient';
import { measure } from './execution';
import { median } from './median';
import type { Way } from './workflows';

export interface SpeedRow {
	devices: number;
	latencyMs: number;
	/** Devices that the node, and the bare client, work on at once. */
	concurrency: number;
	/** Medians in milliseconds. */
	node: number;
	httpRequest: number;
	/** The same calls by Node.js alone. */
	bare: number;
	pairs: number;
}

export interface SpeedPlan {
	sizes: number[];
	pairs: number;
	/** How long the platform takes for an answer. */
	latencyMs?: number;
	/** 5 by default, as in the node. */
	concurrency?: number;
}

/** Both ways on the same devices by turns, in one n8n that has run them before. */
export async function measureSpeed(
	{ sizes, pairs, latencyMs = 0, concurrency = 5 }: SpeedPlan,
	log: Log,
): Promise<SpeedRow[]> {
	const bed = await makeBed({ latencyMs, node: concurrency === 5 ? {} : { concurrency } }, log);
	try {
		for (const way of ['node', 'httpRequest'] as const) await timed(bed, way, 300);
		const times = new Map(sizes.map((devices) => [devices, noTimes()]));
		// Sizes by turns too, so that a busy moment of the machine does not count for one of them alone.
		for (let pair = 0; pair < pairs; pair += 1) {
			for (const [devices, own] of times) {
				const order: Way[] = pair % 2 === 0 ? ['node', 'httpRequest'] : ['httpRequest', 'node'];
				for (const way of order) own[way].push(await timed(bed, way, devices));
				const last = (way: Way) => `${way} ${Math.round(own[way].at(-1) ?? 0)} ms`;
				log(`${devices} devices, latency ${latencyMs} ms: ${order.map(last).join(', ')}`);
			}
		}
		// Not between the pairs: after some idle seconds n8n is slower for a while, whatever it then runs.
		for (let pair = 0; pair < pairs; pair += 1) {
			for (const [devices, own] of times) own.bare.push(await bare(bed, devices, concurrency));
		}
		return [...times].map(([devices, own]) => ({
			devices,
			latencyMs,
			concurrency,
			pairs,
			node: median(own.node),
			httpRequest: median(own.httpRequest),
			bare: median(own.bare),
		}));
	} finally {
		await bed.remove();
	}
}

function noTimes(): Record<Way | 'bare', number[]> {
	return { node: [], httpRequest: [], bare: [] };
}

async function timed(bed: Bed, way: Way, devices: number): Promise<number> {
	bed.queue(devices);
	bed.platform.requests.length = 0;
	const { ms, done, status } = await measure(bed.n8n, way, devices);
	if (done !== devices) throw new Error(`${way}: ${done} of ${devices} devices were done (${status})`);
	return ms;
}

async function bare(
	{ n8n, platform, token, queue }: Bed,
	devices: number,
	concurrency: number,
): Promise<number> {
	queue(devices);
	const { url, appId, certificates } = platform;
	const run: BareRun = { url, appId, token, ca: certificates.ca, devices, concurrency };
	const started = promisify(execFile)(
		n8n.installation.node,
		['--import', 'tsx', 'test/bench/bareClient.ts'],
		{ cwd: PROJECT },
	);
	started.child.stdin?.end(JSON.stringify(run));
	return Number((await started).stdout);
}
