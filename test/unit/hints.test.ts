import type { IExecuteFunctions, NodeExecutionHint } from 'n8n-workflow';

import type { Job } from '../../nodes/shared/items/outcome';
import { reportRun } from '../../nodes/shared/items/report';
import { cpuTimeOf } from './cpuTime';

/** What a run of many devices says in its hints. */

async function hintsOf(jobs: Array<Job<unknown>>): Promise<string[]> {
	const hints: NodeExecutionHint[] = [];
	const context: Partial<IExecuteFunctions> = {
		getInputData: () => [],
		continueOnFail: () => true,
		addExecutionHints: (...more) => void hints.push(...more),
	};
	await reportRun(context as IExecuteFunctions, {
		words: { targets: 'devices', done: 'tasks' },
		jobs,
		unusable: new Map(),
		left: [],
	});
	return hints.map(({ message }) => message);
}

const jobsWithNothing = (count: number): Array<Job<unknown>> =>
	Array.from({ length: count }, (_, device) => ({
		key: String(device),
		name: `device ${device}`,
		inputs: [{ itemIndex: device, target: {} }],
		outcome: { items: [], done: [], hints: [{ text: 'Nothing was queued for', about: `device-${device}` }] },
	}));

it('Hints name a few devices and count the others', async () => {
	expect(await hintsOf(jobsWithNothing(80_000))).toEqual([
		'Nothing was queued for: device-0, device-1, device-2, device-3, device-4 and 79995 more',
	]);
});

it('Hints for eight times as many devices take about eight times as long, not sixty-four times', async () => {
	const timeOf = async (count: number) => {
		const jobs = jobsWithNothing(count);
		return await cpuTimeOf(async () => await hintsOf(jobs));
	};
	await timeOf(10_000);
	// Both too large for a cache of the processor, which would speed up the smaller one alone.
	expect((await timeOf(80_000)) / (await timeOf(10_000))).toBeLessThan(30);
});
