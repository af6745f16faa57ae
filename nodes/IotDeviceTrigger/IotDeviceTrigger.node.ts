import type { INodeType, INodeTypeDescription, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { webhookMethods } from './activation';
import { EVENTS } from './events';
import { receive } from './receive';
import { properties } from './properties';

const LISTEN = "Unpublish the workflow, choose 'Execute step', then make something happen on a device.";
const ACTIVE =
	'The published workflow holds the subscription; see its executions. Unpublish it to test the node.';
const EVENT_NAMES = JSON.stringify(Object.fromEntries(EVENTS.map(({ name, value }) => [value, name])));

export class IotDeviceTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'IoT Device Trigger',
		name: 'iotDeviceTrigger',
		icon: { light: 'file:iot-device-trigger.svg', dark: 'file:iot-device-trigger.dark.svg' },
		group: ['trigger'],
		// For version 1 n8n evaluates an expression at each request, which takes longer than everything else.
		version: 1.1,
		subtitle: `={{ $parameter["events"].map((event) => (${EVENT_NAMES})[event]).join(", ") }}`,
		description:
			'Start a workflow when a Huawei IoT platform reports that a device fell silent, came back or sent data',
		defaults: { name: 'IoT Device Trigger' },
		eventTriggerDescription: 'Waiting for a report from the platform',
		triggerPanel: {
			header: 'Pull in events from your devices',
			executionsHelp: { inactive: LISTEN, active: ACTIVE },
			activationHint: 'Once published, the workflow starts whenever the platform reports an event.',
		},
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'huaweiIotApi', required: true }],
		webhooks: [{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'webhook' }],
		properties,
	};

	webhookMethods = { default: webhookMethods };

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receive(this);
	}
}
