import type { INodeProperties } from 'n8n-workflow';

import type { Transport } from '../../../shared/client/transport';
import {
	appId,
	deviceStatuses,
	filtersField,
	limit,
	limitFields,
	optionsField,
	returnAll,
	simplify,
} from '../../../shared/items/fields';
import type { Operation } from '../../../shared/items/operation';
import { failed, type Outcome, type OutputItem } from '../../../shared/items/outcome';
import type { ItemParameters } from '../../../shared/items/parameters';
import { runOperation } from '../../../shared/items/runOperation';
import { listDevices, type DeviceQuery } from '../../../shared/platform/devices';
import { failForGood } from '../../../shared/values/results';
import { deviceItem } from './deviceItem';

const name: INodeProperties = {
	displayName: 'Name',
	name: 'name',
	type: 'string',
	default: '',
	placeholder: 'e.g. Pump',
	description: 'Only devices with this text in their name, in upper or lower case',
};

const registeredAfter: INodeProperties = {
	displayName: 'Registered After',
	name: 'registeredAfter',
	type: 'dateTime',
	default: '',
	description: 'Only devices registered at this time or later',
};

const registeredBefore: INodeProperties = {
	displayName: 'Registered Before',
	name: 'registeredBefore',
	type: 'dateTime',
	default: '',
	description: 'Only devices registered at this time or earlier',
};

const statuses: INodeProperties = {
	displayName: 'Statuses',
	name: 'statuses',
	type: 'multiOptions',
	options: deviceStatuses,
	default: ['ABNORMAL', 'OFFLINE'],
	description: 'Only devices with these statuses',
};

interface Target {
	/** One for each status. */
	queries: DeviceQuery[];
	limit: number;
	simplify: boolean;
}

/** Lists the devices of the application, one item for each. Changes nothing. */
export const getAll: Operation = {
	option: {
		name: 'Get Many',
		value: 'getAll',
		description: 'List devices, for example those that are silent. Changes nothing.',
		action: 'Get many devices',
	},
	fields: [
		...limitFields,
		filtersField([name, registeredAfter, registeredBefore, statuses]),
		simplify,
		optionsField(),
	],
	execute: async (context) =>
		await runOperation<Target>(context, {
			words: { targets: 'lists', done: '' },
			nameOf: () => 'the list of devices',
			read: readTarget,
			work: ({ transport }) => ({ job: async ({ inputs: [{ target }] }) => await list(transport, target) }),
		}),
};

function readTarget(read: ItemParameters): Target {
	const query: DeviceQuery = { appId: read.optionalId(appId, 'options') };
	if (read.has(name, 'filters')) query.name = read.text(name, 'filters');
	if (read.has(registeredAfter, 'filters')) query.registeredAfter = read.time(registeredAfter, 'filters');
	if (read.has(registeredBefore, 'filters')) query.registeredBefore = read.time(registeredBefore, 'filters');
	if ((query.registeredAfter ?? -Infinity) > (query.registeredBefore ?? Infinity)) read.refuse(NO_RANGE);
	return {
		queries: readStatuses(read).map((status) => ({ ...query, ...(status ? { status } : {}) })),
		limit: read.flag(returnAll) ? Infinity : read.wholeNumber(limit),
		simplify: read.flag(simplify),
	};
}

const NO_RANGE = failForGood(
	"'Registered After' is later than 'Registered Before', so nothing can match",
	"Correct 'Registered After' or 'Registered Before'.",
);

/** The chosen statuses, each once; undefined for any. */
function readStatuses(read: ItemParameters): Array<string | undefined> {
	if (!read.has(statuses, 'filters')) return [undefined];
	const chosen = new Set(read.choices(statuses, 'filters'));
	return chosen.size === deviceStatuses.length ? [undefined] : [...chosen];
}

async function list(
	transport: Transport,
	{ queries, limit: most, simplify: isSimple }: Target,
): Promise<Outcome> {
	const items: OutputItem[] = [];
	const seen = new Set<string>();
	for (const query of queries) {
		if (items.length >= most) break;
		const read = await listDevices(transport, query, (device) => {
			// A device whose status changes meanwhile stands in two lists.
			if (device.deviceId && seen.has(device.deviceId)) return true;
			if (device.deviceId) seen.add(device.deviceId);
			items.push({ json: deviceItem(device, isSimple) });
			return items.length < most;
		});
		if (!read.ok) return failed(read.failure);
	}
	const hints =
		items.length > 0 ? [] : [{ text: 'No devices found', about: 'nothing in the application matches' }];
	return { items, done: [], hints };
}
