/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js beside n8n, never inside it */
import { existsSync, readFileSync } from 'node:fs';

import type { Log } from '../lab/command';
import { makeBed } from './bed';
import { execute } from './execution';
import { httpRequestWorkflow, nodeWorkflow, type Way } from './workflows';

export interface MemoryRow {
	way: Way;
	devices: number;
	commands: number;
	/** The most that n8n's process held, and what it held before the run, in MiB. */
	peak: number;
	idle: number;
	/** Until n8n had kept the execution. */
	seconds: number;
	/** How the run ended: the execution's status, or `n8n ended` when the process did not live through it. */
	status: string;
}

/** Each way in an n8n of its own that has run nothing before; HTTP Request with the Split Out that makes items of its lists. */
export async function measureMemory(
	{ sizes, commands }: { sizes: number[]; commands: number },
	log: Log,
): Promise<MemoryRow[]> {
	const rows: MemoryRow[] = [];
	for (const devices of sizes) {
		for (const way of ['node', 'httpRequest'] as const) {
			const row = await measureRun(way, devices, commands, log);
			const { peak, seconds, status } = row;
			log(
				`${way}: ${devices} devices, ${commands} commands each: ${status}, ${peak.toFixed(0)} MiB, ${seconds} s`,
			);
			rows.push(row);
		}
	}
	return rows;
}

async function measureRun(way: Way, devices: number, commands: number, log: Log): Promise<MemoryRow> {
	const bed = await makeBed(
		{
			workflows: (target) => [
				nodeWorkflow('node', target),
				httpRequestWorkflow('httpRequest', target, { split: true }),
			],
		},
		log,
	);
	try {
		bed.queue(devices, commands);
		const idle = peakOf(bed.n8n.pid) ?? NaN;
		let peak = idle;
		// A process that breaks down takes its peak along.
		const watch = setInterval(() => (peak = peakOf(bed.n8n.pid) ?? peak), 100);
		const began = Date.now();
		let status: string;
		try {
			({ status } = await execute(bed.n8n, way, devices));
			peak = peakOf(bed.n8n.pid) ?? peak;
		} catch (thrown) {
			if (peakOf(bed.n8n.pid) !== undefined) throw asError(thrown);
			log(bed.n8n.output().slice(-1500));
			status = 'n8n ended';
		} finally {
			clearInterval(watch);
		}
		const seconds = (Date.now() - began) / 1000;
		return { way, devices, commands, peak, idle, seconds, status };
	} finally {
		await bed.remove();
	}
}

function asError(thrown: unknown): Error {
	return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** The most memory that a process held so far, in MiB; undefined when it has ended. Linux only. */
function peakOf(pid: number | undefined): number | undefined {
	const file = `/proc/${pid}/status`;
	if (!existsSync(file)) return undefined;
	const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(file, 'utf8'))?.[1];
	return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}
