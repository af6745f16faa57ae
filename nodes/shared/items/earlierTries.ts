import type { IExecuteFunctions } from 'n8n-workflow';

import type { EarlierTries, Job } from './outcome';

/**
 * What earlier tries of the same node came to, for 'Retry On Fail': n8n runs all items again and throws the items of the
 * try before away. Kept beside the object that n8n keeps from try to try, so it ends with the execution.
 */
const memories = new WeakMap<object, Map<string, EarlierTries>>();

/** What is known from earlier tries, by the keys of the jobs. */
export function earlierTries(context: IExecuteFunctions): Map<string, EarlierTries> {
	return memories.get(context.getContext('node')) ?? new Map();
}

/**
 * Whether a job need not be done again. That counts for the same run of the node only: in a loop it runs again and again,
 * and so it does for each try when an AI agent calls the node as a tool. There the job is done once more, and what both
 * times came to is united.
 */
export function isDone(context: IExecuteFunctions, tries: EarlierTries | undefined): tries is EarlierTries {
	return tries !== undefined && tries.outcome.failure === undefined && tries.runIndex === runIndexOf(context);
}

/** Whether an earlier try belongs to this run of the node, or left something open. */
export function isStillOfUse(context: IExecuteFunctions, { outcome, runIndex }: EarlierTries): boolean {
	return outcome.failure !== undefined || runIndex === runIndexOf(context);
}

/** Keeps what this try came to for the next one; nothing if all is done, or if n8n will not try again. */
export function keepForNextTry(
	context: IExecuteFunctions,
	earlier: Map<string, EarlierTries>,
	jobs: Array<Job<unknown>>,
	began: number,
	isAllDone: boolean,
): void {
	const anchor = context.getContext('node');
	if (isAllDone || context.getNode().retryOnFail !== true) {
		memories.delete(anchor);
		return;
	}
	const runIndex = runIndexOf(context);
	const kept = new Map(earlier);
	for (const { key, name, outcome } of jobs) {
		const before = earlier.get(key);
		if (outcome && outcome !== before?.outcome) {
			kept.set(key, { name, outcome, since: before?.since ?? began, runIndex });
		}
	}
	memories.set(anchor, kept);
}

function runIndexOf(context: IExecuteFunctions): number {
	return Number(context.getWorkflowDataProxy(0).$runIndex);
}
