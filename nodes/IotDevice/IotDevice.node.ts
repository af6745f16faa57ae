import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { executeChosen, propertiesOf, subtitleOf } from '../shared/items/operation';
import { searchDevices } from '../shared/items/searchDevices';
import { command } from './resources/command';
import { getParas, searchMethods, searchServices } from './resources/command/capabilityLists';
import { device } from './resources/device';

const resources = [device, command];

export class IotDevice implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'IoT Device',
		name: 'iotDevice',
		icon: { light: 'file:iot-device.svg', dark: 'file:iot-device.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: subtitleOf(resources),
		description: 'See the devices of a Huawei IoT platform, and send commands to them',
		defaults: { name: 'IoT Device' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'huaweiIotApi', required: true }],
		properties: propertiesOf(resources),
	};

	methods = {
		listSearch: { searchDevices, searchMethods, searchServices },
		resourceMapping: { getParas },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [await executeChosen(this, resources)];
	}
}
