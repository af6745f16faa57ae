/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console -- a command for people, runs in Node.js beside n8n */
import { parseArgs } from 'node:util';

import { ensureN8n } from '../lab/installation';
import { measureMemory, type MemoryRow } from './memory';
import { writeReport, report, type Figures } from './report';
import { measureSize, type SizeFigures } from './size';
import { measureSpeed, type SpeedRow } from './speed';
import { isMet, targetsOf } from './targets';
import { measureThreshold, type ThresholdFigures } from './threshold';

const log = (line: string) => console.log(line);

/**
 * `npm run bench`: about 20 minutes; ends with 1 when a target is missed. `-- --quick`: one small round of everything,
 * nothing is written.
 */
async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			quick: { type: 'boolean', default: false },
			/** One part alone, to look into something: speed, latency, threshold, memory or size. */
			only: { type: 'string' },
		},
	});
	const { quick, only } = values;
	const wanted = (part: string) => only === undefined || only === part;
	await ensureN8n('2.41.1', log);

	let speed: SpeedRow[] = [];
	let latency: SpeedRow[] = [];
	let threshold: ThresholdFigures | undefined;
	let memory: MemoryRow[] = [];
	let size: SizeFigures | undefined;
	if (wanted('size')) size = await measureSize(quick ? 1 : 5, log);
	if (wanted('speed')) {
		speed = await measureSpeed({ sizes: quick ? [100, 300] : [300, 1000, 3000], pairs: quick ? 1 : 5 }, log);
	}
	if (wanted('latency')) {
		const plan = { sizes: [quick ? 100 : 1000], pairs: quick ? 1 : 5, latencyMs: 10 };
		latency = [
			...(await measureSpeed(plan, log)),
			...(await measureSpeed({ ...plan, concurrency: 25 }, log)),
		];
	}
	if (wanted('memory')) {
		memory = await measureMemory({ sizes: quick ? [200] : [3000, 10_000], commands: 10 }, log);
	}
	// The pace's window is a minute: three windows' worth take two, whatever the number of devices.
	if (wanted('threshold')) threshold = await measureThreshold(quick ? 5 : 100, quick, log);

	const figures: Figures = { speed, latency, threshold, memory, size };
	log(`\n${report(figures)}`);
	if (!quick && only === undefined) log(`Written: ${(await writeReport(figures)).join(', ')}`);
	// A quick round is too short to judge by.
	if (!quick && !targetsOf(figures).every(isMet)) process.exitCode = 1;
}

main().catch((thrown: unknown) => {
	console.error(thrown);
	process.exitCode = 1;
});
