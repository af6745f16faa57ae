import type { IDataObject, INodeParameters, INodeType } from 'n8n-workflow';

import { IotCommandRevoke } from '../../nodes/IotCommandRevoke/IotCommandRevoke.node';
import { IotDeviceTrigger } from '../../nodes/IotDeviceTrigger/IotDeviceTrigger.node';
import type { WorkflowToImport } from '../lab/n8n';
import type { Cut } from './editor';
import type { PictureTexts } from './pictureTexts';
import type { Stage } from './stage';

/** The pictures of the docs. Each one is a scene: it is played in the editor, and what it shows is taken. */

export interface Shot {
	cut: Cut;
	texts: PictureTexts;
}

const huaweiIotApi = { id: 'huaweiIotApi0001', name: 'Huawei IoT Platform' };
const PUMP = '7f3c9a52-0d4b-4b1e-9d6f-2a1c5e8b7d90';
const COMMANDS = [
	{ serviceId: 'Valve', method: 'SET_VALVE', paras: { open: false } },
	{ serviceId: 'Valve', method: 'SET_VALVE', paras: { open: true } },
	{ serviceId: 'Pump', method: 'SET_SPEED', paras: { rpm: 1450 } },
];

export const SCENES: Record<string, (stage: Stage) => Promise<Shot>> = {
	chain: async ({ n8n, platform, editor }) => {
		platform.queueCommands(PUMP, COMMANDS);
		await n8n.importWorkflows([CHAIN]);
		await editor.openWorkflow(CHAIN.id);
		await editor.at('execute-workflow-button').click();
		while (platform.subscriptions().length === 0) await editor.page.waitForTimeout(100);
		await platform.setStatus(PUMP, 'OFFLINE');
		const nodes = CHAIN_NODES.map(({ name }) => editor.canvasNode(name));
		for (const node of nodes) await node.getByTestId('canvas-node-status-success').waitFor();
		const texts = await Promise.all(CHAIN_NODES.slice(0, 2).map(async ({ name }) => await editor.nodeTexts(name)));
		const names = CHAIN_NODES.map(({ name }) => editor.canvasNode(name).getByText(name, { exact: true }));
		const subtitle = editor.canvasNode(REVOKE.name).getByText(texts[1]?.subtitle ?? '');
		return {
			cut: { parts: [...nodes, ...names, subtitle], margin: 32 },
			texts: { nodes: texts, words: await editor.itemCounts() },
		};
	},

	'device-list': async ({ n8n, editor }) => {
		const workflow = oneNode('deviceList', REVOKE, { resource: 'command', operation: 'revoke' });
		await n8n.importWorkflows([workflow]);
		await editor.openNode(workflow.id, REVOKE.name);
		await editor.at('rlc-input').click();
		await editor.at('rlc-item').first().waitFor();
		const words = await editor.at('rlc-item').allInnerTexts();
		return {
			cut: {
				parts: [editor.at('node-parameters').getByText('Resource').first(), editor.field('deviceId'), editor.at('rlc-item').last()],
			},
			texts: { of: 'iotCommandRevoke', words },
		};
	},

	result: async ({ n8n, platform, editor }) => {
		platform.queueCommands(PUMP, COMMANDS);
		return await runNode(n8n, editor, 'result', {
			resource: 'command',
			operation: 'revoke',
			deviceId: pump(),
			options: { waitForCompletion: true },
		});
	},

	'revoke-selected': async ({ n8n, platform, editor }) => {
		const queued = platform.queueCommands(PUMP, COMMANDS);
		// The device wakes up while the commands are being revoked, and receives one of them.
		platform.set({
			onCall: ({ method }) => {
				if (queued[0] && method === 'PUT') queued[0].status = 'DELIVERED';
			},
		});
		const shot = await runNode(n8n, editor, 'revokeSelected', {
			resource: 'command',
			operation: 'revokeSelected',
			deviceId: pump(),
			filters: { method: 'SET_VALVE', serviceId: 'Valve' },
		});
		platform.set({ onCall: undefined });
		return { ...shot, texts: { ...shot.texts, words: ['false'] } };
	},
};

const pump = () => ({
	__rl: true,
	mode: 'list',
	value: PUMP,
	cachedResultName: 'Pump 7 (OFFLINE)',
});

interface PicturedNode {
	name: string;
	type: string;
	typeVersion: number;
	parameters?: IDataObject;
	credentials: object;
	webhookId?: string;
}

const REVOKE = ofPackage(new IotCommandRevoke());
const TRIGGER = { ...ofPackage(new IotDeviceTrigger()), webhookId: '6f1f2c56-8c0e-4d1c-9a35-0f4a6d6d7a01' };

function ofPackage({ description: { defaults, name, version } }: INodeType): PicturedNode {
	return {
		name: String(defaults.name),
		type: `n8n-nodes-huawei-iot.${name}`,
		typeVersion: Math.max(...[version].flat()),
		credentials: { huaweiIotApi },
	};
}

const CHAIN_NODES: PicturedNode[] = [
	{
		...TRIGGER,
		parameters: { events: ['deviceStatusChanged'], options: { statuses: ['ABNORMAL', 'OFFLINE'] } },
	},
	{
		...REVOKE,
		parameters: {
			resource: 'command',
			operation: 'revoke',
			deviceId: { __rl: true, mode: 'id', value: '={{ $json.deviceId }}' },
		},
	},
	{
		name: 'Send Email',
		type: 'n8n-nodes-base.emailSend',
		typeVersion: 2.1,
		parameters: {
			fromEmail: 'n8n@example.com',
			toEmail: 'planner@example.com',
			subject: '=Revoked: {{ $json.method }}',
			emailFormat: 'text',
			text: '=Plan {{ $json.serviceId }} {{ $json.method }} again for device {{ $json.deviceId }}.',
			options: {},
		},
		credentials: { smtp: { id: 'smtp000000000001', name: 'Mail' } },
	},
];

const CHAIN = workflowOf('chain', CHAIN_NODES);

function workflowOf(id: string, nodes: PicturedNode[]): WorkflowToImport {
	const following = nodes.slice(1).map(({ name }) => ({ main: [[{ node: name, type: 'main', index: 0 }]] }));
	return {
		id,
		name: 'Revoke when a device falls silent',
		nodes: nodes.map((node, index) => ({
			id: `${id}-${index}`,
			position: [index * 240, 0],
			parameters: {},
			...node,
		})),
		connections: Object.fromEntries(following.map((connection, index) => [nodes[index]?.name ?? '', connection])),
	};
}

const oneNode = (id: string, node: PicturedNode, parameters: IDataObject) =>
	workflowOf(id, [{ ...node, parameters }]);

/** The open node after its run: its form, and its items as a table. */
async function runNode(
	n8n: Stage['n8n'],
	editor: Stage['editor'],
	id: string,
	parameters: INodeParameters,
): Promise<Shot> {
	const workflow = oneNode(id, REVOKE, parameters as IDataObject);
	await n8n.importWorkflows([workflow]);
	await editor.openNode(workflow.id, REVOKE.name);
	await editor.makeRoomForOutput();
	await editor.executeStep();
	await editor.show('Table');
	const form = editor.at('node-parameters');
	return {
		cut: {
			parts: [
				editor.at('node-execute-button'),
				editor.field('resource'),
				form.getByTestId('collection-parameter-add').last(),
				editor.outputTable(),
			],
			frame: editor.at('ndv'),
		},
		texts: {
			of: 'iotCommandRevoke',
			parameters,
			fields: await editor.shownFields(form),
			columns: await editor.columns(),
		},
	};
}
