import type { INodeProperties } from 'n8n-workflow';

import { appId, deviceIdField, optionsField, simplify } from '../../../shared/items/fields';
import type { Operation } from '../../../shared/items/operation';
import type { ItemParameters } from '../../../shared/items/parameters';
import { runOperation } from '../../../shared/items/runOperation';
import { clock } from '../../../shared/values/clock';
import { emptyResult, readEmptyResult } from './emptyResult';
import { revokeDevice, type Revocation } from './revocation';
import { finishRevocations, type Finishing } from './finishRevocations';
import { irreversible } from './irreversible';
import { outcomeOf, type Target } from './revokedItems';

const deviceId = deviceIdField(
	'The device whose queued commands are revoked. Use an expression to take it from the input item.',
);

const waitForCompletion: INodeProperties = {
	displayName: 'Wait for Completion',
	name: 'waitForCompletion',
	type: 'boolean',
	default: false,
	description:
		'Whether to wait, by default up to 60 seconds, until the platform has finished the revocation task. Otherwise each item shows the command as it was when the task was created, for example PENDING.',
};

const waitTimeout: INodeProperties = {
	displayName: 'Wait Timeout',
	name: 'waitTimeout',
	type: 'number',
	displayOptions: { show: { waitForCompletion: [true, 'true'] } },
	typeOptions: { minValue: 1, maxValue: 86_400 },
	default: 60,
	description:
		"How many seconds 'Wait for Completion' waits after the last device has been processed, from 1 to 86400 (default 60). After that the items show the last known state.",
};

/** Revokes everything that is still queued, once for each distinct device, and gives one item for each command. */
export const revoke: Operation = {
	option: {
		name: 'Revoke All Pending',
		value: 'revoke',
		description: "Revoke all commands that have not been delivered to a device. This can't be undone.",
		action: 'Revoke all pending commands of device (irreversible)',
	},
	fields: [irreversible, deviceId, simplify, optionsField(emptyResult, waitForCompletion, waitTimeout)],
	execute: async (context) =>
		await runOperation<Target>(context, {
			words: {
				targets: 'devices',
				done: 'Revocation accepted',
				empty: 'had nothing queued',
				where: "'Revocation Task: Get' shows how a revocation ended, and with 'Simplify' off its commands.",
			},
			keyOf: (target) => JSON.stringify([target.deviceId, target.appId]),
			nameOf: (target) => `device ${target.deviceId}`,
			read: readTarget,
			work: ({ transport, untilStop }) => {
				const finishing: Finishing[] = [];
				let began = clock.now();
				return {
					job: async (job, earlier) => {
						const [{ target }] = job.inputs;
						// There was something, although this try may find nothing.
						if (earlier?.outcome.items.length) target.summarize = false;
						const since = earlier?.outcome.failure?.maybeDone ? earlier.since : undefined;
						began = Math.min(began, since ?? began);
						const revocation: Revocation = await revokeDevice(transport, untilStop, target, since);
						if (target.waitMs > 0) finishing.push({ job, revocation, earlier });
						return outcomeOf(revocation, target);
					},
					afterwards: async () => await finishRevocations(transport, finishing, began),
				};
			},
		}),
};

function readTarget(read: ItemParameters): Target {
	return {
		deviceId: read.id(deviceId),
		appId: read.optionalId(appId, 'options'),
		simplify: read.flag(simplify),
		summarize: readEmptyResult(read),
		waitMs: read.flag(waitForCompletion, 'options') ? read.wholeNumber(waitTimeout, 'options') * 1000 : 0,
	};
}
