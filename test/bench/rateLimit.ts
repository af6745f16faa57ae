import type { Log } from '../lab/command';
import { makeBed, type Bed } from './bed';
import { measure } from './execution';
import { median } from './median';

/** The platform's window, and the node's. */
const WINDOW_MS = 60_000;

interface Kept {
	ms: number;
	done: number;
	/** Calls that the platform refused for being too many. */
	throttled: number;
}

export interface ThresholdFigures {
	threshold: number;
	devices: number;
	/** No program can be faster, in milliseconds: the full windows before the last one, and the last one's calls. */
	bound: number;
	node: Kept;
	httpRequest: Kept;
	/** HTTP Request with its Batching set to the threshold. */
	batched?: Kept;
}

/** Three windows' worth of devices. Each way starts with an empty window of a platform of its own. */
export async function measureThreshold(
	threshold: number,
	quick: boolean,
	log: Log,
): Promise<ThresholdFigures> {
	const devices = 3 * threshold;
	const batching = { size: threshold, interval: WINDOW_MS };
	const inBed = async <T>(limit: number, work: (bed: Bed) => Promise<T>): Promise<T> => {
		const bed = await makeBed({ threshold: limit, batching }, log);
		try {
			return await work(bed);
		} finally {
			await bed.remove();
		}
	};
	const lastWindow = await inBed(0, async (bed) => {
		const times: number[] = [];
		for (let turn = 0; turn < 4; turn += 1) times.push((await run(bed, 'node', threshold)).ms);
		return median(times.slice(1));
	});
	const figures: ThresholdFigures = {
		threshold,
		devices,
		bound: Math.floor((devices - 1) / threshold) * WINDOW_MS + lastWindow,
		node: await inBed(threshold, async (bed) => await run(bed, 'node', devices)),
		httpRequest: await inBed(threshold, async (bed) => await run(bed, 'httpRequest', devices)),
	};
	if (!quick) figures.batched = await inBed(threshold, async (bed) => await run(bed, 'batched', devices));
	return figures;
}

async function run(bed: Bed, workflow: string, devices: number): Promise<Kept> {
	bed.queue(devices);
	bed.platform.requests.length = 0;
	const { ms, done } = await measure(bed.n8n, workflow, devices);
	return { ms, done, throttled: bed.platform.requests.filter(({ status }) => status === 403).length };
}
