import type { INodeType, INodeTypeDescription, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { stoppingError } from '../shared/items/errors';
import { isAuthentic } from './callback';
import { readPush } from './events';
import { lifeCycle } from './lifeCycle';
import { readDeviceIds, readEvents, readSimplify, readStatuses } from './parameters';
import { properties } from './properties';

const LISTEN =
	'Start a test, then let something happen to a device. The workflow has to be inactive meanwhile.';
const ACTIVE =
	'The active workflow holds the subscription, see its executions. Deactivate it to test the node.';

export class IotDeviceTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'IoT Device Trigger',
		name: 'iotDeviceTrigger',
		icon: { light: 'file:iot-device-trigger.svg', dark: 'file:iot-device-trigger.dark.svg' },
		group: ['trigger'],
		// For nodes of version 1 n8n evaluates an expression at each request, which takes more time than all the rest.
		version: [1, 1.1],
		defaultVersion: 1.1,
		subtitle: '={{ $parameter["events"].join(", ") }}',
		description:
			'Start a workflow when a Huawei IoT platform reports that a device fell silent, came back or sent data',
		defaults: { name: 'IoT Device Trigger' },
		eventTriggerDescription: 'Waiting for the platform to report something',
		triggerPanel: {
			header: 'Pull in what happens to your devices',
			executionsHelp: { inactive: LISTEN, active: ACTIVE },
			activationHint: 'Activate the workflow to subscribe for good.',
		},
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'huaweiIotApi', required: true }],
		webhooks: [{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'webhook' }],
		properties,
	};

	webhookMethods = { default: lifeCycle };

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		const answer = (status: number, message: string) => {
			this.getResponseObject().status(status).json({ message });
			return { noWebhookResponse: true };
		};
		if (!(await isAuthentic(this))) return answer(401, 'The secret of the callback URL is missing or wrong');
		const deviceIds = readDeviceIds(this);
		if (!deviceIds.ok) throw stoppingError(this.getNode(), deviceIds.failure);
		const body = this.getBodyData();
		const filter = {
			events: readEvents(this),
			deviceIds: deviceIds.value,
			statuses: readStatuses(this),
		};
		const event = readPush(body, filter);
		const json = event && { ...event, ...(readSimplify(this) ? {} : { body }) };
		// Here and not by n8n, which answers when a place for the run is free: the platform waits 15 seconds.
		return { ...answer(200, 'Received'), ...(json ? { workflowData: [[{ json }]] } : {}) };
	}
}
