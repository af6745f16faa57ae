import type { IExecuteFunctions } from 'n8n-workflow';

import type { EarlierTries, Job } from './outcome';

/**
 * What earlier tries of the same node came to, for 'Retry On Fail': n8n runs all items again and throws the items of the
 * try before away. Kept beside the object that n8n keeps from try to try, so it ends with the execution.
 */
const memories = new WeakMap<object, Map<string, EarlierTries>>();

/**
 * Whether an AI agent calls the node as its tool. All calls of a tool, one after another or at the same time, share one
 * object of n8n's, and each try has a run index of its own.
 */
export function isToolCall(context: IExecuteFunctions): boolean {
	return context.getNode().type.endsWith('Tool');
}

/** What is known from earlier tries, by the keys of the jobs. In a loop, another run of the node is no earlier try. */
export function earlierTries(context: IExecuteFunctions): Map<string, EarlierTries> {
	const kept = [...(memories.get(context.getContext('node')) ?? [])];
	if (kept.length === 0 || isToolCall(context)) return new Map(kept);
	const runIndex = runIndexOf(context);
	return new Map(kept.filter(([, tries]) => tries.runIndex === runIndex));
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
	const isTool = isToolCall(context);
	const isOver = isAllDone || context.getNode().retryOnFail !== true;
	if (isOver && !isTool) return void memories.delete(anchor);
	// A tool's other calls may be under way: each one changes only what is its own.
	const kept = isTool ? (memories.get(anchor) ?? new Map<string, EarlierTries>()) : new Map(earlier);
	const runIndex = runIndexOf(context);
	for (const { key, name, outcome } of jobs) {
		const before = earlier.get(key);
		if (isOver) kept.delete(key);
		else if (outcome && outcome !== before?.outcome) {
			kept.set(key, { name, outcome, since: before?.since ?? began, runIndex });
		}
	}
	memories.set(anchor, kept);
}

function runIndexOf(context: IExecuteFunctions): number {
	return Number(context.getWorkflowDataProxy(0).$runIndex);
}
