import type { IDataObject } from 'n8n-workflow';

import type { DeviceCommand } from '../platform/commands';
import type { Failure } from '../values/results';
import { withoutStop } from '../values/text';

/** What an input item asks for. */
export interface Input<Target> {
	itemIndex: number;
	target: Target;
}

/** One piece of work: what one or more input items ask for, done once. */
export interface Job<Target> {
	/** Tells jobs apart, the same in every try of the same input items. */
	key: string;
	/** The target in a message, for example `device 4711`. */
	name: string;
	/** In input order, at least one. */
	inputs: [Input<Target>, ...Array<Input<Target>>];
	outcome?: Outcome;
}

export interface OutputItem {
	json: IDataObject;
	/** The input items that it is paired with; all of the job if left out. */
	itemIndexes?: number[];
}

/** What a job came to. A part may be done although there is a failure. */
export interface Outcome {
	items: OutputItem[];
	/** What was made or revoked on the platform, by its IDs, as the message of a stopped run names it. */
	done: string[];
	/** What a person should know beside the items. */
	hints?: Hint[];
	/** Why the job, or the rest of it, is not done. */
	failure?: Failure;
	/** Commands whose fate is not known, for the next try. */
	unknown?: DeviceCommand[];
}

/** Hints with the same text are shown as one, with what they are about. */
export interface Hint {
	text: string;
	/** The target, with details where there are any. */
	about: string;
}

/** What earlier tries of 'Retry On Fail' came to for a job. */
export interface EarlierTries {
	/** The job's, for a message. */
	name: string;
	outcome: Outcome;
	/** When the first of them began, in milliseconds since 1970. */
	since: number;
	/** The run of the node that the last of them belongs to, as n8n counts them. */
	runIndex: number;
}

export function failed(failure: Failure): Outcome {
	return { items: [], done: [], failure };
}

/**
 * What all tries together came to. A try takes nothing away from an earlier one: its items stand before those of this
 * one, each command once, and what it left open stays open until a try succeeds.
 */
export function withEarlier(outcome: Outcome, earlier: Outcome | undefined): Outcome {
	if (!earlier) return outcome;
	// The platform may list a command without an ID.
	const keyOf = ({ json }: OutputItem) => json.commandId || JSON.stringify(json);
	const keys = new Set(earlier.items.length > 0 ? outcome.items.map(keyOf) : []);
	const before = earlier.items.filter((item) => !keys.has(keyOf(item)));
	return {
		...outcome,
		items: [...before, ...outcome.items],
		done: [...new Set([...earlier.done, ...outcome.done])],
		// A hint that there was nothing is not true of all tries.
		hints: before.length > 0 && outcome.items.length === 0 ? earlier.hints : outcome.hints,
		...(outcome.failure ? { failure: leftOpen(outcome.failure, earlier.failure) } : {}),
		...(outcome.failure && !outcome.unknown ? { unknown: earlier.unknown } : {}),
	};
}

function leftOpen(failure: Failure, earlier: Failure | undefined): Failure {
	if (!earlier?.maybeDone || failure.maybeDone) return failure;
	return {
		...failure,
		maybeDone: true,
		what: `${withoutStop(failure.what)}; an earlier try left open whether this was done`,
		help: `${failure.help} ${earlier.help}`,
	};
}
