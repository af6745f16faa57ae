import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { Transport } from '../client/transport';
import { connect } from '../platform/connect';
import { clock, pauseIfBusy } from '../values/clock';
import { grouped, inParallel, type Concurrency } from '../values/concurrency';
import { isObject } from '../values/json';
import { fail, failForGood, ok, type Failure, type Result } from '../values/results';
import { excerpt } from '../values/text';
import { earlierTries, isToolCall, keepForNextTry } from './earlierTries';
import { concurrency, maxRetries, MOST_AT_ONCE, timeout } from './fields';
import { failed, withEarlier, type EarlierTries, type Job, type Outcome } from './outcome';
import { ItemParameters } from './parameters';
import { ParameterValues } from './parameterValues';
import { Progress } from './progress';
import { logCanceled, refuseAll, reportRun, type Words } from './report';

/** What a job may use. */
export interface WorkContext {
	transport: Transport;
	/** How many calls a job may have under way. */
	concurrency: Concurrency;
	/** For the first call of a job: given up, while it waits for its turn, once another job has stopped the run. */
	untilStop: Transport;
}

/** What the jobs of an operation do, once the platform is connected. */
export interface Work<Target> {
	/** @param earlier what earlier tries of the same input items came to, if they left the job open */
	job: (job: Job<Target>, earlier: EarlierTries | undefined) => Promise<Outcome>;
	/** What is left to do when all jobs are done, such as waiting for their ends; updates their outcomes. */
	afterwards?: (jobs: Array<Job<Target>>) => Promise<void>;
}

/** What an operation does with the input items. A target is what an item asks for: a device, a task, a query. */
export interface ItemOperation<Target> {
	words: Words;
	/** Reads and checks what an item asks for, without any call. */
	read: (parameters: ItemParameters) => Target;
	/** Items with the same key are one job. Default: those that ask for the same in everything. */
	keyOf?: (target: Target, itemIndex: number) => string;
	/** The target in a message. */
	nameOf: (target: Target) => string;
	/** Jobs with the same lane are done one after another, in input order. Default: each job has its own. */
	laneOf?: (target: Target) => string;
	work: (context: WorkContext) => Work<Target>;
}

/**
 * Runs an operation over the input items: reads what they ask for, does each distinct job once, and gives the items in
 * input order, paired with what they came from. Under 'Continue' and with an error output it never rejects.
 * @throws NodeApiError or NodeOperationError when the node is set to stop
 */
export async function runOperation<Target>(
	context: IExecuteFunctions,
	operation: ItemOperation<Target>,
): Promise<INodeExecutionData[]> {
	if (isTooOld(context)) return refuseAll(context, TOO_OLD);
	const began = clock.now();
	const { words } = operation;
	const { jobs, unusable } = await plan(context, operation);
	const earlier = earlierTries(context);
	// A hundred thousand jobs take a moment in each step.
	const rest = pauseIfBusy();
	// For a tool each call is a new wish: the job is done once more, and what all tries came to is united.
	const isTool = earlier.size > 0 && isToolCall(context);
	for (const job of jobs) {
		const known = earlier.get(job.key);
		if (known && !known.outcome.failure && !isTool) job.outcome = known.outcome;
	}
	await rest();
	const open = jobs.filter(({ outcome }) => outcome === undefined);
	// With 'Stop', what is wrong with one item keeps all of them from being sent.
	if (unusable.size === 0 || context.continueOnFail()) await run(context, operation, open, earlier);
	for (const job of open) job.outcome ??= earlier.get(job.key)?.outcome;

	await rest();
	const isAllDone = unusable.size === 0 && jobs.every(({ outcome }) => outcome && !outcome.failure);
	keepForNextTry(context, earlier, jobs, began, isAllDone);
	const keys = new Set(jobs.map(({ key }) => key));
	const left = [...earlier].flatMap(([key, tries]) =>
		keys.has(key) || (isTool && !tries.outcome.failure) ? [] : [tries],
	);
	await rest();
	try {
		return await reportRun(context, { words, jobs, unusable, left });
	} finally {
		// n8n keeps neither the items of a canceled run nor those of the tries before.
		if (context.getExecutionCancelSignal()?.aborted)
			logCanceled(context, { words, jobs: [...left, ...jobs] });
	}
}

const TOO_OLD = failForGood(
	'This version of n8n is too old for this node: it ignores the TLS settings of a credential',
	'Update n8n to 2.20 or later.',
).failure;

/** Execution hints came to nodes with the version that honors a credential's TLS settings, which can't be seen itself. */
function isTooOld(context: Partial<IExecuteFunctions>): boolean {
	return typeof context.addExecutionHints !== 'function';
}

/** Reads what every input item asks for. */
async function plan<Target>(
	context: IExecuteFunctions,
	{ read, keyOf = (target) => JSON.stringify(target), nameOf }: ItemOperation<Target>,
): Promise<{ jobs: Array<Job<Target>>; unusable: Map<number, Failure> }> {
	const jobs = new Map<string, Job<Target>>();
	const unusable = new Map<number, Failure>();
	const values = new ParameterValues(context);
	const rest = pauseIfBusy();
	for (let itemIndex = 0; itemIndex < context.getInputData().length; itemIndex += 1) {
		await rest();
		const target = readTarget(new ItemParameters(context, itemIndex, values), read);
		if (!target.ok) {
			unusable.set(itemIndex, target.failure);
			continue;
		}
		const input = { itemIndex, target: target.value };
		const key = keyOf(target.value, itemIndex);
		const job = jobs.get(key);
		if (job) job.inputs.push(input);
		else jobs.set(key, { key, name: nameOf(target.value), inputs: [input] });
	}
	return { jobs: [...jobs.values()], unusable };
}

/** Reading parameters must not throw either: under 'Continue' n8n would pass the input items on as if all were well. */
function readTarget<Target>(
	parameters: ItemParameters,
	read: (parameters: ItemParameters) => Target,
): Result<Target> {
	try {
		return parameters.result(read(parameters));
	} catch (thrown) {
		return fail(internalError(thrown, false));
	}
}

/** Does the open jobs. With 'Stop' no new one starts after the first failure; those under way end. */
async function run<Target>(
	context: IExecuteFunctions,
	operation: ItemOperation<Target>,
	open: Array<Job<Target>>,
	earlier: Map<string, EarlierTries>,
): Promise<void> {
	if (open.length === 0) return;
	const { words, laneOf = () => undefined } = operation;
	const settle = (job: Job<Target>, outcome: Outcome) => {
		job.outcome = withEarlier(outcome, earlier.get(job.key)?.outcome);
	};
	const progress = new Progress(context, open.length, words.targets);
	const connected = await connectForRun(context, progress);
	if (!connected.ok) {
		const failure = { ...connected.failure, isForAll: true };
		for (const job of open) settle(job, failed(failure));
		return;
	}
	const { transport, concurrency: atOnce } = connected.value;
	const stop = new AbortController();
	const work = operation.work({ transport, concurrency: atOnce, untilStop: transport.until(stop.signal) });
	const { signal } = transport;
	const goOn = context.continueOnFail();
	const lanes = grouped(open, (job) => laneOf(job.inputs[0].target) ?? job);
	await inParallel(signal?.aborted ? [] : lanes, atOnce, async (lane) => {
		for (const job of lane) {
			if (stop.signal.aborted || signal?.aborted) return false;
			const outcome = await attempt(async () => await work.job(job, earlier.get(job.key)));
			const { items, done, failure } = outcome;
			const isCalledOff = stop.signal.aborted && failure?.kind === 'canceled' && !failure.maybeDone;
			if (isCalledOff && items.length === 0 && done.length === 0) return false;
			settle(job, outcome);
			progress.targetDone();
			if (failure && !goOn) stop.abort();
		}
		return !stop.signal.aborted;
	});
	// With Retry On Fail, the next try takes what is done as it is.
	const isTriedAgain = context.getNode().retryOnFail === true;
	if (work.afterwards && (!stop.signal.aborted || isTriedAgain)) await finish(work.afterwards, open);
	for (const job of open) if (signal?.aborted && !job.outcome) settle(job, failed(NOT_STARTED));
}

/** Reads the options that count for the whole run, as the first item gives them, and the credential. */
async function connectForRun(
	context: IExecuteFunctions,
	progress: Progress,
): Promise<Result<Pick<WorkContext, 'transport' | 'concurrency'>>> {
	try {
		const read = new ItemParameters(context, 0);
		const first = read.wholeNumber(concurrency, 'options');
		const settings = read.result({
			maxRetries: read.wholeNumber(maxRetries, 'options'),
			timeoutMs: read.wholeNumber(timeout, 'options') * 1000,
		});
		if (!settings.ok) return settings;
		const onWait = (until: number) => progress.waiting(until);
		const transport = await connect(context, { ...settings.value, onWait });
		if (!transport.ok) return transport;
		const most = read.isSet(concurrency, 'options') ? first : MOST_AT_ONCE;
		return ok({ transport: transport.value, concurrency: { first, most } });
	} catch (thrown) {
		return fail(internalError(thrown, false));
	}
}

const NOT_STARTED: Failure = {
	kind: 'canceled',
	maybeDone: false,
	what: 'The execution was canceled before this item',
	help: 'Run the workflow again.',
};

/** Nothing that goes wrong inside one job may take the items of the others with it. */
async function attempt(job: () => Promise<Outcome>): Promise<Outcome> {
	try {
		return await job();
	} catch (thrown) {
		return failed(internalError(thrown, true));
	}
}

async function finish<Target>(
	afterwards: (jobs: Array<Job<Target>>) => Promise<void>,
	jobs: Array<Job<Target>>,
): Promise<void> {
	try {
		await afterwards(jobs);
	} catch (thrown) {
		for (const job of jobs) if (job.outcome) job.outcome.failure ??= internalError(thrown, true);
	}
}

function internalError(thrown: unknown, maybeDone: boolean): Failure {
	const reason = isObject(thrown) && typeof thrown.message === 'string' ? thrown.message : String(thrown);
	return {
		kind: 'final',
		maybeDone,
		what: `The node had an internal error: ${excerpt(reason)}`,
		help: 'Please report this to the maintainers of the node.',
	};
}
