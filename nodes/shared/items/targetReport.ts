import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { failedItem } from './errors';
import { failureOf, type Job, type Outcome, type Words } from './targets';
import type { Failure } from '../values/results';

/** How many ids a description lists; n8n's log gets them all. */
const IDS_SHOWN = 200;
/** How many ids a message lists. */
const IDS_IN_MESSAGE = 20;
/** How many targets a hint names. */
const TARGETS_IN_HINT = 5;

/** The items of all targets in input order, each paired with every input that named its target. */
export function toOutput(jobs: Array<Job<unknown>>, unusable: Map<number, Failure>): INodeExecutionData[] {
	const byFirstItem: Array<{ at: number; items: INodeExecutionData[] }> = [];
	for (const [itemIndex, failure] of unusable) {
		byFirstItem.push({ at: itemIndex, items: [failedItem(failure, itemIndex)] });
	}
	for (const job of jobs) {
		const { itemIndexes, outcome } = job;
		if (!outcome) continue;
		if (outcome.ok) {
			const pairedItem =
				itemIndexes.length === 1
					? { item: itemIndexes[0] ?? 0 }
					: itemIndexes.map((itemIndex) => ({ item: itemIndex }));
			const items = outcome.value.items.map((json) => ({ json, pairedItem }));
			byFirstItem.push({ at: itemIndexes[0] ?? 0, items });
		}
		const failure = failureOf(job);
		if (!failure) continue;
		for (const at of itemIndexes) byFirstItem.push({ at, items: [failedItem(failure, at)] });
	}
	return byFirstItem.sort((a, b) => a.at - b.at).flatMap(({ items }) => items);
}

/** What a person should know beside the items, the same for several targets in one sentence. */
export function hintTexts(jobs: Array<Job<unknown>>): string[] {
	const byText = new Map<string, string[]>();
	for (const { outcome } of jobs) {
		for (const { text, about } of (outcome?.ok && outcome.value.hints) || []) {
			byText.set(text, [...(byText.get(text) ?? []), about]);
		}
	}
	return [...byText].map(([text, about]) => `${text}: ${listed(about, TARGETS_IN_HINT)}`);
}

/** What was made or revoked, as a line; none when there was nothing. */
export function doneBefore(outcomes: Outcome[], words: Words, most = IDS_SHOWN): string[] {
	const ids = outcomes.flatMap(({ done }) => done);
	return ids.length === 0 ? [] : [`Done before: ${words.done} ${listed(ids, most)}`];
}

/** What a run had done when it stopped, so that nothing revoked is lost from sight. The first line is the short form. */
export function doneSoFar(
	context: IExecuteFunctions,
	jobs: Array<Job<unknown>>,
	failed: Array<Job<unknown>>,
	words: Words,
): string[] {
	const ids = jobs.flatMap(({ outcome }) => (outcome?.ok ? outcome.value.done : []));
	const done = jobs.filter((job) => job.outcome && !failureOf(job)).length;
	if (jobs.length === 1 && ids.length === 0) return [];
	const before = `Before that, ${done} of ${jobs.length} ${words.targets} were done`;
	const lines = [ids.length === 0 ? before : `${before} (${words.done} ${listed(ids, IDS_IN_MESSAGE)})`];
	if (ids.length > IDS_IN_MESSAGE) {
		lines.push(`All ${words.done}: ${listed(ids, IDS_SHOWN)}`);
		context.logger.warn(
			`${context.getNode().name}: stopped after ${done} of ${jobs.length} ${words.targets}; ${words.done}: ${ids.join(', ')}`,
		);
	}
	const others = (maybeDone: boolean) =>
		failed
			.slice(1)
			.filter((job) => failureOf(job)?.maybeDone === maybeDone)
			.map(({ name }) => name);
	const [notDone, unknown] = [others(false), others(true)];
	if (notDone.length > 0) lines.push(`Also not done: ${listed(notDone, IDS_IN_MESSAGE)}`);
	if (unknown.length > 0) lines.push(`Not known whether done: ${listed(unknown, IDS_IN_MESSAGE)}`);
	return lines;
}

function listed(ids: string[], most: number): string {
	const more = ids.length > most ? ` and ${ids.length - most} more` : '';
	return `${ids.slice(0, most).join(', ')}${more}`;
}
