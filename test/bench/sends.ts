import type { Log } from '../lab/command';
import type { Bed } from './bed';
import { median } from './median';
import { timedPair } from './speed';

export interface SendFigures {
	devices: number;
	pairs: number;
	/** Medians in milliseconds. */
	node: number;
	httpRequest: number;
}

/**
 * By how much the platform's clock goes on from run to run, in milliseconds: Send first lists what the application was sent
 * in the last ten minutes, and the runs before it should not be among that.
 */
const BETWEEN_RUNS_MS = 11 * 60_000;

/** One command for each device: IoT Device › Send, and the same calls by HTTP Request, by turns. */
export async function measureSends(
	bed: Bed,
	{ devices, pairs }: { devices: number; pairs: number },
	log: Log,
): Promise<SendFigures> {
	// Nothing takes them away between the runs.
	bed.platform.set({ latencyMs: 0, pendingLimit: Infinity });
	let runsLeft = 2 * (pairs + 1);
	const prepare = () => {
		bed.queue(devices, 0);
		runsLeft -= 1;
		bed.platform.set({ clockOffsetMs: -Math.max(0, runsLeft) * BETWEEN_RUNS_MS });
	};
	const times: Array<{ node: number; httpRequest: number }> = [];
	// The first pair warms up.
	for (let pair = 0; pair <= pairs; pair += 1) {
		const both = await timedPair(bed, ['send', 'httpSend'], pair, devices, prepare);
		if (pair > 0) times.push(both);
		log(`${devices} sends: node ${both.node} ms, HTTP Request ${both.httpRequest} ms`);
	}
	return {
		devices,
		pairs,
		node: median(times.map(({ node }) => node)),
		httpRequest: median(times.map(({ httpRequest }) => httpRequest)),
	};
}
