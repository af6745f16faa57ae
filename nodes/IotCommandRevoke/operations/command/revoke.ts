import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';

import { connect } from '../../../shared/connect';
import { forEachDevice } from '../../../shared/forEachDevice';
import { Revoker, type Revocation, type RevokedCommand } from '../../../shared/revocation';
import { toIso } from '../../../shared/times';
import {
	deviceIdField,
	optionsField,
	readDevice,
	readLimits,
	readOptions,
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
		readDevice: (itemIndex) => readDevice(this, itemIndex),
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
					work: async (device, itemIndex) => {
						const revoked = await revoker.revoke(device);
						if (!revoked.ok) return revoked;
						const simplify = this.getNodeParameter('simplify', itemIndex, true) === true;
						const summarize = readOptions(this, itemIndex).emptyResult === 'summary';
						return {
							ok: true,
							value: {
								items: toItems(revoked.value, simplify, summarize),
								taskIds: revoked.value.tasks.map(({ taskId }) => taskId),
							},
						};
					},
				},
			};
		},
	});
}

function toItems(revocation: Revocation, simplify: boolean, summarize: boolean): IDataObject[] {
	const { commands, tasks } = revocation;
	if (commands.length > 0) return commands.map(simplify ? simplified : untouched);
	// A task that says it revoked commands but lists none must not vanish without a word.
	const told = tasks.filter(({ totalCount }) => summarize || (totalCount ?? 0) > 0);
	return told.slice(-1).map(({ taskId, appId, deviceId, status, totalCount }) => ({
		taskId,
		appId: appId ?? null,
		deviceId: deviceId ?? null,
		status: status ?? null,
		taskStatus: status ?? null,
		totalCount: totalCount ?? 0,
	}));
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
