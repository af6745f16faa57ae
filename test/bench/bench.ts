/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console -- a command for people, runs in Node.js beside n8n */
import { parseArgs } from 'node:util';

import { ensureN8n } from '../lab/installation';
import { makeBed, type Bed, type BedOptions } from './bed';
import { measureCpu } from './cpu';
import type { Figures } from './figures';
import { measureMemory } from './memory';
import { PLANS } from './plans';
import { measureRateLimit } from './rateLimit';
import { report, writeReport } from './report';
import { measureScale } from './scale';
import { measureSends } from './sends';
import { measureSharing, measureTurns } from './sharing';
import { measureSize } from './size';
import { measureSpeed } from './speed';
import { isMet, targetsOf } from './targets';
import {
	editFieldsWorkflow,
	helperWorkflow,
	httpRequestWorkflow,
	httpSendWorkflow,
	nodeWorkflow,
	sendWorkflow,
	type Target,
} from './workflows';

const PARTS = ['sharing', 'speed', 'cpu', 'scale', 'sends', 'rateLimit', 'memory', 'size'] as const;
type Part = (typeof PARTS)[number];

/** Those that run in one n8n, against a platform without a rate limit. */
const IN_ONE_N8N: Part[] = ['speed', 'cpu', 'scale'];

const log = (line: string) => console.log(line);

/**
 * `npm run bench`: about 40 minutes; ends with 1 when a target is missed. `-- --quick`: one small round in under
 * 4 minutes, in which only those targets count that come out the same on any machine. `-- --only PART` (more than once
 * if you like): that part alone. Only a whole run writes docs/benchmarks.md.
 */
async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			quick: { type: 'boolean', default: false },
			only: { type: 'string', multiple: true },
		},
	});
	const { quick, only } = values;
	const unknown = only?.find((name) => !PARTS.some((part) => part === name));
	if (unknown !== undefined) throw new Error(`--only ${unknown}: there are ${PARTS.join(', ')}`);
	const plan = quick ? PLANS.quick : PLANS.whole;
	const parts = PARTS.filter((part) => only?.includes(part) ?? plan.parts.includes(part));
	const figures = await measureParts(parts, plan);
	log(`\n${report(figures)}`);
	if (!quick && !only) log(`Written: ${(await writeReport(figures)).join(', ')}`);
	const judged = targetsOf(figures).filter(({ isExact }) => isExact || !quick);
	if (!judged.every(isMet)) process.exitCode = 1;
}

async function measureParts(parts: Part[], plan: (typeof PLANS)['whole']): Promise<Figures> {
	const isWanted = (part: Part) => parts.includes(part);
	const figures: Figures = { speed: [], scale: [], cpu: [], sharing: [], memory: [] };
	if (isWanted('sharing')) {
		figures.sharing = await measureSharing(log);
		figures.turns = await measureTurns(log);
	}
	await ensureN8n('2.41.1', log);
	if (parts.some((part) => IN_ONE_N8N.includes(part))) {
		await inOneN8n(async (bed) => {
			if (isWanted('speed')) figures.speed = await measureSpeed(bed, plan.speed, log);
			if (isWanted('cpu')) figures.cpu = await measureCpu(bed, plan.cpu, log);
			if (isWanted('scale')) figures.scale = await measureScale(bed, plan.scale, log);
		}, revokingWorkflows);
	}
	// With a platform of its own: what was sent stays queued, and the node looks at what was queued shortly before.
	if (isWanted('sends')) {
		await inOneN8n(async (bed) => {
			figures.sends = await measureSends(bed, plan.sends, log);
		}, sendingWorkflows);
	}
	if (isWanted('rateLimit')) figures.rateLimit = await measureRateLimit(plan.rateLimit, log);
	if (isWanted('memory')) figures.memory = await measureMemory(plan.memory, log);
	if (isWanted('size')) figures.size = await measureSize(plan.size, log);
	return figures;
}

const revokingWorkflows = (target: Target) => [
	nodeWorkflow('node', target),
	httpRequestWorkflow('httpRequest', target),
	helperWorkflow('helper', target),
	editFieldsWorkflow('editFields'),
];

const sendingWorkflows = (target: Target) => [
	sendWorkflow('send', target),
	httpSendWorkflow('httpSend', target),
];

async function inOneN8n(
	work: (bed: Bed) => Promise<void>,
	workflows: BedOptions['workflows'],
): Promise<void> {
	const bed = await makeBed({ workflows }, log);
	try {
		await work(bed);
	} finally {
		await bed.remove();
	}
}

main().catch((thrown: unknown) => {
	console.error(thrown);
	process.exitCode = 1;
});
