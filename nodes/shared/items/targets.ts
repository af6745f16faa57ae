import type { IDataObject } from 'n8n-workflow';

import type { Failure, Result } from '../values/results';
import { type DeviceCommand } from '../platform/commands';

/** What the work on one target came to. */
export interface Outcome {
	items: IDataObject[];
	/** Ids of what was made or revoked on the platform, to tell what was done when the run stops. */
	done: string[];
	/** What a person should know beside the items. */
	hints?: Hint[];
	/** What went wrong after a part of the work was done; the items tell that part. */
	failure?: Failure;
	/** Commands of which it is not known whether they were revoked, for the next try. */
	unclear?: DeviceCommand[];
	/** What is still to wait for; holds no place among the targets at once. The items are those without the wait. */
	later?: () => Promise<Result<Outcome>>;
}

/** Targets with the same text are told together. */
export interface Hint {
	text: string;
	/** The target, with details where there are any. */
	about: string;
}

/** What an earlier try came to, under 'Retry On Fail'. */
export interface Earlier {
	/** When the first try began that left open whether the work was done, in milliseconds since 1970. */
	uncertainSince?: number;
	/** The part that was done. */
	part?: Outcome;
}

export interface Work<Target> {
	/**
	 * Does the work, once for each distinct target. `itemIndex` is the first item that named it; `earlier` is given when an
	 * earlier try of the same run did a part of the work, or left open whether it did.
	 */
	work: (target: Target, itemIndex: number, earlier?: Earlier) => Promise<Result<Outcome>>;
	/** Targets at once. */
	concurrency: number;
}

export interface Words {
	targets: string;
	done: string;
}

/** What an operation does with its input items. A target is what an item names: a device, a task, a query. */
export interface TargetLoop<Target> {
	/** What all targets need; if it is not to be had, every item fails with the reason. */
	prepare: () => Promise<Result<Work<Target>>>;
	/** Reads and checks the target of an input item, without any call. */
	read: (itemIndex: number) => Result<Target>;
	/** Items whose targets have the same key are worked on once. */
	keyOf: (target: Target) => string;
	/** The target in a message. */
	nameOf: (target: Target) => string;
	/** How messages call several targets, and what is made or revoked. */
	words: Words;
}

export interface Job<Target> {
	target: Target;
	/** The target in a message. */
	name: string;
	key: string;
	itemIndexes: number[];
	outcome?: Result<Outcome>;
}

/** Why a target is not done, whether or not a part of it is. */
export function failureOf({ outcome }: Job<unknown>): Failure | undefined {
	if (!outcome) return undefined;
	return outcome.ok ? outcome.value.failure : outcome.failure;
}
