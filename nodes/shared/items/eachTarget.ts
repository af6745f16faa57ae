import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { connect, type Connected } from '../client/client';
import { forEachTarget } from './forEachTarget';
import type { TargetLoop, Work } from './targets';
import { ItemParameters, readLimits, type Known, type Limits } from './parameters';
import { ok } from '../values/results';

/** What an operation is made of, beside its fields. */
export interface Operation<Target> extends Pick<TargetLoop<Target>, 'nameOf' | 'words'> {
	/** Reads what an item names; what is wrong is told before any call. */
	read: (parameters: ItemParameters) => Target;
	/** Targets with the same key are worked on once. Default: those that are the same in everything. */
	keyOf?: (target: Target) => string;
	/** Makes the work on one target, once the platform is connected. */
	work: (connected: Connected, limits: Limits) => Work<Target>['work'];
}

/** Runs an operation for each distinct target that the input items name. */
export async function eachTarget<Target>(
	context: IExecuteFunctions,
	{ read, keyOf = JSON.stringify, work, nameOf, words }: Operation<Target>,
): Promise<INodeExecutionData[]> {
	const known = new Map<string, Known>();
	return await forEachTarget<Target>(context, {
		words,
		keyOf,
		nameOf,
		read: (itemIndex) => {
			const parameters = new ItemParameters(context, itemIndex, known);
			return parameters.result(read(parameters));
		},
		prepare: async () => {
			const limits = readLimits(context);
			if (!limits.ok) return limits;
			const connected = await connect(context, limits.value);
			if (!connected.ok) return connected;
			const { concurrency } = limits.value;
			return ok({ concurrency, work: work(connected.value, limits.value) });
		},
	});
}
