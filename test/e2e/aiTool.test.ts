import type { IDataObject } from 'n8n-workflow';

import { createN8n, type N8n, type WorkflowToImport } from '../lab/n8n';
import { startPlatform, type Platform } from '../platform/platform';
import { ChatModel } from './chatModel';
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
	model = await ChatModel.start({ Device: 'device-1' });
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

it('lists what is queued, and says that this changes nothing', async () => {
	const [command] = platform.queueCommands('device-1', 1);
	await ask('list', { resource: 'command', operation: 'getAll' });
	expect(model.offered[0]?.description).toContain('without changing anything');
	expect(model.answers.join()).toContain(command?.commandId);
	expect(platform.commands()[0]?.status).toBe('PENDING');
});

it('revokes, and says that this can not be undone', async () => {
	const [command] = platform.queueCommands('device-1', 1);
	await ask('revoke', { resource: 'command', operation: 'revoke' });
	expect(model.offered[0]?.description).toContain('Irreversibly revoke');
	expect(model.answers.join()).toContain(command?.commandId);
	expect(platform.commands()[0]?.status).toBe('CANCELED');
});
