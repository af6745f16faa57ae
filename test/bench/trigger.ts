/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console -- a command for people, runs in Node.js beside n8n */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { executions, finished, pushMany, spread, startOnly } from '../e2e/triggers';
import { credential } from '../e2e/workflows';
import type { Environment } from '../lab/command';
import { PROJECT } from '../lab/folders';
import { chosenVersion } from '../lab/installation';
import { createN8n, type N8n } from '../lab/n8n';
import { startPlatform, type Platform } from '../platform/platform';
import { count } from './figures';

/** A quiet day, a busy one, and the moment after an outage. */
const LOADS = [
	{ pushes: 30, perSecond: 2 },
	{ pushes: 200, perSecond: 10 },
	{ pushes: 1000, perSecond: 50 },
];
/** n8n as it comes, and with the setting that makes it start its expression engine only where an expression is. */
const SETTINGS: Environment[] = [{}, { N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true' }];
/** Longer ones make the platform send again. */
const LONGEST_ANSWER_MS = 15_000;
const WEBHOOK_ID = '2d1a6f0b-6f1e-4c0a-9a34-51f0c1a71001';

type Start = 'trigger' | 'webhook';

type Load = (typeof LOADS)[number];

interface Round {
	start: Start;
	load: Load;
	isLazy: boolean;
	runs: number;
	/** Answers for which the platform would not have waited. */
	late: number;
	/** Milliseconds until n8n answered. */
	answers: number[];
	/** Milliseconds from sending until the run of the same push began. */
	delays: number[];
}

/**
 * `npm run bench:trigger`: the trigger and n8n's own Webhook node under the same load, into docs/trigger-benchmark.md.
 * `-- --quick`: a quiet day alone, and nothing is written.
 */
async function main(): Promise<void> {
	const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
	const rounds: Round[] = [];
	for (const [index, env] of SETTINGS.slice(0, values.quick ? 1 : undefined).entries()) {
		const n8n = await createN8n({ log: console.log, env });
		try {
			await n8n.start();
			for (const load of LOADS.slice(0, values.quick ? 1 : undefined)) {
				for (const start of ['webhook', 'trigger'] as const) {
					console.log(`${start} ${JSON.stringify({ ...load, ...env })}`);
					rounds.push(await measure(n8n, start, load, index));
				}
			}
		} finally {
			await n8n.remove();
		}
	}
	const text = report(rounds);
	console.log(text);
	if (!values.quick) writeFileSync(join(PROJECT, 'docs/trigger-benchmark.md'), text);
}

async function measure(n8n: N8n, start: Start, load: Load, round: number): Promise<Round> {
	const { pushes, perSecond } = load;
	const platform = await startPlatform({ pushTimeoutMs: 300_000 });
	try {
		await n8n.importCredentials([credential(platform)]);
		const id = `${start}${round}x${perSecond}`;
		const place = LOADS.indexOf(load) * 4 + (start === 'trigger' ? 2 : 0) + round;
		const webhookId = `${WEBHOOK_ID.slice(0, -1)}${place.toString(16)}`;
		await n8n.importWorkflows([startOnly(id, webhookId, start)]);
		await n8n.activate(id);
		if (start === 'webhook') {
			platform.addSubscription('deviceInfoChanged', `${n8n.url}/webhook/${webhookId}`);
		}
		await warmUp(platform, n8n, id);
		await pushMany(platform, pushes, perSecond);
		await finished(n8n, id, pushes + 1, 300_000);
		const runs = await executions(n8n, id);
		await n8n.deactivate(id);
		return { start, load, isLazy: round > 0, ...read(platform, runs) };
	} finally {
		await platform.close();
	}
}

/** One push that is not counted: the first one loads what the others find loaded. */
async function warmUp(platform: Platform, n8n: N8n, id: string): Promise<void> {
	await pushMany(platform, 1, 1);
	await finished(n8n, id, 1);
	platform.pushes.length = 0;
}

function read(
	{ pushes }: Platform,
	runs: Array<{ startedAt: string }>,
): Omit<Round, 'start' | 'load' | 'isLazy'> {
	const began = runs.map(({ startedAt }) => Date.parse(startedAt)).sort((a, b) => a - b);
	const sent = pushes.map(({ at }) => at).sort((a, b) => a - b);
	return {
		runs: runs.length - 1,
		late: pushes.filter(({ ms }) => (ms ?? Infinity) > LONGEST_ANSWER_MS).length,
		answers: pushes.map(({ ms }) => ms ?? NaN),
		// The warm-up's run is the first one. Pushes and runs come in one order, but for a few that overtake.
		delays: began.slice(1).map((time, index) => time - (sent[index] ?? NaN)),
	};
}

function report(rounds: Round[]): string {
	const rows = rounds.map(({ start, load, isLazy, runs, late, answers, delays }) => {
		const name = start === 'trigger' ? 'IoT Device Trigger' : "n8n's Webhook";
		const delay = spread(delays);
		const cells = [
			name,
			isLazy ? 'lazy' : 'default',
			...[load.perSecond, runs, late, ...Object.values(spread(answers)), delay.median, delay.p95].map(count),
		];
		return `| ${cells.join(' | ')} |`;
	});
	const head = [
		'Node',
		'Expression engine',
		'Pushes a second',
		'Runs',
		'Answers after 15 s',
		'Answer: median',
		'95 %',
		'99 %',
		'Longest',
		'Run begins after: median',
		'95 %',
	];
	const loads = LOADS.map(({ pushes, perSecond }, index) =>
		index === 0 ? `${count(pushes)} pushes at ${perSecond} a second` : `${count(pushes)} at ${perSecond}`,
	);
	return [
		'# Trigger and Webhook under the same load',
		'',
		`Three loads: ${new Intl.ListFormat('en').format(loads)}. Each push uses its own connection to a real n8n ${chosenVersion()} (SQLite, one process) on loopback; the only other node in the workflow does nothing. Written by \`npm run bench:trigger\` with Node.js ${process.version} on ${cpus().length} cores. Times are in milliseconds.`,
		'',
		`| ${head.join(' | ')} |`,
		`| ${head.map(() => '---').join(' | ')} |`,
		...rows,
		'',
		'The trigger answers before n8n has a place for the run, the Webhook node only afterwards. n8n starts its expression engine for each run, and for each request to a trigger before it calls it; only its own Webhook node is spared the latter. With `N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE=true` (the rows marked lazy) the engine is started where an expression is.',
		'',
	].join('\n');
}

main().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
