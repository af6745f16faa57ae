import type { INodeExecutionData, INodeType, INodeTypeDescription, IPollFunctions } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { poll } from './poll';
import { properties } from './properties';

export class IotDevicePollingTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'IoT Device Polling Trigger',
		name: 'iotDevicePollingTrigger',
		icon: { light: 'file:iot-device-polling-trigger.svg', dark: 'file:iot-device-polling-trigger.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["statuses"].join(", ") }}',
		description:
			'Start a workflow when a device falls silent or comes back, by asking a Huawei IoT platform at intervals',
		defaults: { name: 'IoT Device Polling Trigger' },
		eventTriggerDescription: '',
		activationMessage:
			'The first poll only remembers which devices are in the chosen statuses now. After that, each poll starts the workflow for devices that have newly entered one of them.',
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'huaweiIotApi', required: true }],
		properties,
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await poll(this);
	}
}
