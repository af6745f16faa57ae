import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { clock } from './clock';
import { failedItem, stoppingError } from './failures';
import { excerpt, isObject } from './replies';
import type { DeviceAddress, Failure, Result } from './types';

/** What the work on one device came to. */
export interface DeviceOutcome {
	items: IDataObject[];
	/** Ids of the tasks that were made, to tell what was done when the run stops. */
	taskIds: string[];
	/** What a person should know beside the items. */
	hint?: string;
}

export interface DeviceWork {
	/**
	 * Does the work, once for each distinct device. `itemIndex` is the first item that named it; `uncertainSince` is given
	 * when an earlier try, begun at that time (milliseconds since 1970), left open whether the work was done.
	 */
	work: (device: DeviceAddress, itemIndex: number, uncertainSince?: number) => Promise<Result<DeviceOutcome>>;
	/** Devices at once. */
	concurrency: number;
}

export interface DeviceLoop {
	/** What all devices need; if it is not to be had, every item fails with the reason. */
	prepare: () => Promise<Result<DeviceWork>>;
	/** Reads and checks the device of an input item, without any call. */
	readDevice: (itemIndex: number) => Result<DeviceAddress>;
}

interface Job {
	device: DeviceAddress;
	key: string;
	itemIndexes: number[];
	outcome?: Result<DeviceOutcome>;
}

interface Memory {
	runIndex: number;
	done: Map<string, DeviceOutcome>;
	/** Devices of which it is not known whether the work was done, and when the first try at them began. */
	uncertainSince: Map<string, number>;
}

/**
 * What was done in an earlier try of the same node run, for 'Retry On Fail': n8n runs all items again and throws the
 * first try's items away. Kept beside the context that n8n keeps from try to try, so that it ends with the execution.
 */
const memories = new WeakMap<object, Memory>();

/** How many task ids a description lists; n8n's log gets them all. */
const TASK_IDS_SHOWN = 200;

/**
 * The loop over the input items, once for all operations on devices: one piece of work for each distinct device, so
 * many at once as allowed, items in input order and paired with every input that named the device. Under 'Continue'
 * and with an error output it never rejects.
 * @throws NodeApiError or NodeOperationError when the node is set to stop
 */
export async function forEachDevice(
	context: IExecuteFunctions,
	loop: DeviceLoop,
): Promise<INodeExecutionData[]> {
	const memory = memoryOf(context);
	const prepared = await prepare(loop);
	const readDevice = prepared.ok ? loop.readDevice : () => prepared;
	const { jobs, unusable } = plan(context.getInputData().length, readDevice);
	const goOn = context.continueOnFail();
	for (const job of jobs) {
		const done = memory.done.get(job.key);
		if (done) job.outcome = { ok: true, value: done };
	}
	const firstUnusable = [...unusable][0];
	if (!goOn && firstUnusable) {
		const before = [...memory.done.values()].flatMap(({ taskIds }) => taskIds);
		const done =
			before.length > 0 ? [`An earlier try made the revocation tasks ${listed(before, TASK_IDS_SHOWN)}`] : [];
		throw stoppingError(context.getNode(), firstUnusable[1], firstUnusable[0], done);
	}
	if (prepared.ok) await runAll(context, jobs, prepared.value, memory, goOn);

	const failed = jobs.filter(({ outcome }) => outcome?.ok === false);
	const first = failed[0];
	if (!goOn && first?.outcome?.ok === false) {
		throw stoppingError(
			context.getNode(),
			first.outcome.failure,
			first.itemIndexes[0] ?? 0,
			doneSoFar(context, jobs, failed),
		);
	}
	if (failed.length === 0 && unusable.size === 0) memories.delete(context.getContext('node'));
	const hints = jobs.flatMap(({ outcome }) => (outcome?.ok === true ? (outcome.value.hint ?? []) : []));
	if (hints.length > 0) context.addExecutionHints({ message: listed(hints, 5), location: 'outputPane' });
	return output(jobs, unusable);
}

/** The index of the node's run within the execution: in a loop the same node runs again and again. */
function memoryOf(context: IExecuteFunctions): Memory {
	const anchor = context.getContext('node');
	const runIndex = context.getWorkflowDataProxy(0).$runIndex as number;
	const known = memories.get(anchor);
	if (known && known.runIndex === runIndex) return known;
	const memory: Memory = { runIndex, done: new Map(), uncertainSince: new Map() };
	memories.set(anchor, memory);
	return memory;
}

function plan(
	length: number,
	readDevice: DeviceLoop['readDevice'],
): { jobs: Job[]; unusable: Map<number, Failure> } {
	const jobs = new Map<string, Job>();
	const unusable = new Map<number, Failure>();
	for (let itemIndex = 0; itemIndex < length; itemIndex += 1) {
		const device = readDevice(itemIndex);
		if (!device.ok) {
			unusable.set(itemIndex, device.failure);
			continue;
		}
		const key = JSON.stringify([device.value.deviceId, device.value.appId ?? '']);
		const job = jobs.get(key);
		if (job) job.itemIndexes.push(itemIndex);
		else jobs.set(key, { device: device.value, key, itemIndexes: [itemIndex] });
	}
	return { jobs: [...jobs.values()], unusable };
}

async function runAll(
	context: IExecuteFunctions,
	jobs: Job[],
	loop: DeviceWork,
	memory: Memory,
	goOn: boolean,
): Promise<void> {
	const remembers = context.getNode().retryOnFail === true;
	const signal = context.getExecutionCancelSignal();
	const open = jobs.filter(({ outcome }) => outcome === undefined);
	let next = 0;
	let stopped = false;
	const worker = async () => {
		while (!stopped && !signal?.aborted) {
			const job = open[next];
			next += 1;
			if (!job) return;
			const began = memory.uncertainSince.get(job.key) ?? clock.now();
			const outcome = await attempt(job, loop, memory.uncertainSince.get(job.key));
			job.outcome = outcome;
			if (remembers && !outcome.ok && outcome.failure.maybeDone) memory.uncertainSince.set(job.key, began);
			if (outcome.ok) {
				if (remembers) memory.done.set(job.key, outcome.value);
				continue;
			}
			if (outcome.failure.kind === 'cancelled' && outcome.failure.maybeDone) {
				context.logger.warn(
					`${context.getNode().name}: cancelled while the request for device ${job.device.deviceId} was under way; the platform may have done it. Revocation Task > Get Many shows its task.`,
				);
			}
			if (!goOn) stopped = true;
		}
	};
	await Promise.all(Array.from({ length: Math.min(loop.concurrency, open.length) }, worker));
	if (signal?.aborted) {
		// n8n keeps no output of a cancelled node.
		const taskIds = taskIdsOf(jobs);
		if (taskIds.length > 0) {
			context.logger.warn(
				`${context.getNode().name}: cancelled after these revocation tasks were made: ${taskIds.join(', ')}`,
			);
		}
		for (const job of open) job.outcome ??= { ok: false, failure: NOT_STARTED };
	}
}

const NOT_STARTED: Failure = {
	kind: 'cancelled',
	maybeDone: false,
	what: 'The execution was canceled before this device',
	help: 'Run the workflow again.',
};

/** Nothing that goes wrong inside the work of one device may take the others' items along. */
async function attempt(
	job: Job,
	loop: DeviceWork,
	uncertainSince: number | undefined,
): Promise<Result<DeviceOutcome>> {
	try {
		return await loop.work(job.device, job.itemIndexes[0] ?? 0, uncertainSince);
	} catch (thrown) {
		return { ok: false, failure: unforeseen(thrown, true) };
	}
}

async function prepare(loop: DeviceLoop): Promise<Result<DeviceWork>> {
	try {
		return await loop.prepare();
	} catch (thrown) {
		return { ok: false, failure: unforeseen(thrown, false) };
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

function output(jobs: Job[], unusable: Map<number, Failure>): INodeExecutionData[] {
	const byFirstItem: Array<{ at: number; items: INodeExecutionData[] }> = [];
	for (const [itemIndex, failure] of unusable) {
		byFirstItem.push({ at: itemIndex, items: [failedItem(failure, itemIndex)] });
	}
	for (const { itemIndexes, outcome } of jobs) {
		if (!outcome) continue;
		const { failure } = outcome.ok ? { failure: undefined } : outcome;
		if (failure) {
			for (const at of itemIndexes) byFirstItem.push({ at, items: [failedItem(failure, at)] });
		} else if (outcome.ok) {
			const pairedItem =
				itemIndexes.length === 1
					? { item: itemIndexes[0] ?? 0 }
					: itemIndexes.map((itemIndex) => ({ item: itemIndex }));
			const items = outcome.value.items.map((json) => ({ json, pairedItem }));
			byFirstItem.push({ at: itemIndexes[0] ?? 0, items });
		}
	}
	return byFirstItem.sort((a, b) => a.at - b.at).flatMap(({ items }) => items);
}

/** What a run had done when it stopped, so that nothing revoked is lost from sight. The first line is the short form. */
function doneSoFar(context: IExecuteFunctions, jobs: Job[], failed: Job[]): string[] {
	if (jobs.length === 1) return [];
	const taskIds = taskIdsOf(jobs);
	const done = jobs.filter(({ outcome }) => outcome?.ok === true).length;
	const before = `Before that, ${done} of ${jobs.length} devices were done`;
	const lines = [taskIds.length === 0 ? before : `${before} (revocation tasks ${listed(taskIds, 20)})`];
	if (taskIds.length > 20) {
		lines.push(`Revocation tasks: ${listed(taskIds, TASK_IDS_SHOWN)}`);
		context.logger.warn(
			`${context.getNode().name}: stopped after ${done} of ${jobs.length} devices. Revocation tasks: ${taskIds.join(', ')}`,
		);
	}
	const namesOf = (uncertain: boolean) =>
		failed
			.slice(1)
			.filter(({ outcome }) => outcome?.ok === false && outcome.failure.maybeDone === uncertain)
			.map(({ device }) => device.deviceId);
	const notDone = namesOf(false);
	const unknown = namesOf(true);
	if (notDone.length > 0) lines.push(`Also not done: ${listed(notDone, 20)}`);
	if (unknown.length > 0) lines.push(`Not known whether done: ${listed(unknown, 20)}`);
	return lines;
}

function taskIdsOf(jobs: Job[]): string[] {
	return jobs.flatMap(({ outcome }) => (outcome?.ok === true ? outcome.value.taskIds : []));
}

function listed(ids: string[], most: number): string {
	const more = ids.length > most ? ` and ${ids.length - most} more` : '';
	return `${ids.slice(0, most).join(', ')}${more}`;
}
