import type { IExecuteFunctions } from 'n8n-workflow';

import type { EarlierTries, Job } from './outcome';

interface Memory {
	runIndex: number;
	byKey: Map<string, EarlierTries>;
}

/**
 * What earlier tries of the same node came to, for 'Retry On Fail': n8n runs all items again and throws the items of the
 * try before away. Kept beside the object that n8n keeps from try to try, so it ends with the execution.
 */
const memories = new WeakMap<object, Memory>();

/**
 * What is known from earlier tries, by the keys of the jobs. It counts for the same run of the node only: in a loop it runs
 * again and again. Only where an AI agent calls the node as a tool, n8n counts the run index up for each try; there what
 * was left open is taken over.
 */
export function earlierTries(context: IExecuteFunctions): Map<string, EarlierTries> {
	const known = memories.get(context.getContext('node'));
	if (!known) return new Map();
	if (known.runIndex === runIndexOf(context)) return known.byKey;
	if (!context.getNode().type.endsWith('Tool')) return new Map();
	return new Map([...known.byKey].filter(([, { outcome }]) => outcome.failure !== undefined));
}

/** Keeps what this try came to for the next one; nothing if all is done, or if n8n will not try again. */
export function keepForNextTry(
	context: IExecuteFunctions,
	earlier: Map<string, EarlierTries>,
	jobs: Array<Job<unknown>>,
	began: number,
	isDone: boolean,
): void {
	const anchor = context.getContext('node');
	if (isDone || context.getNode().retryOnFail !== true) {
		memories.delete(anchor);
		return;
	}
	const byKey = new Map(earlier);
	for (const { key, name, outcome } of jobs) {
		if (outcome) byKey.set(key, { name, outcome, since: earlier.get(key)?.since ?? began });
	}
	memories.set(anchor, { runIndex: runIndexOf(context), byKey });
}

function runIndexOf(context: IExecuteFunctions): number {
	return Number(context.getWorkflowDataProxy(0).$runIndex);
}
