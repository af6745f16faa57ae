import type { Log } from '../lab/command';
import type { Bed } from './bed';
import { measure } from './execution';
import { ORIGINS, placesOf, samplesOf, sum, within, type Origin } from './profile';
import { timed } from './speed';

/** Where the time of one run goes, in milliseconds for one device. */
export interface CpuFigures {
	latencyMs: number;
	devices: number;
	/** How long the node took. */
	ms: number;
	/** Self time by whose code it is. */
	origins: Record<Origin, number>;
	/** Time with this package's code on the stack: its own, and that of what it called without waiting. */
	onStack: number;
	/** The functions of this package with the most self time. */
	places: Array<[place: string, ms: number]>;
}

const SAMPLING_US = 500;

/** CPU profiles of n8n's process while the node runs, after runs that have warmed everything up. */
export async function measureCpu(
	bed: Bed,
	{ latencies, devices, places = 12 }: { latencies: number[]; devices: number; places?: number },
	log: Log,
): Promise<CpuFigures[]> {
	const figures: CpuFigures[] = [];
	for (const latencyMs of latencies) {
		bed.platform.set({ latencyMs });
		for (let turn = 0; turn < 2; turn += 1) await timed(bed, 'node', devices);
		bed.queue(devices);
		const { seen, began, ms } = await bed.observe(SAMPLING_US, async () => {
			return await measure(bed.n8n, 'node', devices);
		});
		const samples = within(samplesOf(seen), { start: began, end: began + ms });
		const own = (origin: Origin) => sum(samples, (sample) => sample.origin === origin) / devices;
		figures.push({
			latencyMs,
			devices,
			ms,
			origins: Object.fromEntries(
				(Object.keys(ORIGINS) as Origin[]).map((origin) => [origin, own(origin)]),
			) as Record<Origin, number>,
			onStack: sum(samples, ({ isOurs }) => isOurs) / devices,
			places: placesOf(samples, places).map(([place, total]) => [place, total / devices]),
		});
		log(`CPU profile of ${devices} devices, latency ${latencyMs} ms: ${ms} ms`);
	}
	return figures;
}
