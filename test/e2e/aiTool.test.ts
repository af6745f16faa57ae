import type { IDataObject } from 'n8n-workflow';

import { createN8n, type N8n, type WorkflowToImport } from '../lab/n8n';
import { startPlatform, type Platform } from '../platform/platform';
import { callOnce, ChatModel } from './chatModel';
import { actionOf, operations } from './operations';
import { credential, CREDENTIAL_ID } from './workflows';

/** The node as the tool of an AI agent, in a real n8n with n8n's own agent and tool wrapper. */

const TOOL = 'IoT Command Revoke';

let n8n: N8n;
let platform: Platform;
let model: ChatModel;

beforeAll(async () => {
	n8n = await createN8n();
});

afterAll(async () => await n8n.remove());

beforeEach(async () => {
	platform = await startPlatform();
	model = await ChatModel.start(callOnce({ Device: 'device-1' }));
	await n8n.importCredentials([
		credential(platform),
		{ id: 'chatModel0000001', name: 'Model', type: 'openAiApi', data: { apiKey: 'none', url: model.url } },
	]);
});

afterEach(async () => {
	await model.close();
	await platform.close();
});

function agentWorkflow(id: string, parameters: IDataObject): WorkflowToImport & { settings: object } {
	const node = (name: string, type: string, typeVersion: number, more: object) => ({
		id: name,
		name,
		type,
		typeVersion,
		position: [0, 0],
		...more,
	});
	return {
		id,
		name: id,
		nodes: [
			node('Run', 'n8n-nodes-base.manualTrigger', 1, { parameters: {} }),
			node('Agent', '@n8n/n8n-nodes-langchain.agent', 3.1, {
				parameters: { promptType: 'define', text: 'Look after device-1', options: {} },
			}),
			node('Model', '@n8n/n8n-nodes-langchain.lmChatOpenAi', 1.2, {
				parameters: { model: { __rl: true, mode: 'id', value: 'test' }, options: {} },
				credentials: { openAiApi: { id: 'chatModel0000001', name: 'Model' } },
			}),
			node(TOOL, 'n8n-nodes-huawei-iot.iotCommandRevokeTool', 1, {
				parameters: {
					deviceId: {
						__rl: true,
						mode: 'id',
						value: "={{ $fromAI('Device', 'The ID of the device', 'string') }}",
					},
					...parameters,
				},
				credentials: { huaweiIotApi: { id: CREDENTIAL_ID, name: 'Platform' } },
			}),
		],
		connections: {
			Run: { main: [[{ node: 'Agent', type: 'main', index: 0 }]] },
			Model: { ai_languageModel: [[{ node: 'Agent', type: 'ai_languageModel', index: 0 }]] },
			[TOOL]: { ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] },
		},
		// In the older order the agent goes on before its tool has run.
		settings: { executionOrder: 'v1' },
	};
}

async function ask(id: string, parameters: IDataObject): Promise<void> {
	await n8n.importWorkflows([agentWorkflow(id, parameters)]);
	const { run, stdout } = await n8n.execute(id);
	expect(run?.errorMessage()).toBeUndefined();
	expect(stdout).toContain('Done: ');
}

const REVOKING = ['command.revoke', 'command.revokeSelected'];

async function use(operation: string, parameters: IDataObject = {}): Promise<void> {
	const [resource, chosen] = operation.split('.');
	await ask(operation.replace('.', '-'), { resource, operation: chosen, ...parameters });
}

it.each(operations())('tells the model what %s does, and whether it can be undone', async (operation) => {
	// The call succeeds: n8n 2.20 stops at a tool that does not.
	platform.queueCommands('device-1', 1);
	platform.failNext({
		kind: 'reply',
		status: 200,
		body: { pagination: { pageSize: 1000 }, data: [{ taskId: 'a-task' }] },
		match: { method: 'GET', path: 'deviceCommandCancelTasks' },
	});
	const filters = operation === 'command.revokeSelected' ? { method: 'SET_VALVE' } : {};
	await use(operation, { taskId: 'a-task', filters });
	const description = model.offered[0]?.description ?? '';
	// n8n writes the action into a sentence of its own.
	expect(description.toLowerCase()).toContain(actionOf(operation).toLowerCase());
	expect(/irreversibl|undone/i.test(description)).toBe(REVOKING.includes(operation));
});

it('lists what is queued, and changes nothing', async () => {
	const [command] = platform.queueCommands('device-1', 1);
	await use('command.getAll');
	expect(model.answers.join()).toContain(command?.commandId);
	expect(platform.commands()[0]?.status).toBe('PENDING');
});

it('revokes all that is pending', async () => {
	const [command] = platform.queueCommands('device-1', 1);
	await use('command.revoke');
	expect(model.answers.join()).toContain(command?.commandId);
	expect(platform.commands()[0]?.status).toBe('CANCELED');
});

it('revokes what the filters in the node choose', async () => {
	platform.queueCommands('device-1', [{ method: 'SET_VALVE' }, { method: 'UPDATE' }]);
	await use('command.revokeSelected', { filters: { method: 'SET_VALVE' } });
	const [valve, update] = platform.commands();
	expect(model.answers.join()).toContain(valve?.commandId);
	expect(model.answers.join()).not.toContain(update?.commandId);
	expect([valve?.status, update?.status]).toEqual(['CANCELED', 'PENDING']);
});
