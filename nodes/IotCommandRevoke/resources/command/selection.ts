import type { INodeProperties } from 'n8n-workflow';

import {
	appId,
	createdAfter,
	createdBefore,
	deviceIdField,
	filtersField,
} from '../../../shared/items/fields';
import type { Hint, Input, OutputItem } from '../../../shared/items/outcome';
import type { ItemParameters } from '../../../shared/items/parameters';
import type { CommandFilter, CommandScope, Pending } from '../../../shared/platform/commands';
import { grouped } from '../../../shared/values/concurrency';
import { failForGood } from '../../../shared/values/results';
import { readEmptyResult } from './emptyResult';

const scopeField: INodeProperties = {
	displayName: 'Scope',
	name: 'scope',
	type: 'options',
	options: [
		{
			name: 'Application',
			value: 'application',
			description: 'The commands of all devices of the application',
		},
		{ name: 'Device', value: 'device', description: 'The commands of one device' },
	],
	default: 'device',
	description: 'Which commands to choose from',
};

const deviceId: INodeProperties = {
	...deviceIdField('The device that the commands are for. Use an expression to take it from the input item.'),
	displayOptions: { show: { scope: ['device'] } },
};

/** Whose commands are meant. */
export const scopeFields: INodeProperties[] = [scopeField, deviceId];

const commandIds: INodeProperties = {
	displayName: 'Command IDs',
	name: 'commandIds',
	type: 'string',
	default: '',
	placeholder: 'e.g. 394abec2b7d98ae4bd01ada95a61b2a6',
	description: 'Only these commands: comma-separated IDs, or an expression that gives a list',
};

const method: INodeProperties = {
	displayName: 'Method',
	name: 'method',
	type: 'string',
	default: '',
	placeholder: 'e.g. SET_VALVE',
	description:
		"Only commands of this method, spelled as in the device's profile, upper and lower case included",
};

const serviceId: INodeProperties = {
	displayName: 'Service ID',
	name: 'serviceId',
	type: 'string',
	default: '',
	placeholder: 'e.g. Valve',
	description:
		"Only commands of this service, spelled as in the device's profile, upper and lower case included",
};

const superseded: INodeProperties = {
	displayName: 'Superseded',
	name: 'superseded',
	type: 'boolean',
	default: true,
	description:
		'Whether to choose only commands that have a newer pending one with the same device, service and method, so that only the newest stays queued. Commands created in the same second count as equally new.',
};

/** What preview and revocation choose commands by, and what one of them has besides. */
export function selectionFilters(...more: INodeProperties[]): INodeProperties {
	return filtersField(
		[commandIds, createdAfter, createdBefore, method, serviceId, superseded, ...more],
		'A command is chosen if it matches all filters',
	);
}

/** What one input item asks for. */
export interface Selection {
	scope: CommandScope;
	filter: CommandFilter;
	/** Whether no match gives an item. */
	summarize: boolean;
	simplify: boolean;
}

/** Reads which commands an item means; `simplify` is the caller's. */
export function readSelection(read: ItemParameters): Omit<Selection, 'simplify'> {
	const ofDevice = read.choice(scopeField) !== 'application';
	const scope: CommandScope = {
		appId: read.optionalId(appId, 'options'),
		...(ofDevice ? { deviceId: read.id(deviceId) } : {}),
	};
	const filter: CommandFilter = readCreated(read);
	if (read.has(commandIds, 'filters')) filter.commandIds = read.list(commandIds, 'filters');
	if (read.has(method, 'filters')) filter.method = read.text(method, 'filters');
	if (read.has(serviceId, 'filters')) filter.serviceId = read.text(serviceId, 'filters');
	if (read.has(superseded, 'filters') && read.flag(superseded, 'filters')) filter.superseded = true;
	return { scope, filter, summarize: readEmptyResult(read) };
}

/** 'Created After' and 'Created Before' of the filters, in milliseconds since 1970. */
export function readCreated(read: ItemParameters): { createdAfter?: number; createdBefore?: number } {
	const created: { createdAfter?: number; createdBefore?: number } = {};
	if (read.has(createdAfter, 'filters')) created.createdAfter = read.time(createdAfter, 'filters');
	if (read.has(createdBefore, 'filters')) created.createdBefore = read.time(createdBefore, 'filters');
	if ((created.createdAfter ?? -Infinity) > (created.createdBefore ?? Infinity)) {
		read.refuse(
			failForGood(
				"'Created After' is later than 'Created Before', so nothing can match",
				"Correct 'Created After' or 'Created Before'.",
			),
		);
	}
	return created;
}

/** Items that ask about the same commands are one job, though their filters differ: each command is handled once. */
export function keyOfSelection({ scope: { deviceId: device, appId: owner } }: Selection): string {
	return JSON.stringify([device, owner]);
}

/** The commands in a message. */
export function nameOfScope({ scope }: Pick<Selection, 'scope'>): string {
	return scope.deviceId === undefined ? 'the application' : `device ${scope.deviceId}`;
}

/** The commands in a hint that none of them matches. */
export function nameOfUnmatched(selection: Selection, { count, areAll }: Pending): string {
	const name = nameOfScope(selection);
	return areAll ? `${name} (pending: ${count})` : name;
}

/** A hint for each command that 'Command IDs' names and that is not among the `known` ones, and why. */
export function missingNamed(
	{ scope: { deviceId } }: Selection,
	filters: CommandFilter[],
	known: Array<{ commandId?: unknown }>,
	pending: Pending,
): Hint[] {
	const named = new Set(filters.flatMap(({ commandIds }) => commandIds ?? []));
	if (named.size === 0) return [];
	const seen = new Set(known.map(({ commandId }) => commandId));
	const missing = [...named].filter((commandId) => !seen.has(commandId));
	const isGone = `Named in 'Command IDs', but not queued${deviceId === undefined ? '' : ' for the device'}, or no longer queued`;
	const notInList = pending.areAll ? isGone : `${isGone}, or created at another time`;
	return missing.map((commandId) => ({
		text: pending.named.has(commandId) ? "Named in 'Command IDs', but left out by another filter" : notInList,
		about: deviceId === undefined ? commandId : `${commandId} (${deviceId})`,
	}));
}

/** What input items ask for: those that ask the same are one question, however many they are. */
export function questionsOf<T extends Selection>(inputs: Array<Input<T>>) {
	const groups = grouped(inputs, ({ target }) => JSON.stringify(target));
	const lists = new Map<string, number[]>();
	/** The input items that ask these questions, in their order; for the same questions the same list. */
	const askersOf = (positions: number[]): number[] => {
		const key = positions.join();
		const inputsOf = (at: number) => (groups[at] ?? []).map(({ itemIndex }) => itemIndex);
		const list = lists.get(key) ?? positions.flatMap(inputsOf).sort((a, b) => a - b);
		lists.set(key, list);
		return list;
	};
	return { questions: groups.flatMap(([input]) => input?.target ?? []), askersOf };
}

/** An item for each input item that asks for one when nothing of what was `found` is its own. */
export function noMatchItems(
	inputs: Array<Input<Selection>>,
	found: Array<Pick<OutputItem, 'itemIndexes'>>,
): OutputItem[] {
	const matched = new Set([...new Set(found.map(({ itemIndexes }) => itemIndexes))].flat());
	return inputs
		.filter(({ itemIndex, target }) => target.summarize && !matched.has(itemIndex))
		.map(({ itemIndex, target: { scope } }) => ({
			json: { deviceId: scope.deviceId ?? null, totalCount: 0, appId: scope.appId ?? null },
			itemIndexes: [itemIndex],
		}));
}
