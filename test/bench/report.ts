/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js beside n8n, never inside it */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { format } from 'prettier';

import { PROJECT } from '../lab/folders';
import type { MemoryRow } from './memory';
import { plot } from './plot';
import type { SizeFigures } from './size';
import type { SpeedRow } from './speed';
import { isMet, targetsOf } from './targets';
import type { ThresholdFigures } from './threshold';

export interface Figures {
	speed: SpeedRow[];
	latency: SpeedRow[];
	threshold: ThresholdFigures | undefined;
	memory: MemoryRow[];
	size: SizeFigures | undefined;
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
const ratio = (part: number, whole: number) => (part / whole).toFixed(2);
const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;

function table(head: string[], rows: string[][]): string {
	return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** The figures as Markdown; parts that were not measured are left out. */
export function report(figures: Figures): string {
	const { speed, latency, threshold, memory, size } = figures;
	const parts: string[] = [];
	const rows = [...speed, ...latency];
	if (rows.length > 0) {
		parts.push(
			'## Time',
			`Medians of ${rows[0]?.pairs} pairs of runs, in turn, in one n8n. The ratio is this node's time to HTTP Request's. HTTP Request starts all calls at once. 'Bare' is what Node.js alone takes for the same calls with the same concurrency, each over a new TLS connection, as n8n makes them: what is left to TLS and the stand-in.`,
			table(
				[
					'devices',
					'latency',
					'concurrency',
					'this node',
					'for one device',
					'HTTP Request',
					'ratio',
					'bare `https`',
				],
				rows.map(({ devices, latencyMs, concurrency, node, httpRequest, bare }) => [
					devices.toLocaleString('en'),
					`${latencyMs} ms`,
					String(concurrency),
					seconds(node),
					`${(node / devices).toFixed(2)} ms`,
					seconds(httpRequest),
					ratio(node, httpRequest),
					seconds(bare),
				]),
			),
		);
	}
	if (threshold) {
		const { bound, devices } = threshold;
		const row = (name: string, { ms, done, throttled }: ThresholdFigures['node']) => [
			name,
			seconds(ms),
			ratio(ms, bound),
			String(done),
			String(devices - done),
			String(throttled),
		];
		parts.push(
			'## At the threshold',
			`${devices} devices where the platform allows ${threshold.threshold} calls in 60 s. The bound, faster than which no program can be, is ${seconds(bound)}: the windows before the last one, and the last one's calls.`,
			table(
				['', 'time', 'ratio to the bound', 'done', 'lost', 'calls refused'],
				[
					row('this node', threshold.node),
					row('HTTP Request', threshold.httpRequest),
					...(threshold.batched
						? [row(`HTTP Request, Batching ${threshold.threshold} in 60 s`, threshold.batched)]
						: []),
				],
			),
		);
	}
	const [first] = memory;
	if (first) {
		parts.push(
			'## Memory',
			`The most that n8n's process held while it revoked ${first.commands} commands of each device, each way in a new n8n with its default settings. Before the run it held about ${first.idle.toFixed(0)} MiB.`,
			table(
				['devices', '', 'peak', 'ended as'],
				memory.map(({ devices, way, peak, status }) => [
					devices.toLocaleString('en'),
					way === 'node' ? 'this node' : 'HTTP Request and Split Out',
					`${peak.toFixed(0)} MiB`,
					status,
				]),
			),
		);
	}
	if (size) {
		parts.push(
			'## Size and start',
			table(
				['', ''],
				[
					['tarball', kilobytes(size.tarball)],
					['unpacked', kilobytes(size.unpacked)],
					['of that, loaded by n8n (README and the like apart)', kilobytes(size.loaded)],
					['loading node and credential', `${size.load.toFixed(0)} ms`],
					[`n8n's start with the package, median of ${size.rounds}`, seconds(size.startWith)],
					['without it', seconds(size.startWithout)],
				],
			),
		);
	}
	const targets = targetsOf(figures);
	if (targets.length > 0) {
		parts.push(
			'## Targets',
			table(
				['', 'measured', 'at most', 'met'],
				targets.map((target) => [
					target.what,
					target.measured.toFixed(2),
					String(target.most),
					isMet(target) ? 'yes' : '**no**',
				]),
			),
		);
	}
	return parts.join('\n\n');
}

/** Writes docs/benchmarks.md and its plot. @returns the files */
export async function writeReport(figures: Figures): Promise<string[]> {
	const folder = join(PROJECT, 'docs');
	mkdirSync(folder, { recursive: true });
	const { version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { version: string };
	const text = `# Benchmarks

Made by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: version ${version} of this package and the HTTP Request node 4.2 in n8n 2.41.1 on Node.js 24, ${cpus().length} cores, against the stand-in of the platform in \`test/platform/\` on the same machine over HTTPS. Times are those that n8n notes for the node. All options of the nodes are at their defaults (in the credential 'Requests per Minute' is 0 where there is no threshold), but that HTTP Request goes on after a refused call. Both verify the certificate, which the machine trusts.

![Time over devices](benchmarks.svg)

${report(figures)}
`;
	const files = { 'benchmarks.md': text, 'benchmarks.svg': await plot(figures.speed) };
	for (const [name, content] of Object.entries(files)) {
		const options = { parser: 'markdown', useTabs: true, proseWrap: 'never' } as const;
		const shown = name.endsWith('.md') ? await format(content, options) : content;
		writeFileSync(join(folder, name), shown);
	}
	return Object.keys(files).map((name) => `docs/${name}`);
}
