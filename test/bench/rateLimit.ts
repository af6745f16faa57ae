import type { Log } from '../lab/command';
import { makeBed, type Bed } from './bed';
import { measure } from './execution';
import { median } from './median';
import { httpRequestWorkflow, nodeWorkflow, type Target } from './workflows';

/** The platform's window, and the node's. */
const WINDOW_MS = 60_000;

interface Kept {
	ms: number;
	done: number;
	/** Calls that the platform refused for being too many. */
	refused: number;
}

export interface RateLimitFigures {
	rateLimit: number;
	devices: number;
	/** No program can be faster, in milliseconds: the full windows before the last one, and (but in a quick round) the last one's calls. */
	bound: number;
	node: Kept;
	httpRequest?: Kept;
	/** HTTP Request with its Batching set to the rate limit. */
	batched?: Kept;
}

/** As many devices as fill some windows. Each way starts with an empty window of a platform of its own. */
export async function measureRateLimit(
	{ rateLimit, windows, nodeOnly }: { rateLimit: number; windows: number; nodeOnly: boolean },
	log: Log,
): Promise<RateLimitFigures> {
	const devices = windows * rateLimit;
	const batching = { size: rateLimit, interval: WINDOW_MS };
	const inBed = async <T>(limit: number, work: (bed: Bed) => Promise<T>): Promise<T> => {
		const workflows = (target: Target) => [
			nodeWorkflow('node', target),
			httpRequestWorkflow('httpRequest', target),
			httpRequestWorkflow('batched', target, { batching }),
		];
		const bed = await makeBed({ rateLimit: limit, workflows }, log);
		try {
			return await work(bed);
		} finally {
			await bed.remove();
		}
	};
	const bound = Math.floor((devices - 1) / rateLimit) * WINDOW_MS;
	const node = await inBed(rateLimit, async (bed) => await run(bed, 'node', devices));
	if (nodeOnly) return { rateLimit, devices, bound, node };
	const lastWindow = await inBed(0, async (bed) => {
		const times: number[] = [];
		for (let turn = 0; turn < 4; turn += 1) times.push((await run(bed, 'node', rateLimit)).ms);
		return median(times.slice(1));
	});
	return {
		rateLimit,
		devices,
		bound: bound + lastWindow,
		node,
		httpRequest: await inBed(rateLimit, async (bed) => await run(bed, 'httpRequest', devices)),
		batched: await inBed(rateLimit, async (bed) => await run(bed, 'batched', devices)),
	};
}

async function run(bed: Bed, workflow: string, devices: number): Promise<Kept> {
	bed.queue(devices);
	const { ms, done } = await measure(bed.n8n, workflow, devices);
	return { ms, done, refused: bed.platform.requests.filter(({ status }) => status === 403).length };
}
