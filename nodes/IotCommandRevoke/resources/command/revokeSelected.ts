import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';

import { cancelCommand, isGone, listCommands, type Canceled } from '../../../shared/platform/commands';
import { invalidInput, ok } from '../../../shared/values/results';
import { inParallel } from '../../../shared/values/concurrency';
import { oneAtATime } from '../../../shared/values/concurrency';
import type { Earlier, Hint, Outcome } from '../../../shared/items/targets';
import type { Transport } from '../../../shared/client/transport';
import type { Failure, Result } from '../../../shared/values/results';
import { eachTarget } from '../../../shared/items/eachTarget';
import { optionsField, shownFor, simplify } from '../../../shared/items/fields';
import { simplifiedCommand } from './commandItems';
import { filtersField, nameOfScope, readSelection, scopeFields, type Selection } from './selection';
import { type DeviceCommand } from '../../../shared/platform/commands';

export const fields: INodeProperties[] = shownFor({ resource: ['command'], operation: ['revokeSelected'] }, [
	...scopeFields,
	filtersField(),
	simplify,
	optionsField(),
]);

interface Target extends Selection {
	simplify: boolean;
}

/** Revokes the pending commands that the filters choose, one after another, and gives one item for each of them. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	return await eachTarget<Target>(this, {
		words: { targets: 'selections', done: 'revoked commands' },
		nameOf: ({ scope }) => nameOfScope(scope),
		read: (read) => {
			const selection = readSelection(read);
			if (Object.keys(selection.filter).length === 0) read.refuse(NO_FILTER);
			return { ...selection, simplify: read.flag('simplify', 'Simplify', true) };
		},
		work:
			({ transport, application }, { concurrency }) =>
			async (target, _itemIndex, earlier) =>
				// Two selections may choose the same command: whoever comes second must see it revoked.
				await oneAtATime(
					JSON.stringify(['selected', application, target.scope]),
					transport.signal,
					async () => await revokeSelected(transport, target, concurrency, earlier),
				),
	});
}

const NO_FILTER = invalidInput(
	"'Filters' is empty, so every pending command would be revoked",
	"Add a filter in 'Filters', or choose the operation 'Revoke All Pending'.",
);

async function revokeSelected(
	transport: Transport,
	{ scope, filter, simplify: flat }: Target,
	concurrency: number,
	earlier: Earlier | undefined,
): Promise<Result<Outcome>> {
	const unclear = new Map((earlier?.part?.unclear ?? []).map((command) => [command.commandId, command]));
	const commands: DeviceCommand[] = [...unclear.values()];
	const read = await listCommands(transport, scope, filter, (command) => {
		if (!unclear.has(command.commandId)) commands.push(command);
		return true;
	});
	if (!read.ok) return read;

	const results = new Map<DeviceCommand, Canceled>();
	let failure: Failure | undefined;
	await inParallel(byDevice(commands), concurrency, async (ofDevice) => {
		for (const command of ofDevice) {
			if (failure) break;
			const result = await cancelCommand(transport, command, scope.appId, unclear.has(command.commandId));
			results.set(command, result);
			if (result.failure && !isGone(result.failure)) failure ??= result.failure;
		}
		return failure === undefined;
	});

	const all = commands.flatMap((command) => results.get(command) ?? []);
	// What is still queued is no item: the platform lists it again.
	const told = all.filter((result) => !result.failure || isGone(result.failure) || result.failure.maybeDone);
	const revoked = told.filter((result) => result.revoked).map(({ command }) => command.commandId ?? '');
	const outcome: Outcome = {
		items: told.map((result) => toItem(result, flat)),
		done: revoked,
		hints: hintsOf(told, { scope, filter }, earlier?.part?.done ?? []),
		unclear: commands.filter((command) => {
			const result = results.get(command);
			return result ? result.failure?.maybeDone === true : unclear.has(command.commandId);
		}),
	};
	if (!failure) return ok(outcome);
	const before = earlier?.part?.done.length ?? 0;
	const what = `${before + revoked.length} of ${before + commands.length} commands of ${nameOfScope(scope)} were revoked: ${failure.what}`;
	return ok({ ...outcome, failure: { ...failure, what } });
}

/** The commands of one device are revoked one after another: 'Concurrency' counts devices. */
function byDevice(commands: DeviceCommand[]): DeviceCommand[][] {
	const groups = new Map<string, DeviceCommand[]>();
	for (const command of commands) {
		const key = command.deviceId ?? '';
		const group = groups.get(key);
		if (group) group.push(command);
		else groups.set(key, [command]);
	}
	return [...groups.values()];
}

function toItem({ command, revoked, failure }: Canceled, flat: boolean): IDataObject {
	const item = flat ? simplifiedCommand(command) : (command as IDataObject);
	return { ...item, revoked, ...(failure ? { reason: failure.what } : {}) };
}

function hintsOf(told: Canceled[], { scope, filter }: Selection, before: string[]): Hint[] {
	const seen = new Set<unknown>([...told.map(({ command }) => command.commandId), ...before]);
	const missing = (filter.commandIds ?? []).filter((commandId) => !seen.has(commandId));
	const gone = told.filter(({ revoked }) => !revoked).map(({ command }) => command.commandId ?? '');
	const hints = [
		...missing.map((about) => ({ text: "Named in 'Command IDs' and not queued, or no longer", about })),
		...gone.map((about) => ({ text: 'Not revoked, see the reason in the item', about })),
	];
	if (told.length > 0 || missing.length > 0 || before.length > 0) return hints;
	return [{ text: 'No pending command matches for', about: nameOfScope(scope) }];
}
