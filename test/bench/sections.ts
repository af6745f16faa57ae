import { count, kilobytes, milliseconds, ratio, seconds, table, type Figures } from './figures';
import { ORIGINS, type Origin } from './profile';
import type { RateLimitFigures } from './rateLimit';
import { CONCURRENCY } from './speed';
import { isMet, targetsOf } from './targets';

/** The chapters of docs/benchmarks.md; those whose figures were not measured are empty. */
export const SECTIONS: Array<(figures: Figures) => string[]> = [
	speed,
	sends,
	cpu,
	scale,
	rateLimit,
	sharing,
	turns,
	memory,
	size,
	targets,
];

function speed({ speed: rows }: Figures): string[] {
	if (rows.length === 0) return [];
	const fastest = Math.min(...rows.map(({ node, devices }) => node / devices));
	return [
		'## Time',
		`Medians of ${rows[0]?.pairs} pairs of runs, in turn, in one n8n. 'Latency' is the time the platform takes for each answer. HTTP Request starts all calls at once; a run in which it lost some was repeated. 'Request helper' is a node that makes the same calls with n8n's \`helpers.httpRequest\` and does little else (\`test/bench/helperNode/\`): about the least that any node can take, so a ratio just under 1 is chance. 'Bare' is what Node.js alone takes for them, over a new TLS connection for each, as n8n makes them: what is left to TLS and the stand-in. Both keep as many calls under way as the node does. Ratios are this node's time to theirs.`,
		`Without the option 'Concurrency', the node starts with ${CONCURRENCY.first} devices at the same time and works up to ${CONCURRENCY.most} as answers come in: one more whenever one is done. With only ${CONCURRENCY.first}, n8n would sit idle while a platform takes 100 ms for each answer: a call takes n8n as little as ${milliseconds(fastest)}, so ${Math.floor(100 / fastest)} have to be under way to keep it busy. A platform that fails calls gets fewer at a time, whatever the option says.`,
		table(
			[
				'devices',
				'latency',
				'this node',
				'for one device',
				'HTTP Request',
				'ratio',
				'request helper',
				'ratio',
				'bare `https`',
				'ratio',
			],
			[...rows]
				.sort((a, b) => a.devices - b.devices || a.latencyMs - b.latencyMs)
				.map(({ devices, latencyMs, node, httpRequest, helper, bare }) => [
					count(devices),
					`${latencyMs} ms`,
					seconds(node),
					milliseconds(node / devices),
					seconds(httpRequest),
					ratio(node, httpRequest),
					seconds(helper),
					ratio(node, helper),
					seconds(bare),
					ratio(node, bare),
				]),
		),
	];
}

function sends({ sends: measured }: Figures): string[] {
	if (!measured) return [];
	const { devices, pairs, node, httpRequest } = measured;
	return [
		'## Sending',
		`One command to each of ${count(devices)} devices, without latency. The platform's clock moves on by eleven minutes from run to run, so that no other commands were sent in the application in the ten minutes before. Medians of ${pairs} pairs: IoT Device › Send takes ${seconds(node)}, HTTP Request with the same commands ${seconds(httpRequest)} (ratio ${ratio(node, httpRequest)}). Before its first command, Send lists the commands of those ten minutes with one call, and one more for every 1,000 of them.`,
	];
}

function cpu({ cpu: runs }: Figures): string[] {
	const [first] = runs;
	if (!first) return [];
	const at = runs.map(({ latencyMs }) => `${latencyMs} ms`);
	const cells = (read: (run: (typeof runs)[number]) => number) => runs.map((run) => milliseconds(read(run)));
	return [
		'## Where the time goes',
		`A CPU profile of n8n's process while the node revokes the commands of ${count(first.devices)} devices, in milliseconds for one device, by whose code it was (self time). Profiling makes everything slower, so the proportions say more than the sum.`,
		table(
			['', ...at.map((latency) => `latency ${latency}`)],
			[
				...(Object.keys(ORIGINS) as Origin[]).map((origin) => [
					ORIGINS[origin],
					...cells(({ origins }) => origins[origin]),
				]),
				['this package and what it called without waiting', ...cells(({ onStack }) => onStack)],
				['time of the node', ...cells(({ ms, devices }) => ms / devices)],
				["CPU time of n8n's process, whole run", ...cells(({ cpu: { node } }) => node)],
				['the same with HTTP Request', ...cells(({ cpu: { httpRequest } }) => httpRequest)],
			],
		),
		`The functions of this package with the most self time, for one device at ${first.latencyMs} ms:`,
		table(
			['function', 'self time'],
			first.places.map(([place, ms]) => [`\`${place}\``, `${(ms * 1000).toFixed(0)} µs`]),
		),
	];
}

function scale({ scale: rows }: Figures): string[] {
	const few = rows[0];
	if (!few) return [];
	const whole = (ms: number | undefined) => (ms === undefined ? '' : `${ms.toFixed(0)} ms`);
	return [
		'## Many devices, and how long n8n is blocked',
		`One run each (${count(few.devices)} devices: the median of ${few.runs}), every other device with one command, without latency. Edit Fields is n8n's own node with as many items and no calls. 'Whole run' is the longest delay of the event loop of n8n's process (\`perf_hooks.monitorEventLoopDelay\`); at the end n8n saves the execution's data in one piece. The other columns are about the time in which the node ran: its longest block, and the most that code of this package (with what it called without waiting) and garbage collection took of any block, by a CPU profile of the same run.`,
		table(
			[
				'devices',
				'',
				'time',
				'for one',
				'whole run',
				'longest block',
				'of a block: this package',
				'garbage collection',
			],
			rows.map(({ devices, workflow, ms, loop }) => [
				count(devices),
				workflow === 'node' ? 'this node' : 'Edit Fields',
				seconds(ms),
				milliseconds(ms / devices),
				...[loop?.run, loop?.node, loop?.ours, loop?.garbage].map(whole),
			]),
		),
	];
}

function rateLimit({ rateLimit: measured }: Figures): string[] {
	if (!measured) return [];
	const { bound, devices, node, httpRequest, batched, rateLimit: limit } = measured;
	const row = (name: string, kept?: RateLimitFigures['node']) =>
		kept
			? [
					[
						name,
						seconds(kept.ms),
						ratio(kept.ms, bound),
						String(kept.done),
						String(devices - kept.done),
						String(kept.refused),
					],
				]
			: [];
	return [
		'## At the rate limit',
		`${devices} devices where the platform allows ${limit} calls in 60 s. The bound, which no program can beat, is ${seconds(bound)}: the periods before the last one, and the last one's calls.`,
		table(
			['', 'time', 'ratio to the bound', 'done', 'lost', 'calls refused'],
			[
				...row('this node', node),
				...row('HTTP Request', httpRequest),
				...row(`HTTP Request, Batching ${limit} in 60 s`, batched),
			],
		),
	];
}

function sharing({ sharing: rows }: Figures): string[] {
	if (rows.length === 0) return [];
	return [
		'## Other programs at the same rate limit',
		"600 calls at 100 a minute by the node's rate limit alone, against the stand-in's count of calls, on simulated time. The other programs use the same application and know nothing of the node. The bound counts their calls too.",
		table(
			['other programs', 'time', 'bound', 'ratio', 'calls refused'],
			rows.map(({ others, ms, bound, refused }) => [
				others,
				seconds(ms),
				seconds(bound),
				ratio(ms, bound),
				String(refused),
			]),
		),
	];
}

function turns({ turns: measured }: Figures): string[] {
	if (!measured) return [];
	const { big, small } = measured;
	return [
		'## Two runs at the rate limit',
		`Runs of one n8n take turns: each free place goes to the next run that waits for one. A run of ${count(big.calls)} devices has used up the 100 calls of the first minute when one of ${small.calls} devices begins, ${small.after / 1000} s later; one call for each device, on simulated time. The bound is the soonest that any program could be done.`,
		table(
			['devices', 'time', 'bound', 'ratio'],
			[big, small].map(({ calls, ms, bound }) => [
				count(calls),
				seconds(ms),
				seconds(bound),
				ratio(ms, bound),
			]),
		),
	];
}

function memory({ memory: rows }: Figures): string[] {
	const [first] = rows;
	if (!first) return [];
	return [
		'## Memory',
		`The most that n8n's process held while it revoked ${first.commands} commands of each device, each way in a new n8n with its default settings. Before the run it held about ${first.idle.toFixed(0)} MiB.`,
		table(
			['devices', '', 'peak', 'ended as'],
			rows.map(({ devices, way, peak, status }) => [
				count(devices),
				way === 'node' ? 'this node' : 'HTTP Request and Split Out',
				`${peak.toFixed(0)} MiB`,
				status,
			]),
		),
	];
}

function size({ size: measured }: Figures): string[] {
	if (!measured) return [];
	const { tarball, unpacked, load, rounds, startWith, startWithout } = measured;
	return [
		'## Size and start',
		table(
			['', ''],
			[
				['tarball', kilobytes(tarball)],
				['unpacked', kilobytes(unpacked)],
				['loading node and credential', `${load.toFixed(0)} ms`],
				[`n8n's start with the package, median of ${rounds}`, seconds(startWith)],
				['without it', seconds(startWithout)],
			],
		),
	];
}

function targets(figures: Figures): string[] {
	const all = targetsOf(figures);
	if (all.length === 0) return [];
	return [
		'## Targets',
		table(
			['', 'measured', 'at most', 'met'],
			all.map((target) => [
				target.what,
				target.measured.toFixed(2),
				String(target.most),
				isMet(target) ? 'yes' : '**no**',
			]),
		),
	];
}
