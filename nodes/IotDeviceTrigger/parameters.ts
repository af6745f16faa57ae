import { TriggerParameters, type TriggerContext } from '../shared/items/triggerParameters';
import { appId, simplify } from '../shared/items/fields';
import type { Result } from '../shared/values/results';
import type { EventFilter } from './events';
import { deviceIds, events, statuses } from './properties';

export interface Parameters extends EventFilter {
	/** The application that owns the devices; undefined for the caller's own. */
	appId: string | undefined;
	simplify: boolean;
}

/** All parameters of the node, or the first thing that is wrong with them. */
export function readParameters(context: TriggerContext): Result<Parameters> {
	const read = new TriggerParameters(context);
	return read.result({
		events: read.choices(events),
		deviceIds: read.isChosen(deviceIds) ? read.list(deviceIds, 'options') : [],
		statuses: read.isChosen(statuses) ? read.choices(statuses, 'options') : [],
		appId: ownerIn(read),
		simplify: read.flag(simplify, 'options'),
	});
}

/** The application that owns the devices, all that is needed to unsubscribe. */
export function readOwner(context: TriggerContext): Result<string | undefined> {
	const read = new TriggerParameters(context);
	return read.result(ownerIn(read));
}

function ownerIn(read: TriggerParameters): string | undefined {
	return read.isChosen(appId) ? read.id(appId, 'options') : undefined;
}
