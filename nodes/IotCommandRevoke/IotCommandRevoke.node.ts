import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { executeChosen, propertiesOf, subtitleOf } from '../shared/items/operation';
import { searchDevices } from '../shared/items/searchDevices';
import { command } from './resources/command';
import { revocationTask } from './resources/revocationTask';
import { searchTasks } from './resources/revocationTask/searchTasks';

const resources = [command, revocationTask];

export class IotCommandRevoke implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'IoT Command Revoke',
		name: 'iotCommandRevoke',
		icon: { light: 'file:iot-command-revoke.svg', dark: 'file:iot-command-revoke.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: subtitleOf(resources),
		description: 'Revoke commands that are still queued for devices on a Huawei IoT platform',
		defaults: { name: 'IoT Command Revoke' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'huaweiIotApi', required: true }],
		properties: propertiesOf(resources),
	};

	methods = { listSearch: { searchDevices, searchTasks } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [await executeChosen(this, resources)];
	}
}
