/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console -- a command for people, runs in Node.js beside n8n */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

import { executions, finished, pushMany, spread, startOnly } from '../e2e/triggers';
import { credential } from '../e2e/workflows';
import { PROJECT } from '../lab/folders';
import { createN8n, type N8n } from '../lab/n8n';
import { startPlatform, type Platform } from '../platform/platform';

const PUSHES = 1000;
const PER_SECOND = 50;
const ROUNDS = 2;
const WEBHOOK_ID = '2d1a6f0b-6f1e-4c0a-9a34-51f0c1a71001';

type Start = 'trigger' | 'webhook';

interface Round {
	runs: number;
	/** Pushes that had to be sent again. */
	repeated: number;
	/** Milliseconds until n8n answered. */
	answers: number[];
	/** Milliseconds from sending until the run of the same push began. */
	delays: number[];
}

/** `npm run bench:trigger`: the trigger and n8n's own Webhook node under the same load, into docs/trigger-benchmark.md. */
async function main(): Promise<void> {
	const n8n = await createN8n({ log: console.log });
	const rounds: Record<Start, Round[]> = { trigger: [], webhook: [] };
	try {
		await n8n.start();
		for (let round = 1; round <= ROUNDS; round += 1) {
			for (const start of round % 2 === 1
				? (['trigger', 'webhook'] as const)
				: (['webhook', 'trigger'] as const)) {
				console.log(`round ${round}: ${start}`);
				rounds[start].push(await measure(n8n, start, round));
			}
		}
		const text = report(rounds);
		console.log(text);
		writeFileSync(join(PROJECT, 'docs/trigger-benchmark.md'), text);
	} finally {
		await n8n.remove();
	}
}

async function measure(n8n: N8n, start: Start, round: number): Promise<Round> {
	const platform = await startPlatform();
	try {
		await n8n.importCredentials([credential(platform)]);
		const id = `${start}${round}`;
		const webhookId = WEBHOOK_ID.slice(0, -2) + (start === 'trigger' ? '1' : '2') + String(round);
		await n8n.importWorkflows([startOnly(id, webhookId, start)]);
		await n8n.activate(id);
		if (start === 'webhook') {
			platform.addSubscription('deviceInfoChanged', `${n8n.url}/webhook/${webhookId}`);
		}
		await warmUp(platform, n8n, id);
		await pushMany(platform, PUSHES, PER_SECOND);
		await finished(n8n, id, PUSHES + 1, 300_000);
		const runs = await executions(n8n, id);
		await n8n.deactivate(id);
		return read(platform, runs);
	} finally {
		await platform.close();
	}
}

/** One push that is not counted: the first one loads what the others find loaded. */
async function warmUp(platform: Platform, n8n: N8n, id: string): Promise<void> {
	await pushMany(platform, 1, PER_SECOND);
	await finished(n8n, id, 1);
	platform.pushes.length = 0;
}

function read({ pushes }: Platform, runs: Array<{ id: string; startedAt: string }>): Round {
	const began = runs.map(({ startedAt }) => Date.parse(startedAt)).sort((a, b) => a - b);
	const sent = pushes.map(({ at }) => at).sort((a, b) => a - b);
	return {
		runs: runs.length - 1,
		repeated: pushes.length - PUSHES,
		answers: pushes.map(({ ms }) => ms ?? NaN),
		// The warm-up's run is the first one. Pushes and runs come in one order, but for a few that overtake.
		delays: began.slice(1).map((time, index) => time - (sent[index] ?? NaN)),
	};
}

function report(rounds: Record<Start, Round[]>): string {
	const rows = (['trigger', 'webhook'] as const).flatMap((start) =>
		rounds[start].map(({ runs, repeated, answers, delays }, index) => {
			const name = start === 'trigger' ? 'IoT Device Trigger' : "n8n's Webhook";
			const answer = spread(answers);
			const delay = spread(delays);
			const cells = [name, index + 1, runs, repeated, ...Object.values(answer), delay.median, delay.p95];
			return `| ${cells.join(' | ')} |`;
		}),
	);
	const head = [
		'Node',
		'Round',
		'Runs',
		'Repeated pushes',
		'Answer: median',
		'95 %',
		'99 %',
		'Longest',
		'Run begins after: median',
		'95 %',
	];
	return [
		'# Trigger and Webhook under the same load',
		'',
		`${PUSHES} pushes, ${PER_SECOND} a second, each over a connection of its own, into a real n8n 2.41.1 with its default settings (SQLite, one process) on loopback; the workflow does nothing more. Written by \`npm run bench:trigger\` with Node.js ${process.version} on ${cpus().length} cores, which other work shared. Times are in milliseconds.`,
		'',
		`| ${head.join(' | ')} |`,
		`| ${head.map(() => '---').join(' | ')} |`,
		...rows,
		'',
		'An answer comes once n8n has stored the run that it starts, for both nodes: that is where the time goes.',
		'',
	].join('\n');
}

main().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
