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

/** Manual trigger → the given items → the given nodes, one after another. */
export function chain(
	id: string,
	items: IDataObject[],
	nodes: Array<IDataObject & { name: string }>,
): WorkflowToImport {
	const jsCode = `return ${JSON.stringify(items.map((json) => ({ json })))};`;
	const all = [
		{ name: 'Run', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} },
		{ name: 'Devices', type: 'n8n-nodes-base.code', typeVersion: 2, parameters: { jsCode } },
		...nodes.map((node) => ({
			typeVersion: 1,
			credentials: { huaweiIotApi: { id: CREDENTIAL_ID, name: 'Platform' } },
			...node,
		})),
	];
	return {
		id,
		name: id,
		nodes: all.map((node, at) => ({ id: String(at + 1), position: [200 * at, 0], ...node })),
		connections: Object.fromEntries(
			all
				.slice(1)
				.map(({ name }, at) => [all[at]?.name ?? '', { main: [[{ node: name, type: 'main', index: 0 }]] }]),
		),
	};
}

/** The device of the input item. */
export const DEVICE_OF_ITEM = { __rl: true, mode: 'id', value: '={{ $json.deviceId }}' };

/** Manual trigger → the given items → IoT Command Revoke, and what else its settings say. */
export function revokeWorkflow(
	id: string,
	items: IDataObject[],
	options: IDataObject = {},
	settings: IDataObject = {},
): WorkflowToImport {
	return chain(id, items, [
		{
			name: NODE,
			type: 'n8n-nodes-huawei-iot.iotCommandRevoke',
			parameters: { resource: 'command', operation: 'revoke', deviceId: DEVICE_OF_ITEM, options },
			...settings,
		},
	]);
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
