/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js beside n8n, never inside it */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject, INodeParameters, INodeType } from 'n8n-workflow';

import { IotCommandRevoke } from '../../nodes/IotCommandRevoke/IotCommandRevoke.node';
import { IotDeviceTrigger } from '../../nodes/IotDeviceTrigger/IotDeviceTrigger.node';
import { IotDevice } from '../../nodes/IotDevice/IotDevice.node';
import { IotDevicePollingTrigger } from '../../nodes/IotDevicePollingTrigger/IotDevicePollingTrigger.node';
import { PROJECT } from '../lab/folders';
import type { N8n, WorkflowToImport } from '../lab/n8n';
import type { Platform } from '../platform/platform';
import type { Cut } from './cut';
import type { Editor } from './editor';
import { SECRET_SHOWN } from './formLines';
import type { PictureTexts } from './pictureTexts';
import { PUMP, PUMP_COMMANDS } from './pump';
import { SERVER, type Stage } from './stage';

/** The pictures of the docs. Each one is a scene: it is played in the editor, and what it shows is taken. */

export interface Shot {
	cut: Cut;
	texts: PictureTexts;
}

const huaweiIotApi = { id: 'huaweiIotApi0001', name: 'Huawei IoT Platform' };

export const SCENES: Record<string, (stage: Stage) => Promise<Shot>> = {
	chain: async ({ n8n, platform, editor }) => {
		await platform.setStatus(PUMP, 'ONLINE');
		platform.queueCommands(PUMP, PUMP_COMMANDS);
		await n8n.importWorkflows([CHAIN]);
		await editor.openWorkflow(CHAIN.id);
		await editor.at('execute-workflow-button').click();
		await untilListening(editor, platform);
		await platform.setStatus(PUMP, 'OFFLINE');
		const nodes = CHAIN_NODES.map(({ name }) => editor.canvasNode(name));
		for (const node of nodes) await node.getByTestId('canvas-node-status-success').waitFor();
		const shown = await Promise.all(
			CHAIN_NODES.slice(0, 2).map(async ({ name }) => await editor.nodeTexts(name)),
		);
		const names = CHAIN_NODES.map(({ name }) => editor.canvasNode(name).getByText(name, { exact: true }));
		const subtitle = editor.canvasNode(REVOKE.name).getByText(shown[1]?.subtitle ?? '');
		// Behind the last node n8n offers the next one.
		const end = nodes.at(-1)?.getByTestId('canvas-handle-plus') ?? subtitle;
		return {
			cut: { parts: [...nodes, ...names, subtitle, end], margin: 32 },
			texts: { nodes: shown, words: await editor.itemCounts(CHAIN_NODES.length - 1) },
		};
	},

	credential: async ({ n8n, editor }) => {
		const workflow = oneNode('credential', REVOKE, {});
		await n8n.importWorkflows([workflow]);
		await editor.openNode(workflow.id, REVOKE.name);
		await editor.at('credential-edit-button').click();
		await editor.field('customTls').waitFor();
		const tested = editor.page.getByText('Connection tested successfully');
		await tested.waitFor();
		const dialog = editor.at('editCredential-modal');
		// As high as the window, where n8n would let people scroll.
		await editor.page.addStyleTag({ content: '.el-dialog { max-height: none !important; }' });
		const last = editor.at('credential-connection-parameter').filter({ has: editor.field('customTls') });
		return {
			cut: { parts: [dialog.locator('.el-dialog__header > div'), last] },
			texts: {
				of: 'huaweiIotApi',
				parameters: {
					server: SERVER,
					appKey: 'city-water-pumps',
					authentication: 'appSecret',
					secret: SECRET_SHOWN,
				},
				fields: await editor.shownFields(dialog),
				words: [(await tested.innerText()).trim()],
			},
		};
	},

	'device-list': async ({ n8n, platform, editor }) => {
		await platform.setStatus(PUMP, 'OFFLINE');
		const parameters = { resource: 'command', operation: 'revoke', deviceId: pump() };
		const workflow = oneNode('deviceList', REVOKE, parameters);
		await n8n.importWorkflows([workflow]);
		await editor.openNode(workflow.id, REVOKE.name);
		const fields = await editor.shownFields(editor.at('node-parameters'));
		await editor.at('rlc-input').click();
		// Not only the chosen one, which n8n knows before the list has come.
		await editor.at('rlc-item').filter({ hasText: 'Pump 8' }).waitFor();
		const words = await editor.at('rlc-item').allInnerTexts();
		const label = editor.at('node-parameters').getByText('Resource').first();
		return {
			cut: { parts: [label, editor.field('deviceId'), editor.at('rlc-item').last()], margin: 10 },
			texts: { of: 'iotCommandRevoke', parameters, fields, words },
		};
	},

	'polling-trigger': async ({ n8n, platform, editor }) => {
		await platform.setStatus(PUMP, 'ABNORMAL');
		const parameters = {
			pollTimes: { item: [{ mode: 'everyX', value: 10, unit: 'minutes' }] },
			statuses: ['ABNORMAL', 'OFFLINE'],
		};
		return await runNode(n8n, editor, POLLING_TRIGGER, parameters);
	},

	result: async ({ n8n, platform, editor }) => {
		await platform.setStatus(PUMP, 'OFFLINE');
		platform.queueCommands(PUMP, PUMP_COMMANDS);
		return await runNode(n8n, editor, REVOKE, {
			resource: 'command',
			operation: 'revoke',
			deviceId: pump(),
			options: { waitForCompletion: true, waitTimeout: 60 },
		});
	},

	'revoke-selected': async ({ n8n, platform, editor }) => {
		await platform.setStatus(PUMP, 'OFFLINE');
		const [first] = platform.queueCommands(PUMP, PUMP_COMMANDS);
		// The device wakes up while the commands are being revoked, and receives one of them.
		platform.set({
			onCall: ({ method }) => {
				if (first && method === 'PUT') first.status = 'DELIVERED';
			},
		});
		const shot = await runNode(n8n, editor, REVOKE, {
			resource: 'command',
			operation: 'revokeSelected',
			deviceId: pump(),
			filters: { method: 'SET_VALVE', serviceId: 'Valve' },
		});
		platform.set({ onCall: () => {} });
		return shot;
	},

	'send-form': async ({ n8n, platform, editor }) => {
		await platform.setStatus(PUMP, 'OFFLINE');
		return await runNode(n8n, editor, DEVICE, {
			resource: 'command',
			operation: 'send',
			deviceId: pump(),
			serviceId: { __rl: true, mode: 'list', value: 'Pump', cachedResultName: 'Pump' },
			method: { __rl: true, mode: 'list', value: 'SET_SPEED', cachedResultName: 'SET_SPEED' },
			paras: { mappingMode: 'defineBelow', value: PARAS },
		});
	},

	trigger: async ({ n8n, platform, editor }) => {
		await platform.setStatus(PUMP, 'ONLINE');
		const parameters = { events: ['deviceStatusChanged'], options: { statuses: ['ABNORMAL', 'OFFLINE'] } };
		return await runNode(n8n, editor, TRIGGER, parameters, async () => {
			await untilListening(editor, platform);
			await platform.setStatus(PUMP, 'OFFLINE');
		});
	},
};

/** Until the trigger under test has subscribed. */
async function untilListening(editor: Editor, platform: Platform): Promise<void> {
	while (platform.subscriptions().length === 0) await editor.page.waitForTimeout(100);
}

const PARAS = { mode: 'manual', speed: 1450 };

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
const DEVICE = ofPackage(new IotDevice());
const POLLING_TRIGGER = ofPackage(new IotDevicePollingTrigger());
const TRIGGER = { ...ofPackage(new IotDeviceTrigger()), webhookId: '6f1f2c56-8c0e-4d1c-9a35-0f4a6d6d7a01' };

function ofPackage({ description: { defaults, name, version } }: INodeType): PicturedNode {
	return {
		name: String(defaults.name),
		type: `n8n-nodes-huawei-iot.${name}`,
		typeVersion: Math.max(...[version].flat()),
		credentials: { huaweiIotApi },
	};
}

/** The example in the picture of the chain, which has a node of the user's own after it. */
const EXAMPLE = JSON.parse(
	readFileSync(join(PROJECT, 'examples/revoke-when-device-falls-silent.json'), 'utf8'),
) as { nodes: PicturedNode[] };

const CHAIN_NODES: PicturedNode[] = [
	...EXAMPLE.nodes.filter(({ type }) => type !== 'n8n-nodes-base.stickyNote'),
	{
		name: 'Send Email',
		type: 'n8n-nodes-base.emailSend',
		typeVersion: 2.1,
		parameters: {
			fromEmail: 'n8n@example.com',
			toEmail: 'planner@example.com',
			subject: 'A device fell silent',
			emailFormat: 'text',
			text: '={{ $json.message }}',
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
			parameters: {},
			...node,
			position: [index * 240, 0],
		})),
		connections: Object.fromEntries(
			following.map((connection, index) => [nodes[index]?.name ?? '', connection]),
		),
	};
}

const oneNode = (id: string, node: PicturedNode, parameters: IDataObject) =>
	workflowOf(id, [{ ...node, parameters }]);

/** The open node after its run: its form, and its items as a table. */
async function runNode(
	n8n: N8n,
	editor: Editor,
	node: PicturedNode,
	parameters: INodeParameters,
	meanwhile = async () => {},
): Promise<Shot> {
	const workflow = oneNode('picture', node, parameters as IDataObject);
	await n8n.importWorkflows([workflow]);
	await editor.openNode(workflow.id, node.name);
	await editor.makeRoomForOutput();
	await Promise.all([editor.executeStep(), meanwhile()]);
	await editor.show('Table');
	const form = editor.at('node-parameters');
	return {
		cut: {
			parts: [
				editor.at('node-execute-button'),
				form.getByTestId('input-label').first(),
				form.getByTestId('collection-parameter-add').last(),
				editor.outputTable(),
			],
			frame: editor.at('ndv'),
			margin: 10,
		},
		texts: {
			of: node.type.split('.')[1],
			parameters,
			fields: await editor.shownFields(form),
			notices: await editor.notices(),
			columns: await editor.columns(),
		},
	};
}
