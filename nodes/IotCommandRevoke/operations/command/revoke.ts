import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';

import { connect } from '../../../shared/connect';
import { forEachDevice } from '../../../shared/forEachDevice';
import { Revoker, type Revocation, type RevokedCommand } from '../../../shared/revocation';
import { isObject } from '../../../shared/replies';
import { toIso } from '../../../shared/times';
import type { Result, RevocationTask } from '../../../shared/types';
import {
	deviceIdField,
	optionsField,
	readDevice,
	readLimits,
	readParameter,
	simplifyField,
} from '../parameters';

const show = { resource: ['command'], operation: ['revoke'] };

export const fields: INodeProperties[] = [
	deviceIdField(
		show,
		'The device whose queued commands are taken back. Use an expression to take it from the input item.',
	),
	simplifyField(show),
	optionsField(show, ['appId', 'concurrency', 'emptyResult', 'maxRetries', 'timeout']),
];

/** Revokes everything that is still queued, once for each distinct device, and gives one item for each command. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	return await forEachDevice(this, {
		readDevice: (itemIndex) => {
			const shape = readShape(this, itemIndex);
			return shape.ok ? readDevice(this, itemIndex) : shape;
		},
		prepare: async () => {
			const limits = readLimits(this);
			if (!limits.ok) return limits;
			const connected = await connect(this, limits.value);
			if (!connected.ok) return connected;
			const revoker = new Revoker(connected.value.transport, connected.value.application);
			return {
				ok: true,
				value: {
					concurrency: limits.value.concurrency,
					work: async (device, itemIndex, uncertainSince) => {
						// Read before anything is sent: an expression that fails afterwards would cost the commands.
						const shape = readShape(this, itemIndex);
						if (!shape.ok) return shape;
						const revoked = await revoker.revoke(device, uncertainSince);
						if (!revoked.ok) return revoked;
						return {
							ok: true,
							value: {
								items: toItems(revoked.value, shape.value),
								taskIds: revoked.value.tasks.map(({ taskId }) => taskId),
								hint: incomplete(revoked.value),
							},
						};
					},
				},
			};
		},
	});
}

interface Shape {
	simplify: boolean;
	/** Whether a device without queued commands gives an item. */
	summarize: boolean;
}

function readShape(context: IExecuteFunctions, itemIndex: number): Result<Shape> {
	const simplify = readParameter(context, 'simplify', 'Simplify', itemIndex);
	if (!simplify.ok) return simplify;
	const options = readParameter(context, 'options', 'Options', itemIndex);
	if (!options.ok) return options;
	const summarize = isObject(options.value) && options.value.emptyResult === 'summary';
	return { ok: true, value: { simplify: simplify.value !== false, summarize } };
}

function toItems({ commands, tasks }: Revocation, { simplify, summarize }: Shape): IDataObject[] {
	const listed = new Set(commands.map(({ task }) => task.taskId));
	// A task that says it revoked commands but lists none must not vanish without a word.
	const silent = tasks.filter(({ taskId, totalCount }) => (totalCount ?? 0) > 0 && !listed.has(taskId));
	const items = [...commands.map(simplify ? simplified : untouched), ...silent.map(summary)];
	return items.length === 0 && summarize ? tasks.slice(-1).map(summary) : items;
}

/** Says so when the platform lists fewer commands than it says it revokes. */
function incomplete({ commands, tasks }: Revocation): string | undefined {
	const total = tasks.reduce((sum, { totalCount }) => sum + (totalCount ?? 0), 0);
	const [task] = tasks;
	if (!task || commands.length >= total) return undefined;
	return `The platform says that it revokes ${total} commands of the device ${task.deviceId ?? ''} and lists ${commands.length} (task ${task.taskId})`;
}

function summary({ taskId, appId, deviceId, status, totalCount }: RevocationTask): IDataObject {
	return {
		taskId,
		appId: appId ?? null,
		deviceId: deviceId ?? null,
		status: status ?? null,
		taskStatus: status ?? null,
		totalCount: totalCount ?? 0,
	};
}

function simplified({ command, task }: RevokedCommand): IDataObject {
	return {
		commandId: command.commandId ?? null,
		deviceId: command.deviceId ?? task.deviceId ?? null,
		appId: command.appId ?? task.appId ?? null,
		serviceId: command.command?.serviceId ?? null,
		method: command.command?.method ?? null,
		paras: (command.command?.paras ?? null) as IDataObject | null,
		status: command.status ?? null,
		creationTime: toIso(command.creationTime),
		taskId: task.taskId,
		taskStatus: task.status ?? null,
	};
}

function untouched({ command, task }: RevokedCommand): IDataObject {
	return {
		...(command as IDataObject),
		taskId: task.taskId,
		taskStatus: task.status ?? null,
		totalCount: task.totalCount ?? null,
	};
}
