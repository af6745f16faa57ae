import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { clock } from '../values/clock';
import { stoppingError } from './errors';
import { inParallel } from '../values/concurrency';
import { fail, invalidInput, ok } from '../values/results';
import { Progress } from './progress';
import { doneBefore, doneSoFar, hintTexts, toOutput } from './targetReport';
import { failureOf, type Earlier, type Job, type Outcome, type TargetLoop, type Work } from './targets';
import type { Failure, Result } from '../values/results';
import { excerpt } from '../values/text';
import { isObject } from '../values/json';

interface Memory {
	runIndex: number;
	done: Map<string, Outcome>;
	/** Targets that are not done, or of which that is not known. */
	open: Map<string, Earlier>;
}

/**
 * What was done in an earlier try of the same node run, for 'Retry On Fail': n8n runs all items again and throws the
 * first try's items away. Kept beside the context that n8n keeps from try to try, so that it ends with the execution.
 */
const memories = new WeakMap<object, Memory>();

/**
 * The loop over the input items, once for all operations: one piece of work for each distinct target, so many at once as
 * allowed, items in input order and paired with every input that named the target. Under 'Continue' and with an error
 * output it never rejects.
 * @throws NodeApiError or NodeOperationError when the node is set to stop
 */
export async function forEachTarget<Target>(
	context: IExecuteFunctions,
	loop: TargetLoop<Target>,
): Promise<INodeExecutionData[]> {
	const memory = memoryOf(context);
	const tooOld = isTooOld(context);
	const prepared = tooOld ? TOO_OLD : await prepare(loop);
	const goOn = context.continueOnFail();
	// What all targets need is told before what is wrong with one of them, but for what an earlier try did for it.
	const obstacle = tooOld || !goOn ? prepared : undefined;
	const { jobs, unusable } = plan(context.getInputData().length, loop, obstacle);
	for (const job of jobs) {
		const done = memory.done.get(job.key);
		if (done) job.outcome = ok(done);
	}
	const firstUnusable = [...unusable][0];
	if (!goOn && firstUnusable) {
		const before = [...memory.done.values(), ...[...memory.open.values()].flatMap(({ part }) => part ?? [])];
		throw stoppingError(
			context.getNode(),
			firstUnusable[1],
			firstUnusable[0],
			doneBefore(before, loop.words),
		);
	}
	if (prepared.ok) await new Run(context, loop, prepared.value, memory, goOn).all(jobs);
	else for (const job of jobs) job.outcome ??= withEarlier(prepared, memory.open.get(job.key)?.part);

	const failed = jobs.filter((job) => failureOf(job) !== undefined);
	const [first] = failed;
	const failure = first && failureOf(first);
	if (!goOn && failure) {
		const told = doneSoFar(context, jobs, failed, loop.words);
		throw stoppingError(context.getNode(), failure, first.itemIndexes[0] ?? 0, told);
	}
	if (failed.length === 0 && unusable.size === 0) memories.delete(context.getContext('node'));
	const message = hintTexts(jobs).join('\n');
	if (message !== '') context.addExecutionHints({ message, location: 'outputPane' });
	return toOutput(jobs, unusable);
}

const TOO_OLD = invalidInput(
	'This version of n8n is too old for this node: it ignores the TLS settings of a credential',
	'Update n8n to 2.20 or later.',
);

/** Execution hints came to nodes with the version that honours a credential's TLS settings, which can't be seen itself. */
function isTooOld(context: Partial<IExecuteFunctions>): boolean {
	return typeof context.addExecutionHints !== 'function';
}

/** Kept for the index of the node's run within the execution: in a loop the same node runs again and again. */
function memoryOf(context: IExecuteFunctions): Memory {
	const anchor = context.getContext('node');
	const runIndex = context.getWorkflowDataProxy(0).$runIndex as number;
	const known = memories.get(anchor);
	if (known && known.runIndex === runIndex) return known;
	const memory: Memory = { runIndex, done: new Map(), open: new Map() };
	memories.set(anchor, memory);
	return memory;
}

function plan<Target>(
	length: number,
	loop: TargetLoop<Target>,
	obstacle: Result<unknown> | undefined,
): { jobs: Array<Job<Target>>; unusable: Map<number, Failure> } {
	const jobs = new Map<string, Job<Target>>();
	const unusable = new Map<number, Failure>();
	for (let itemIndex = 0; itemIndex < length; itemIndex += 1) {
		const target = obstacle?.ok === false ? obstacle : read(loop, itemIndex);
		if (!target.ok) {
			unusable.set(itemIndex, target.failure);
			continue;
		}
		const key = loop.keyOf(target.value);
		const job = jobs.get(key);
		if (job) job.itemIndexes.push(itemIndex);
		else
			jobs.set(key, { target: target.value, name: loop.nameOf(target.value), key, itemIndexes: [itemIndex] });
	}
	return { jobs: [...jobs.values()], unusable };
}

/** One try at all targets. */
class Run<Target> {
	private stopped = false;
	private readonly waiting: Array<Promise<void>> = [];
	private readonly remembers: boolean;
	private readonly name: string;
	/** What earlier tries left open, as it was when this one began. */
	private readonly earlier: ReadonlyMap<string, Earlier>;

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly loop: TargetLoop<Target>,
		private readonly work: Work<Target>,
		private readonly memory: Memory,
		private readonly goOn: boolean,
	) {
		this.remembers = context.getNode().retryOnFail === true;
		this.name = context.getNode().name;
		this.earlier = new Map(memory.open);
	}

	async all(jobs: Array<Job<Target>>): Promise<void> {
		const signal = this.context.getExecutionCancelSignal();
		const open = jobs.filter(({ outcome }) => outcome === undefined);
		const progress = new Progress(this.context, open.length, this.loop.words.targets);
		await inParallel(signal?.aborted ? [] : open, this.work.concurrency, async (job) => {
			await this.one(job);
			progress.targetDone();
			return !this.stopped && !signal?.aborted;
		});
		await Promise.all(this.waiting);
		for (const job of open) {
			const part = this.earlier.get(job.key)?.part;
			if (part) job.outcome ??= ok(part);
		}
		if (!signal?.aborted) return;
		// n8n keeps no output of a canceled node.
		const done = doneBefore(
			jobs.flatMap(({ outcome }) => (outcome?.ok ? outcome.value : [])),
			this.loop.words,
			Infinity,
		);
		for (const line of done) this.context.logger.warn(`${this.name}: canceled. ${line}`);
		for (const job of open) job.outcome ??= fail(NOT_STARTED);
	}

	private async one(job: Job<Target>): Promise<void> {
		const earlier = this.earlier.get(job.key);
		const began = earlier?.uncertainSince ?? clock.now();
		const outcome = await attempt(() => this.work.work(job.target, job.itemIndexes[0] ?? 0, earlier));
		this.settle(job, outcome, began);
		if (!outcome.ok || !outcome.value.later) return;
		const { later } = outcome.value;
		this.waiting.push(attempt(later).then((ended) => this.settle(job, ended, began)));
	}

	private settle(job: Job<Target>, outcome: Result<Outcome>, began: number): void {
		const { done, open } = this.memory;
		job.outcome = withEarlier(outcome, this.earlier.get(job.key)?.part);
		done.delete(job.key);
		const failure = failureOf(job);
		if (!failure) {
			if (this.remembers && job.outcome.ok) done.set(job.key, job.outcome.value);
			return;
		}
		if (this.remembers) {
			const part = job.outcome.ok ? job.outcome.value : undefined;
			open.set(job.key, {
				...(failure.maybeDone ? { uncertainSince: began } : {}),
				...(part ? { part } : {}),
			});
		}
		const hasUnclear = job.outcome.ok && (job.outcome.value.unclear ?? []).length > 0;
		if (failure.kind === 'canceled' && (failure.maybeDone || hasUnclear)) {
			this.context.logger.warn(`${this.name}: canceled while ${underWay(job)}`);
		}
		if (!this.goOn) this.stopped = true;
	}
}

const NOT_STARTED: Failure = {
	kind: 'canceled',
	maybeDone: false,
	what: 'The execution was canceled before this item',
	help: 'Run the workflow again.',
};

/** A try takes nothing away from what an earlier one did: its items stand before those of this one, each command once. */
function withEarlier(outcome: Result<Outcome>, before: Outcome | undefined): Result<Outcome> {
	if (!before) return outcome;
	if (!outcome.ok) return ok({ ...before, failure: outcome.failure });
	const { items, done } = outcome.value;
	const ids = new Set(items.map(({ commandId }) => commandId));
	const earlier = before.items.filter(({ commandId }) => commandId === undefined || !ids.has(commandId));
	const value = { ...outcome.value, items: [...earlier, ...items], done: [...before.done, ...done] };
	// A hint that there was nothing is not true of all tries.
	if (items.length === 0 && earlier.length > 0) value.hints = before.hints;
	return ok(value);
}

/** What a canceled run left open, and where it is to be seen. */
function underWay({ name, outcome }: Job<unknown>): string {
	const commands = (outcome?.ok && outcome.value.unclear) || [];
	if (commands.length === 0) {
		return `the request for ${name} was under way; the platform may have done it. Revocation Task > Get Many shows its task.`;
	}
	const ids = commands.map(({ commandId }) => commandId).join(', ');
	return `these commands of ${name} were being revoked: ${ids}. Command > Get Many with all statuses shows whether they were.`;
}

/** Reading parameters must not reject either: n8n would pass the input items on as if all were well. */
function read<Target>(loop: TargetLoop<Target>, itemIndex: number): Result<Target> {
	try {
		return loop.read(itemIndex);
	} catch (thrown) {
		return fail(unforeseen(thrown, false));
	}
}

/** Nothing that goes wrong inside the work of one target may take the others' items along. */
async function attempt(work: () => Promise<Result<Outcome>>): Promise<Result<Outcome>> {
	try {
		return await work();
	} catch (thrown) {
		return fail(unforeseen(thrown, true));
	}
}

async function prepare<Target>(loop: TargetLoop<Target>): Promise<Result<Work<Target>>> {
	try {
		return await loop.prepare();
	} catch (thrown) {
		return fail(unforeseen(thrown, false));
	}
}

function unforeseen(thrown: unknown, maybeDone: boolean): Failure {
	const said = isObject(thrown) && typeof thrown.message === 'string' ? thrown.message : String(thrown);
	return {
		kind: 'final',
		maybeDone,
		what: `The node met something unforeseen: ${excerpt(said)}`,
		help: 'Please report this to the maintainers of the node.',
	};
}
