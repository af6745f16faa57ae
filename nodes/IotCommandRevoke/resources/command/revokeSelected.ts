import type { IDataObject } from 'n8n-workflow';

import { CANCELED } from '../../../shared/client/transport';
import { simplifiedCommand } from '../../../shared/items/commandItem';
import { optionsField, simplify } from '../../../shared/items/fields';
import type { Operation } from '../../../shared/items/operation';
import { failed, type EarlierTries, type Hint, type Job, type Outcome } from '../../../shared/items/outcome';
import { runOperation, type WorkContext } from '../../../shared/items/runOperation';
import { cancelCommand, type Cancellation } from '../../../shared/platform/cancelCommand';
import {
	listCommands,
	type CommandFilter,
	type DeviceCommand,
	type Pending,
} from '../../../shared/platform/commands';
import { grouped, inParallel, oneAtATime } from '../../../shared/values/concurrency';
import { failForGood, type Failure } from '../../../shared/values/results';
import { excerpt } from '../../../shared/values/text';
import { emptyResult } from './emptyResult';
import { irreversible } from './irreversible';
import {
	keyOfSelection,
	missingNamed,
	nameOfScope,
	nameOfUnmatched,
	noMatchItems,
	questionsOf,
	readSelection,
	scopeFields,
	selectionFilters,
	type Selection,
} from './selection';

/** Revokes the pending commands that the filters choose, one after another, and gives one item for each of them. */
export const revokeSelected: Operation = {
	option: {
		name: 'Revoke Selected',
		value: 'revokeSelected',
		description: "Revoke the pending commands that match the filters. This can't be undone.",
		action: 'Revoke selected pending commands (irreversible)',
	},
	fields: [irreversible, ...scopeFields, selectionFilters(), simplify, optionsField(emptyResult)],
	execute: async (context) =>
		await runOperation<Selection>(context, {
			words: { targets: 'selections of commands', done: 'Revoked' },
			keyOf: keyOfSelection,
			nameOf: nameOfScope,
			read: (read) => {
				const selection = readSelection(read);
				if (Object.keys(selection.filter).length === 0) read.refuse(NO_FILTER);
				return { ...selection, simplify: read.flag(simplify) };
			},
			work: (work) => ({
				job: async (job, earlier) =>
					// Two runs may choose the same command: the second must see it revoked.
					(await oneAtATime(
						JSON.stringify(['selected', work.transport.application, job.key]),
						work.untilStop.signal,
						async () => await revokeChosen(work, job, earlier),
					)) ?? failed(CANCELED),
			}),
		}),
};

const NO_FILTER = failForGood(
	"Nothing was revoked, because 'Filters' is empty",
	"Add a filter in 'Filters' ('Superseded' counts only when it is on), or choose the operation 'Revoke All Pending', which revokes everything that a device has queued.",
);

/** A command, and the input items whose filters chose it. */
interface Chosen {
	command: DeviceCommand;
	itemIndexes: number[];
	/** Whether an earlier try left open what became of it. */
	isOpen: boolean;
}

async function revokeChosen(
	{ transport, untilStop, concurrency }: WorkContext,
	{ inputs }: Job<Selection>,
	earlier: EarlierTries | undefined,
): Promise<Outcome> {
	const [{ target: first }] = inputs;
	const open = earlier?.outcome.unknown ?? [];
	const openIds = new Set(open.map(({ commandId }) => commandId));
	// What stayed open has an item too.
	const before = earlier?.outcome.items ?? [];
	const chosenBefore = new Map(before.map(({ json, itemIndexes }) => [json.commandId, itemIndexes]));
	const chosen: Chosen[] = open.map((command) => ({
		command,
		itemIndexes: chosenBefore.get(command.commandId) ?? [],
		isOpen: true,
	}));
	const { questions, askersOf } = questionsOf(inputs);
	const filters = questions.map(({ filter }) => filter);
	const read = await listCommands(untilStop, first.scope, filters, (command, chosenBy) => {
		const itemIndexes = askersOf(chosenBy);
		if (!openIds.has(command.commandId)) chosen.push({ command, itemIndexes, isOpen: false });
		return true;
	});
	if (!read.ok) return failed(read.failure);

	const ended = new Map<Chosen, Cancellation>();
	let failure: Failure | undefined;
	// The commands of one device are revoked one after another: 'Concurrency' counts devices.
	const groups = grouped(chosen, ({ command }) => command.deviceId ?? '');
	await inParallel(groups, concurrency, async (ofDevice) => {
		for (const entry of ofDevice) {
			if (failure && concernsAll(failure)) return false;
			const result = await cancelCommand(transport, entry.command, first.scope.appId, entry.isOpen);
			ended.set(entry, result);
			const isUndone = result.fate === 'unknown' || (result.failure && concernsAll(result.failure));
			if (isUndone) failure = worse(failure, result.failure);
		}
		return true;
	});

	// What was not tried, or met what concerns all commands, is no item: the platform lists it again.
	const reported = chosen.flatMap((entry) => {
		const result = ended.get(entry);
		const isLeft = result?.fate === 'queued' && concernsAll(result.failure);
		return result && !isLeft ? [{ ...entry, result }] : [];
	});
	const revoked = reported.filter(({ result }) => result.fate === 'revoked');
	const items = reported.map(({ result, itemIndexes }) => ({
		json: itemOf(result, first.simplify),
		itemIndexes,
	}));
	const outcome: Outcome = {
		items: [...items, ...(failure ? [] : noMatchItems(inputs, [...before, ...chosen]))],
		done: revoked.map(
			({ result: { command } }) =>
				`${excerpt(command.commandId ?? '')} (${excerpt(command.deviceId ?? first.scope.deviceId ?? '')})`,
		),
		hints: hintsOf(reported, {
			first,
			filters,
			known: [...before.map(({ json }) => json), ...chosen.map(({ command }) => command)],
			pending: read.value,
		}),
		unknown: chosen.flatMap((entry) => {
			const result = ended.get(entry);
			return (result ? result.fate === 'unknown' : entry.isOpen) ? [entry.command] : [];
		}),
	};
	if (!failure) return outcome;
	const done = earlier?.outcome.done.length ?? 0;
	const what = `${done + revoked.length} of ${done + chosen.length} commands of ${nameOfScope(first)} were revoked: ${failure.what}`;
	return { ...outcome, failure: { ...failure, what, reason: failure.what } };
}

/** Whether a refusal is about the run and not about one command: then the other commands need not be tried. */
function concernsAll({ kind, httpStatus, isForAll = false }: Failure): boolean {
	return ['token', 'throttled', 'canceled'].includes(kind) || httpStatus === undefined || isForAll;
}

/** What concerns all commands is the reason to show; that something may have been done must not be lost. */
function worse(before: Failure | undefined, now: Failure): Failure {
	if (!before) return now;
	const shown = concernsAll(now) && !concernsAll(before) ? now : before;
	return { ...shown, maybeDone: before.maybeDone || now.maybeDone };
}

function itemOf({ command, fate, failure }: Cancellation, isSimple: boolean): IDataObject {
	const result = { revoked: fate === 'revoked', ...(failure ? { reason: failure.what } : {}) };
	return isSimple ? simplifiedCommand(command, result) : { ...(command as IDataObject), ...result };
}

/** What the filters chose, and from what. */
interface Choice {
	first: Selection;
	filters: CommandFilter[];
	/** The commands that were chosen in any try, whether they were handled or not. */
	known: Array<{ commandId?: unknown }>;
	pending: Pending;
}

function hintsOf(
	reported: Array<{ result: Cancellation }>,
	{ first, filters, known, pending }: Choice,
): Hint[] {
	const missing = missingNamed(first, filters, known, pending);
	const kept = reported.filter(({ result }) => result.fate !== 'revoked');
	const hints = [
		...missing,
		...kept.map(({ result }) => ({
			text: 'Not revoked, see the reason in the item',
			about: excerpt(result.command.commandId ?? ''),
		})),
	];
	if (known.length > 0 || missing.length > 0) return hints;
	return [{ text: 'No matching pending commands for', about: nameOfUnmatched(first, pending) }];
}
