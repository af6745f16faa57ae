import type { IDataObject } from 'n8n-workflow';

import type { WorkflowToImport } from '../lab/n8n';

/** The node of each workflow whose time is measured. */
export const MEASURED = 'Measured';

export const PATH = '/iocm/app/cmd/v1.4.0/deviceCommandCancelTasks';
const COMMANDS_PATH = '/iocm/app/cmd/v1.4.0/deviceCommands';

/** Who calls the platform: this package's node, or n8n's HTTP Request node as a workflow has to use it today. */
export type Way = 'node' | 'httpRequest';

/** The stand-in, and who calls it. */
export interface Target {
	url: string;
	appId: string;
	token: string;
	credentialId: string;
}

type Settings = Pick<IDataObject, string>;

const DEVICE_ID = { __rl: true, mode: 'id', value: '={{ $json.deviceId }}' };

/** Webhook (`?devices=300`) → that many devices → IoT Command Revoke, with all other options at their defaults. */
export function nodeWorkflow(id: string, { credentialId }: Target): WorkflowToImport {
	return workflow(id, [
		{
			type: 'n8n-nodes-huawei-iot.iotCommandRevoke',
			typeVersion: 1,
			parameters: { resource: 'command', operation: 'revoke', deviceId: DEVICE_ID },
			credentials: { huaweiIotApi: { id: credentialId, name: credentialId } },
		},
	]);
}

/**
 * The same with HTTP Request, with default options.
 * @param batching devices at once and milliseconds between, as a person sets them for a rate limit
 */
export function httpRequestWorkflow(
	id: string,
	target: Target,
	{ split = false, batching }: { split?: boolean; batching?: { size: number; interval: number } } = {},
): WorkflowToImport {
	const body = '={{ JSON.stringify({ deviceId: $json.deviceId }) }}';
	const options = batching
		? { batching: { batch: { batchSize: batching.size, batchInterval: batching.interval } } }
		: {};
	const splitOut: Settings = {
		type: 'n8n-nodes-base.splitOut',
		typeVersion: 1,
		parameters: { fieldToSplitOut: 'deviceCommands' },
	};
	const post = postRequest(target, PATH, body, options);
	return workflow(id, split ? [post, splitOut] : [post]);
}

const COMMAND = { serviceId: 'Valve', method: 'SET_VALVE', paras: { value: 1 } };

/** Webhook → devices → IoT Device › Send: one command for each device, with all other options at their defaults. */
export function sendWorkflow(id: string, { credentialId }: Target): WorkflowToImport {
	const named = (value: string) => ({ __rl: true, mode: 'name', value });
	return workflow(id, [
		{
			type: 'n8n-nodes-huawei-iot.iotDevice',
			typeVersion: 1,
			parameters: {
				resource: 'command',
				operation: 'send',
				deviceId: DEVICE_ID,
				serviceId: named(COMMAND.serviceId),
				method: named(COMMAND.method),
				specifyParas: 'json',
				parasJson: JSON.stringify(COMMAND.paras),
			},
			credentials: { huaweiIotApi: { id: credentialId, name: credentialId } },
		},
	]);
}

/** The same commands with HTTP Request. */
export function httpSendWorkflow(id: string, target: Target): WorkflowToImport {
	// Two braces in a row would end the expression.
	const command = JSON.stringify(COMMAND).replaceAll('}}', '} }');
	const body = `={{ JSON.stringify({ deviceId: $json.deviceId, command: ${command}, expireTime: 172800 }) }}`;
	return workflow(id, [postRequest(target, COMMANDS_PATH, body)]);
}

/** The same calls as in `nodeWorkflow` by n8n's request helper alone. */
export function helperWorkflow(id: string, { url, appId, token }: Target): WorkflowToImport {
	return workflow(id, [
		{ type: 'CUSTOM.requestHelper', typeVersion: 1, parameters: { url: url + PATH, appId, token } },
	]);
}

/** As many items without any call: what n8n alone does with them. */
export function editFieldsWorkflow(id: string): WorkflowToImport {
	const status = { id: '1', name: 'status', type: 'string', value: 'CANCELED' };
	return workflow(id, [
		{
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			parameters: { assignments: { assignments: [status] }, includeOtherFields: true, options: {} },
		},
	]);
}

function postRequest(
	{ url, appId, token }: Target,
	path: string,
	body: string,
	options: IDataObject = {},
): Settings {
	return {
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		// So that refused calls become items too; by default the first one throws all the others' answers away.
		onError: 'continueRegularOutput',
		parameters: {
			method: 'POST',
			url: url + path,
			sendHeaders: true,
			headerParameters: {
				parameters: [
					{ name: 'app_key', value: appId },
					{ name: 'Authorization', value: `Bearer ${token}` },
				],
			},
			sendBody: true,
			specifyBody: 'json',
			jsonBody: body,
			options,
		},
	};
}

function workflow(id: string, last: Settings[]): WorkflowToImport {
	const nodes = [
		{
			name: 'Webhook',
			type: 'n8n-nodes-base.webhook',
			typeVersion: 2,
			webhookId: id,
			parameters: { path: id, httpMethod: 'GET', responseMode: 'onReceived' },
		},
		{
			name: 'Devices',
			type: 'n8n-nodes-base.code',
			typeVersion: 2,
			parameters: {
				jsCode:
					'return Array.from({ length: Number($json.query.devices) }, (_, at) => ({ json: { deviceId: `device-${at}` } }));',
			},
		},
		...last.map((node, at) => ({ name: at === 0 ? MEASURED : 'Split Out', ...node })),
	];
	const links = nodes
		.slice(1)
		.map(({ name }, at) => [nodes[at]?.name, [[{ node: name, type: 'main', index: 0 }]]]);
	return {
		id,
		name: id,
		nodes: nodes.map((node, at) => ({ id: `${id}-${at}`, position: [200 * at, 0], ...node })),
		connections: Object.fromEntries(links.map(([from, main]) => [from, { main }])) as object,
	};
}
