/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js beside n8n, never inside it */
import { readFileSync } from 'node:fs';

import type { Log } from '../lab/command';
import { makeBed } from './bed';
import { execute } from './execution';
import type { Way } from './workflows';

export interface MemoryRow {
	way: Way;
	devices: number;
	commands: number;
	/** The most that n8n's process held, and what it held before the run, in MiB. */
	peak: number;
	idle: number;
	seconds: number;
}

/** Each way in an n8n of its own that has run nothing before; HTTP Request with the Split Out that makes items of its lists. */
export async function measureMemory(
	{ devices, commands }: { devices: number; commands: number },
	log: Log,
): Promise<MemoryRow[]> {
	const rows: MemoryRow[] = [];
	for (const way of ['node', 'httpRequest'] as const) {
		const bed = await makeBed({ split: true }, log);
		try {
			bed.queue(devices, commands);
			const idle = peakOf(bed.n8n.pid);
			const began = Date.now();
			const id = await execute(bed.n8n, way, devices);
			const seconds = (Date.now() - began) / 1000;
			const peak = peakOf(bed.n8n.pid);
			const { body } = await bed.n8n.rest('GET', `/rest/executions?limit=1`);
			const { status } = (body as { data: { results: Array<{ status: string }> } }).data.results[0] ?? {};
			const left = bed.platform.commands().filter((command) => command.status !== 'CANCELED').length;
			if (status !== 'success' || left > 0) {
				throw new Error(`${way}: execution ${id} ended with '${status}', ${left} commands are left`);
			}
			log(`${way}: ${devices} devices with ${commands} commands, peak ${peak.toFixed(0)} MiB, ${seconds} s`);
			rows.push({ way, devices, commands, peak, idle, seconds });
		} finally {
			await bed.remove();
		}
	}
	return rows;
}

/** The most memory that a process held so far, in MiB. Linux only. */
function peakOf(pid: number | undefined): number {
	const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
	if (kilobytes === undefined) throw new Error('The process tells no peak of its memory');
	return Number(kilobytes) / 1024;
}
