import { appId, simplify } from '../shared/items/fields';
import { TriggerParameters, type TriggerContext } from '../shared/items/triggerParameters';
import type { Result } from '../shared/values/results';
import { deviceIds, statuses } from './properties';
import type { Watched } from './readWatched';

export interface Parameters extends Watched {
	simplify: boolean;
}

/** All parameters of the node, or the first thing that is wrong with them. */
export function readParameters(context: TriggerContext): Result<Parameters> {
	const read = new TriggerParameters(context);
	return read.result({
		// In an order of their own, so that the same choice is the same whatever the order of the clicks.
		statuses: [...new Set(read.choices(statuses))].sort(),
		deviceIds: read.isChosen(deviceIds) ? [...new Set(read.list(deviceIds, 'options'))].sort() : [],
		appId: read.isChosen(appId) ? read.id(appId, 'options') : undefined,
		simplify: read.flag(simplify, 'options'),
	});
}
