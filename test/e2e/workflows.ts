import type { IDataObject } from 'n8n-workflow';

import type { CredentialToImport, WorkflowToImport } from '../lab/n8n';
import type { Platform } from '../platform/platform';

export const NODE = 'IoT Command Revoke';
export const CREDENTIAL_ID = 'platformCred0001';

/** A credential for the stand-in, with the secret. */
export function credential(platform: Platform, changes: IDataObject = {}): CredentialToImport {
	return {
		id: CREDENTIAL_ID,
		name: 'Platform',
		type: 'huaweiIotApi',
		data: {
			server: platform.url,
			appKey: platform.appId,
			authentication: 'appSecret',
			secret: platform.secret,
			sessionToken: '',
			requestsPerMinute: 100,
			customTls: true,
			caCertificate: platform.certificates.ca,
			...changes,
		},
	};
}

/** Manual trigger → the given items → IoT Command Revoke, and what else its settings say. */
export function revokeWorkflow(
	id: string,
	items: IDataObject[],
	options: IDataObject = {},
	settings: IDataObject = {},
): WorkflowToImport {
	const code = `return ${JSON.stringify(items.map((json) => ({ json })))};`;
	const deviceId = { __rl: true, mode: 'id', value: '={{ $json.deviceId }}' };
	return {
		id,
		name: id,
		nodes: [
			{
				id: '1',
				name: 'Run',
				type: 'n8n-nodes-base.manualTrigger',
				typeVersion: 1,
				position: [0, 0],
				parameters: {},
			},
			{
				id: '2',
				name: 'Devices',
				type: 'n8n-nodes-base.code',
				typeVersion: 2,
				position: [200, 0],
				parameters: { jsCode: code },
			},
			{
				id: '3',
				name: NODE,
				type: 'n8n-nodes-huawei-iot.iotCommandRevoke',
				typeVersion: 1,
				position: [400, 0],
				parameters: { resource: 'command', operation: 'revoke', deviceId, options },
				credentials: { huaweiIotApi: { id: CREDENTIAL_ID, name: 'Platform' } },
				...settings,
			},
		],
		connections: {
			Run: { main: [[{ node: 'Devices', type: 'main', index: 0 }]] },
			Devices: { main: [[{ node: NODE, type: 'main', index: 0 }]] },
		},
	};
}

/**
 * Webhook (`?from=100&devices=100`) → so many devices, numbered from there on → IoT Command Revoke; for executions that
 * n8n runs in production, in its queue too. Call it by `callWebhook`.
 */
export function webhookWorkflow(id: string, options: IDataObject = {}): WorkflowToImport {
	const workflow = revokeWorkflow(id, [], options);
	const [, devices, revoke] = workflow.nodes as Array<IDataObject & { parameters: IDataObject }>;
	const jsCode =
		'const { from, devices } = $json.query; return Array.from({ length: Number(devices) }, (_, at) => ({ json: { deviceId: `device-${Number(from) + at}` } }));';
	return {
		...workflow,
		nodes: [
			{
				id: '1',
				name: 'Run',
				type: 'n8n-nodes-base.webhook',
				typeVersion: 2,
				position: [0, 0],
				webhookId: id,
				parameters: { path: id, httpMethod: 'GET', responseMode: 'onReceived' },
			},
			{ ...devices, parameters: { jsCode } },
			{ ...revoke },
		],
	};
}
