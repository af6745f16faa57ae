import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { pauseIfBusy } from '../values/clock';
import type { Failure } from '../values/results';
import { excerpt, withoutStop } from '../values/text';
import { failedItem, stoppingError } from './errors';
import type { Job } from './outcome';

/** How many IDs a description lists; n8n's log gets all of them. */
const IDS_IN_DESCRIPTION = 200;
/** How many IDs or targets a message lists. */
const NAMES_IN_MESSAGE = 20;
/** How many reasons a description gives for what is not done. */
const REASONS_IN_DESCRIPTION = 5;
/** How many targets a hint names. */
const TARGETS_IN_HINT = 5;

/** What messages call the targets of an operation, and the words before what `Outcome.done` lists; '' for what only reads. */
export interface Words {
	targets: string;
	done: string;
	/** What is said of targets that were done without anything to list. */
	empty?: string;
	/** Where a person finds what was done, which is in no item when a run stops. */
	where?: string;
}

/** Everything that a run came to. */
export interface RunReport {
	words: Words;
	jobs: Array<Job<unknown>>;
	/** The input items that can't be read, by their index. */
	unusable: Map<number, Failure>;
	/** Jobs of earlier tries that are not among those of this one. */
	left: Array<Pick<Job<unknown>, 'name' | 'outcome'>>;
}

/**
 * What n8n gets of a failure that concerns every input item.
 * @throws NodeApiError or NodeOperationError when the node is set to stop
 */
export function refuseAll(context: IExecuteFunctions, failure: Failure): INodeExecutionData[] {
	if (!context.continueOnFail()) throw stoppingError(context.getNode(), failure, 0);
	return context.getInputData().map((_item, itemIndex) => failedItem(failure, itemIndex));
}

/**
 * The items of a run, in input order.
 * @throws NodeApiError or NodeOperationError when something is not done and the node is set to stop
 */
export async function reportRun(
	context: IExecuteFunctions,
	report: RunReport,
): Promise<INodeExecutionData[]> {
	// A hundred thousand jobs take a moment in each step.
	const rest = pauseIfBusy();
	logUnknown(context, report);
	await rest();
	if (!context.continueOnFail()) throwFirstFailure(context, report);
	await rest();
	const message = hintTexts(report.jobs).join('\n');
	if (message !== '') context.addExecutionHints({ message, location: 'outputPane' });
	return await outputOf(report, context.getInputData().length, rest);
}

function throwFirstFailure(context: IExecuteFunctions, report: RunReport): void {
	const { jobs, unusable } = report;
	for (const [itemIndex, failure] of unusable) {
		throw stoppingError(context.getNode(), failure, itemIndex, account(context, report, undefined));
	}
	const failed = jobs.filter(({ outcome }) => outcome?.failure);
	// What was called off because of another failure says less than that.
	const first = failed.find(({ outcome }) => outcome?.failure?.kind !== 'canceled') ?? failed[0];
	if (!first?.outcome?.failure) return;
	const failure = named(first.outcome.failure, first);
	throw stoppingError(context.getNode(), failure, first.inputs[0].itemIndex, account(context, report, first));
}

/** A person knows a target by its name, and not by the number of its item. What concerns all has no name. */
function named(failure: Failure, { name }: Job<unknown>): Failure {
	if (failure.isForAll || failure.what.includes(name)) return failure;
	const what = withoutStop(failure.what);
	// Not a second bracket behind that of the platform's code.
	return { ...failure, what: what.endsWith(')') ? `${what}: ${name}` : `${what} (${name})` };
}

/** What the run had done when it stopped, so that nothing revoked is lost from sight. The first line is the short form. */
function account(
	context: IExecuteFunctions,
	{ words, jobs, left }: RunReport,
	first: Job<unknown> | undefined,
): string[] {
	const known = [...left, ...jobs];
	const ids = idsOf(known);
	const lines: string[] = [];
	// What kept all jobs from starting, such as the credential, says nothing of a part that was done.
	const others = known.filter(
		(job) => job !== first && job.outcome?.failure && job.outcome.failure !== first?.outcome?.failure,
	);
	const done = jobs.filter(({ outcome }) => outcome && !outcome.failure).length;
	const notStarted = jobs.filter(({ outcome }) => !outcome).length;
	if (ids.length > 0 || done > 0 || others.length > 0 || (first && notStarted > 0)) {
		// Not all of it came before the failure: others were under way.
		const empty = jobs.filter(
			({ outcome }) => outcome && !outcome.failure && outcome.done.length === 0,
		).length;
		const details = [
			...(words.empty !== undefined && empty > 0 ? [`${empty} of them ${words.empty}`] : []),
			...(notStarted > 0 ? [`${notStarted} were not started`] : []),
		];
		const ofThem = details.length === 0 ? '' : ` (${details.join(', ')})`;
		const counted = `${done} of ${jobs.length} ${words.targets} were ${words.done === '' ? 'read' : 'done'}${ofThem}`;
		lines.push(ids.length === 0 ? counted : `${counted}. ${words.done}: ${listed(ids, NAMES_IN_MESSAGE)}`);
	}
	if (ids.length > NAMES_IN_MESSAGE) {
		lines.push(`${words.done}: ${listed(ids, IDS_IN_DESCRIPTION)}`);
		context.logger.warn(`${context.getNode().name}: stopped. ${words.done}: ${ids.join(', ')}`);
	}
	if (ids.length > 0 && words.where !== undefined) lines.push(words.where);
	const open = (isUnknown: boolean) =>
		others.filter(({ outcome }) => outcome?.failure?.maybeDone === isUnknown);
	return [
		...lines,
		...withReasons('Also not done', open(false)),
		...withReasons('Not known whether done', open(true)),
	];
}

/** A line for each reason, with the targets that it is the reason for. */
function withReasons(title: string, jobs: RunReport['left']): string[] {
	const byReason = new Map<string, string[]>();
	for (const { name, outcome } of jobs) {
		// What was called off because of another failure has no reason of its own.
		const { failure } = outcome ?? {};
		const own = failure?.kind === 'canceled' ? '' : `. Reason: ${failure?.reason ?? failure?.what}`;
		const reason = byReason.has(own) || byReason.size < REASONS_IN_DESCRIPTION ? own : '';
		const names = byReason.get(reason) ?? [];
		byReason.set(reason, names);
		names.push(name);
	}
	return [...byReason].map(([reason, names]) => `${title}: ${listed(names, NAMES_IN_MESSAGE)}${reason}`);
}

function idsOf(jobs: RunReport['left']): string[] {
	return jobs.flatMap(({ outcome }) => outcome?.done ?? []);
}

/** What is not known goes into n8n's log as well, whatever becomes of the items. */
function logUnknown(context: IExecuteFunctions, { jobs, left }: RunReport): void {
	const unknown = [...left, ...jobs].filter(({ outcome }) => outcome?.failure?.maybeDone);
	const [first] = unknown;
	if (!first) return;
	const targets = unknown.map(({ name, outcome }) => {
		const ids = (outcome?.unknown ?? []).map(({ commandId }) => excerpt(commandId ?? '')).join(', ');
		return ids === '' ? name : `${name} (commands ${ids})`;
	});
	context.logger.warn(
		`${context.getNode().name}: not known whether done: ${targets.join(', ')}. ${first.outcome?.failure?.what}`,
	);
}

/** What n8n's log gets of a canceled run, whose items n8n does not keep. */
export function logCanceled(
	context: IExecuteFunctions,
	{ words, jobs }: { words: Words; jobs: RunReport['left'] },
): void {
	const ids = idsOf(jobs);
	if (ids.length > 0) {
		context.logger.warn(`${context.getNode().name}: canceled. ${words.done}: ${ids.join(', ')}`);
	}
}

/** The items of all jobs in input order, each paired with every input item that asked for it. */
async function outputOf(
	{ jobs, unusable }: RunReport,
	inputs: number,
	rest: () => Promise<void>,
): Promise<INodeExecutionData[]> {
	const byInput: Array<INodeExecutionData[] | undefined> = new Array(inputs);
	const put = (itemIndex: number, item: INodeExecutionData) => void (byInput[itemIndex] ??= []).push(item);
	for (const [itemIndex, failure] of unusable) put(itemIndex, failedItem(failure, itemIndex));
	for (const job of jobs) {
		await rest();
		const { inputs: own, outcome } = job;
		if (!outcome) continue;
		const all = own.map(({ itemIndex }) => itemIndex);
		const pairedWithAll = pairing(all);
		for (const { json, itemIndexes } of outcome.items) {
			const pairedItem = itemIndexes ? pairing(itemIndexes) : pairedWithAll;
			put((itemIndexes ?? all)[0] ?? 0, { json, pairedItem });
		}
		if (!outcome.failure) continue;
		const failure = named(outcome.failure, job);
		for (const itemIndex of all) put(itemIndex, failedItem(failure, itemIndex));
	}
	await rest();
	return byInput.flatMap((items) => items ?? []);
}

const pairings = new WeakMap<number[], INodeExecutionData['pairedItem']>();

/** One for each list, however many items have it. */
function pairing(itemIndexes: number[]): INodeExecutionData['pairedItem'] {
	const known = pairings.get(itemIndexes);
	if (known) return known;
	const pairs = itemIndexes.map((item) => ({ item }));
	const made = pairs.length === 1 ? pairs[0] : pairs;
	pairings.set(itemIndexes, made);
	return made;
}

/** What a person should know beside the items, the same for several targets in one sentence. */
function hintTexts(jobs: Array<Job<unknown>>): string[] {
	const byText = new Map<string, { shown: string[]; more: number }>();
	for (const { outcome } of jobs) {
		for (const { text, about } of outcome?.hints ?? []) {
			const hint = byText.get(text) ?? { shown: [], more: 0 };
			byText.set(text, hint);
			if (hint.shown.length < TARGETS_IN_HINT) hint.shown.push(about);
			else hint.more += 1;
		}
	}
	return [...byText].map(([text, { shown, more }]) => `${text}: ${withRest(shown, more)}`);
}

function listed(names: string[], most: number): string {
	return withRest(names.slice(0, most), Math.max(0, names.length - most));
}

function withRest(names: string[], more: number): string {
	return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
