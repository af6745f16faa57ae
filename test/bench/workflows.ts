import type { IDataObject } from 'n8n-workflow';

import type { WorkflowToImport } from '../lab/n8n';

/** The node of each workflow whose time is measured. */
export const MEASURED = 'Revoke';

export const PATH = '/iocm/app/cmd/v1.4.0/deviceCommandCancelTasks';

/** Who revokes: this package's node, or n8n's HTTP Request node as a workflow has to use it today. */
export type Way = 'node' | 'httpRequest';

interface Target {
	url: string;
	appId: string;
	token: string;
}

type Settings = Pick<IDataObject, string>;

/** Webhook (`?devices=300`) → that many devices → IoT Command Revoke, with all other options at their defaults. */
export function nodeWorkflow(id: string, credentialId: string, options: IDataObject = {}): WorkflowToImport {
	return workflow(id, [
		{
			type: 'n8n-nodes-huawei-iot.iotCommandRevoke',
			typeVersion: 1,
			parameters: {
				resource: 'command',
				operation: 'revoke',
				deviceId: { __rl: true, mode: 'id', value: '={{ $json.deviceId }}' },
				options,
			},
			credentials: { huaweiIotApi: { id: credentialId, name: credentialId } },
		},
	]);
}

/**
 * The same with HTTP Request, with default options.
 * @param batching devices at once and milliseconds between, as a person sets them for a threshold
 */
export function httpRequestWorkflow(
	id: string,
	{ url, appId, token }: Target,
	{ split = false, batching }: { split?: boolean; batching?: { size: number; interval: number } } = {},
): WorkflowToImport {
	const request: Settings = {
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		// So that refused calls become items too; by default the first one throws all the others' answers away.
		onError: 'continueRegularOutput',
		parameters: {
			method: 'POST',
			url: `${url}${PATH}`,
			sendHeaders: true,
			headerParameters: {
				parameters: [
					{ name: 'app_key', value: appId },
					{ name: 'Authorization', value: `Bearer ${token}` },
				],
			},
			sendBody: true,
			specifyBody: 'json',
			jsonBody: '={{ JSON.stringify({ deviceId: $json.deviceId }) }}',
			options: batching
				? { batching: { batch: { batchSize: batching.size, batchInterval: batching.interval } } }
				: {},
		},
	};
	const splitOut: Settings = {
		type: 'n8n-nodes-base.splitOut',
		typeVersion: 1,
		parameters: { fieldToSplitOut: 'deviceCommands' },
	};
	return workflow(id, split ? [request, splitOut] : [request]);
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
