import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';

import { Revoker, updated, type Revocation } from './revocation';
import { spelled } from '../../../shared/platform/statuses';
import type { Hint, Outcome } from '../../../shared/items/targets';
import { isSilent, totalOf } from '../../../shared/platform/revocationTasks';
import { TaskWatch, type Watched } from './taskWatch';
import { type Failure, type Result, ok } from '../../../shared/values/results';
import { eachTarget } from '../../../shared/items/eachTarget';
import { deviceIdField, optionsField, shownFor, simplify } from '../../../shared/items/fields';
import { toItems, type Shape } from './revokedItems';
import type { ItemParameters } from '../../../shared/items/parameters';
import { type DeviceAddress } from '../../../shared/platform/revocationTasks';

export const fields: INodeProperties[] = shownFor({ resource: ['command'], operation: ['revoke'] }, [
	deviceIdField(
		'The device whose queued commands are taken back. An expression takes it from the input item.',
	),
	simplify,
	optionsField('emptyResult', 'waitForCompletion', 'waitTimeout'),
]);

interface Target extends DeviceAddress {
	shape: Shape;
	/** How long to wait for the task's end, in milliseconds; 0 = not at all. */
	waitMs: number;
}

/** Revokes everything that is still queued, once for each distinct device, and gives one item for each command. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	return await eachTarget<Target>(this, {
		words: { targets: 'devices', done: 'revocation tasks' },
		keyOf: ({ deviceId, appId }) => JSON.stringify([deviceId, appId]),
		nameOf: ({ deviceId }) => `device ${deviceId}`,
		read: readTarget,
		work: ({ transport, application }) => {
			const revoker = new Revoker(transport, application);
			const watch = new TaskWatch(transport, () => revoker.clockOffset);
			return async (target, _itemIndex, earlier) => {
				const revoked = await revoker.revoke(target, earlier?.uncertainSince);
				return revoked.ok ? ok(outcomeOf(revoked.value, target, watch)) : revoked;
			};
		},
	});
}

function readTarget(read: ItemParameters): Target {
	return {
		deviceId: read.id('deviceId', 'Device'),
		appId: read.optionalId('options.appId', 'Application ID'),
		shape: {
			simplify: read.flag('simplify', 'Simplify', true),
			summarize: read.choice('options.emptyResult', 'If Nothing Is Queued') === 'summary',
		},
		waitMs: read.flag('options.waitForCompletion', 'Wait for Completion', false)
			? read.wholeNumber('options.waitTimeout', 'Wait Timeout', 60, 1, 86_400) * 1000
			: 0,
	};
}

function outcomeOf(revocation: Revocation, target: Target, watch: TaskWatch): Outcome {
	const outcome: Outcome = {
		items: toItems(revocation, target.shape),
		done: revocation.tasks.map(({ taskId }) => taskId),
		hints: hintsOf(revocation, target),
		...(revocation.unknown ? { failure: revocation.unknown } : {}),
	};
	const waiting = revocation.tasks.filter((task) => totalOf(task) > 0 || isSilent(task));
	if (target.waitMs === 0 || waiting.length === 0) return outcome;
	const { began } = revocation;
	const later = async (): Promise<Result<Outcome>> => {
		const watched = await Promise.all(
			waiting.map(async (task) => await watch.untilFinal(task, target.appId, began, target.waitMs)),
		);
		return ok({ ...outcome, ...ended(revocation, watched, target) });
	};
	return { ...outcome, later };
}

/** What the items, the hints and the end of the work are after the wait. */
function ended(revocation: Revocation, watched: Watched[], target: Target): Partial<Outcome> {
	const revoked = updated(
		revocation,
		watched.map(({ task }) => task),
	);
	const failed = watched.filter(({ task }) => spelled(task.status) === 'FAILED');
	const failedIds = new Set(failed.map(({ task }) => task.taskId));
	const canceled = watched.some(({ end }) => end === 'canceled');
	const kept = {
		...revoked,
		tasks: revoked.tasks.filter(({ taskId }) => !failedIds.has(taskId)),
		commands: revoked.commands.filter(({ task }) => !failedIds.has(task.taskId)),
	};
	const hints = [...hintsOf(revoked, target)];
	for (const { task, end, failure } of watched) {
		const about = `${target.deviceId} (task ${task.taskId}, ${task.status ?? 'no status'})`;
		if (end === 'timeOver') {
			const why = failure ? `, and the task could not be read (${failure.what})` : '';
			hints.push({ text: `The wait ended before the platform had worked the task off${why}`, about });
		} else if (spelled(task.status) === 'PART_SUCCESS') {
			hints.push({ text: 'Only a part of the commands was revoked, see the status of each', about });
		}
	}
	const atEnd = canceled ? CANCELED : failed[0] && notRevoked(target.deviceId, failed[0].task.taskId);
	// What may stand beside is the more important.
	const failure = revocation.unknown ?? atEnd;
	return {
		items: failedIds.size === watched.length ? [] : toItems(kept, target.shape),
		done: kept.tasks.map(({ taskId }) => taskId),
		hints,
		...(failure ? { failure } : {}),
		later: undefined,
	};
}

const CANCELED: Failure = {
	kind: 'canceled',
	maybeDone: false,
	what: 'The execution was canceled while it waited for the revocation task',
	help: 'Revocation Task > Get Many shows how the task ended.',
};

function notRevoked(deviceId: string, taskId: string): Failure {
	return {
		kind: 'final',
		maybeDone: false,
		what: `The platform could not revoke the commands of the device ${deviceId} (revocation task ${taskId} is FAILED)`,
		help: 'Command > Get Many shows what is still queued. Run this again, or ask the operator of the platform.',
	};
}

/** What a person would wonder about: no items, or fewer than the task says. */
function hintsOf({ commands, tasks }: Revocation, { deviceId, shape }: Target): Hint[] {
	const total = tasks.reduce((sum, task) => sum + totalOf(task), 0);
	const silent = tasks.filter(isSilent);
	if (silent.length > 0) {
		const ids = silent.map(({ taskId }) => taskId).join(', ');
		return [
			{ text: 'The platform does not say which commands it revokes', about: `${deviceId} (task ${ids})` },
		];
	}
	if (total === 0 && commands.length === 0) {
		return shape.summarize ? [] : [{ text: 'Nothing was queued for', about: deviceId }];
	}
	if (commands.length >= total) return [];
	const ids = tasks.map(({ taskId }) => taskId).join(', ');
	return [
		{
			text: 'The platform revokes more commands than it lists',
			about: `${deviceId} (${total} revoked, lists ${commands.length}, task ${ids})`,
		},
	];
}
