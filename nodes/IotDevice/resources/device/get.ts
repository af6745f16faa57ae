import { appId, deviceIdField, optionsField, simplify } from '../../../shared/items/fields';
import type { Operation } from '../../../shared/items/operation';
import { failed } from '../../../shared/items/outcome';
import { runOperation } from '../../../shared/items/runOperation';
import { getDevice } from '../../../shared/platform/devices';
import { deviceItem } from './deviceItem';

const deviceId = deviceIdField('The device to look at. Use an expression to take it from the input item.');

interface Target {
	deviceId: string;
	appId?: string;
	simplify: boolean;
}

/** Looks at one device for each distinct ID. Changes nothing. */
export const get: Operation = {
	option: {
		name: 'Get',
		value: 'get',
		description: 'Look at one device. Changes nothing.',
		action: 'Get device',
	},
	fields: [deviceId, simplify, optionsField()],
	execute: async (context) =>
		await runOperation<Target>(context, {
			words: { targets: 'devices', done: '' },
			nameOf: (target) => `device ${target.deviceId}`,
			read: (read) => ({
				deviceId: read.id(deviceId),
				appId: read.optionalId(appId, 'options'),
				simplify: read.flag(simplify),
			}),
			work: ({ transport }) => ({
				job: async ({ inputs: [{ target }] }) => {
					const read = await getDevice(transport, target.deviceId, target.appId);
					if (!read.ok) return failed(read.failure);
					return { items: [{ json: deviceItem(read.value, target.simplify) }], done: [] };
				},
			}),
		}),
};
