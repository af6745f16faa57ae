import type { Log } from '../lab/command';
import type { Bed } from './bed';
import { measure } from './execution';
import { ORIGINS, placesOf, samplesOf, sum, within, type Origin } from './profile';
import { timedPair } from './speed';
import type { Way } from './workflows';

/** Where the time of one run goes, in milliseconds for one device. */
export interface CpuFigures {
	latencyMs: number;
	devices: number;
	/** How long the node took. */
	ms: number;
	/** CPU time of n8n's process in the whole run, all its threads, with this node and with HTTP Request. */
	cpu: Record<Way, number>;
	/** Self time by whose code it is. */
	origins: Record<Origin, number>;
	/** Time with this package's code on the stack: its own, and that of what it called without waiting. */
	onStack: number;
	/** The functions of this package with the most self time. */
	places: Array<[place: string, ms: number]>;
}

const SAMPLING_US = 500;

/** CPU profiles of n8n's process while the node runs, after runs that have warmed everything up; of HTTP Request's runs the CPU time alone is kept. */
export async function measureCpu(
	bed: Bed,
	{ latencies, devices, places = 12 }: { latencies: number[]; devices: number; places?: number },
	log: Log,
): Promise<CpuFigures[]> {
	const figures: CpuFigures[] = [];
	for (const latencyMs of latencies) {
		bed.platform.set({ latencyMs });
		await timedPair(bed, ['node', 'httpRequest'], 0, devices);
		const profiled = async (way: Way) => {
			bed.queue(devices);
			return await bed.observe(SAMPLING_US, async () => await measure(bed.n8n, way, devices));
		};
		const httpRequest = await profiled('httpRequest');
		const { seen, began, ms } = await profiled('node');
		const samples = within(samplesOf(seen), { start: began, end: began + ms });
		const own = (origin: Origin) => sum(samples, (sample) => sample.origin === origin) / devices;
		figures.push({
			latencyMs,
			devices,
			ms,
			cpu: { node: seen.cpu / devices, httpRequest: httpRequest.seen.cpu / devices },
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
