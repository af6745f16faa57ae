import type { Log } from '../lab/command';
import type { Bed } from './bed';
import { measure, type Measured } from './execution';
import { median } from './median';
import type { Block, Observation } from './probe';
import { samplesOf, sum, within } from './profile';

export interface ScaleRow {
	/** `editFields` is n8n's Edit Fields node: as many items, no call. */
	workflow: 'node' | 'editFields';
	devices: number;
	/** Median in milliseconds. */
	ms: number;
	runs: number;
	/** The event loop of n8n's process in the last run; not for the smallest size. */
	loop?: LoopFigures;
}

/** All in milliseconds. */
export interface LoopFigures {
	/** The longest delay in the whole run, which n8n's own work before and after the node is part of. */
	run: number;
	/** The longest block while the node ran. */
	node: number;
	/** The most that this package's code, and what it called without waiting, took of one block. */
	ours: number;
	/** The most that garbage collection took of one block. */
	garbage: number;
}

/** A sample more often than this makes n8n slower; a block of 100 ms holds 20 of them. */
const SAMPLING_US = 5000;

/** The cost of one device at several sizes, and how long the event loop is blocked, with this package's node and without it. */
export async function measureScale(
	bed: Bed,
	{ smallest, sizes }: { smallest: number; sizes: number[] },
	log: Log,
): Promise<ScaleRow[]> {
	bed.platform.set({ latencyMs: 0 });
	const few: number[] = [];
	for (let turn = 0; turn < 8; turn += 1) few.push((await run(bed, 'node', smallest)).ms);
	// The first ones warm up.
	const warm = few.slice(3);
	const rows: ScaleRow[] = [{ workflow: 'node', devices: smallest, ms: median(warm), runs: warm.length }];
	for (const devices of sizes) {
		for (const workflow of ['editFields', 'node'] as const) {
			const { seen, ...measured } = await bed.observe(
				SAMPLING_US,
				async () => await run(bed, workflow, devices),
			);
			const loop = loopFigures(seen, measured);
			rows.push({ workflow, devices, ms: measured.ms, runs: 1, loop });
			log(
				`${workflow}: ${devices} devices: ${measured.ms} ms, longest block ${loop.node.toFixed(0)} ms, of ours ${loop.ours.toFixed(0)} ms`,
			);
		}
	}
	return rows;
}

/** Every other device has a command. */
async function run(bed: Bed, workflow: string, devices: number): Promise<Measured> {
	// What is queued would wait for the next run of the node.
	if (workflow === 'node') bed.queue(devices, (device) => device % 2);
	const measured = await measure(bed.n8n, workflow, devices);
	const expected = workflow === 'node' ? Math.floor(devices / 2) : devices;
	if (measured.done !== expected) {
		throw new Error(`${workflow}: ${measured.done} items instead of ${expected} (${measured.status})`);
	}
	return measured;
}

function loopFigures(seen: Observation, { began, ms }: Measured): LoopFigures {
	const samples = within(samplesOf(seen), { start: began, end: began + ms });
	const most = (milliseconds: (block: Block) => number) => Math.max(0, ...blocks.map(milliseconds));
	const blocks = seen.blocks
		.map(({ start, end }) => ({ start: Math.max(start, began), end: Math.min(end, began + ms) }))
		.filter(({ start, end }) => end > start);
	return {
		run: seen.longest,
		node: most(({ start, end }) => end - start),
		ours: most((block) => sum(within(samples, block), ({ isOurs }) => isOurs)),
		garbage: most((block) => sum(within(samples, block), ({ origin }) => origin === 'garbage')),
	};
}
