/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js beside n8n, never inside it */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { concurrency, MOST_AT_ONCE } from '../../nodes/shared/items/fields';
import type { Log } from '../lab/command';
import { PROJECT } from '../lab/folders';
import type { Bed } from './bed';
import type { BareRun } from './bareClient';
import { measure } from './execution';
import { median } from './median';
import type { Way } from './workflows';

/** How many calls the node has under way by default, and those that it is compared with, but for HTTP Request. */
export const CONCURRENCY = { first: Number(concurrency.default), most: MOST_AT_ONCE };

export interface SpeedRow {
	devices: number;
	latencyMs: number;
	/** Medians in milliseconds. */
	node: number;
	httpRequest: number;
	/** The same calls by n8n's request helper alone. */
	helper: number;
	/** The same calls by Node.js alone. */
	bare: number;
	pairs: number;
}

export interface SpeedPlan {
	sizes: number[];
	/** How long the platform takes for an answer, in milliseconds. */
	latencies: number[];
	pairs: number;
}

/** Both ways on the same devices by turns, in one n8n that has run them before. */
export async function measureSpeed(
	bed: Bed,
	{ sizes, latencies, pairs }: SpeedPlan,
	log: Log,
): Promise<SpeedRow[]> {
	const rows: SpeedRow[] = [];
	for (const latencyMs of latencies) {
		bed.platform.set({ latencyMs });
		const warmUp = async () => {
			for (const way of ['node', 'httpRequest', 'helper']) await timed(bed, way, 300);
		};
		await warmUp();
		const times = new Map(sizes.map((devices) => [devices, noTimes()]));
		// Sizes by turns too, so that a busy moment of the machine does not count for one of them alone.
		for (let pair = 0; pair < pairs; pair += 1) {
			for (const [devices, own] of times) {
				const { node, httpRequest } = await timedPair(bed, ['node', 'httpRequest'], pair, devices);
				own.node.push(node);
				own.httpRequest.push(httpRequest);
				const helper = await timed(bed, 'helper', devices);
				own.helper.push(helper);
				const alone = await bare(bed, devices);
				own.bare.push(alone);
				log(
					`${devices} devices, latency ${latencyMs} ms: node ${node} ms, HTTP Request ${httpRequest} ms, request helper ${helper} ms, bare ${alone.toFixed(0)} ms`,
				);
				// After some idle seconds n8n is slower for a while, whatever it then runs.
				await warmUp();
			}
		}
		for (const [devices, own] of times) {
			rows.push({
				devices,
				latencyMs,
				pairs,
				node: median(own.node),
				httpRequest: median(own.httpRequest),
				helper: median(own.helper),
				bare: median(own.bare),
			});
		}
	}
	return rows;
}

/**
 * Runs two workflows one after the other, the second one first in every other turn.
 * @param prepare before each run; by default it queues one command for each device
 * @returns milliseconds
 */
export async function timedPair(
	bed: Bed,
	[node, httpRequest]: [node: string, httpRequest: string],
	turn: number,
	devices: number,
	prepare?: () => void,
): Promise<Record<Way, number>> {
	const times: Record<Way, number> = { node: NaN, httpRequest: NaN };
	const order = [
		['node', node],
		['httpRequest', httpRequest],
	] as const;
	for (const [way, workflow] of turn % 2 === 0 ? order : [...order].reverse()) {
		times[way] = await timed(bed, workflow, devices, prepare);
	}
	return times;
}

/** How often a run of HTTP Request is tried, which loses calls on a busy machine when it starts thousands at once. */
const MOST_TRIES = 3;

/** One run of a workflow, of which no device may be lost. @returns the milliseconds of its node */
export async function timed(
	bed: Bed,
	workflow: string,
	devices: number,
	prepare = () => bed.queue(devices),
): Promise<number> {
	for (let tries = 1; ; tries += 1) {
		prepare();
		const { ms, done, status } = await measure(bed.n8n, workflow, devices);
		if (done === devices) return ms;
		if (!workflow.startsWith('http') || tries === MOST_TRIES)
			throw new Error(`${workflow}: ${done} of ${devices} devices were done (${status})`);
	}
}

function noTimes(): Record<Way | 'helper' | 'bare', number[]> {
	return { node: [], httpRequest: [], helper: [], bare: [] };
}

async function bare({ n8n, platform, token, queue }: Bed, devices: number): Promise<number> {
	queue(devices);
	const { url, appId, certificates } = platform;
	const run: BareRun = { url, appId, token, ca: certificates.ca, devices, concurrency: CONCURRENCY };
	const started = promisify(execFile)(
		n8n.installation.node,
		['--import', 'tsx', 'test/bench/bareClient.ts'],
		{ cwd: PROJECT },
	);
	started.child.stdin?.end(JSON.stringify(run));
	return Number((await started).stdout);
}
