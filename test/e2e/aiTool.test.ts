import type { IDataObject } from 'n8n-workflow';

import type { WorkflowToImport } from '../lab/n8n';
import { callOnce, ChatModel } from './chatModel';
import { OPERATIONS } from './operations';
import { useN8n, usePlatform } from './useN8n';
import { CREDENTIAL_ID } from './workflows';

/** The nodes as tools of an AI agent, in a real n8n with n8n's own agent and tool wrapper. */

const TOOL = 'The Tool';

const named = (value: string) => ({ __rl: true, mode: 'name', value });
const SET_VALVE = { serviceId: named('Valve'), method: named('SET_VALVE'), specifyParas: 'json' };

const n8n = useN8n();
const platform = usePlatform(n8n);
let model: ChatModel;

beforeEach(async () => {
	model = await ChatModel.start(callOnce({ Device: 'device-1' }));
	await n8n.importCredentials([
		{ id: 'chatModel0000001', name: 'Model', type: 'openAiApi', data: { apiKey: 'none', url: model.url } },
	]);
});

afterEach(async () => await model.close());

function agentWorkflow(
	id: string,
	type: string,
	parameters: IDataObject,
): WorkflowToImport & { settings: object } {
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
			node(TOOL, type, 1, {
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

interface Use {
	node: string;
	resource: string;
	operation: string;
	parameters?: IDataObject;
}

async function use({ node, resource, operation, parameters = {} }: Use): Promise<void> {
	const id = [node, resource, operation].join('-');
	const chosen = { resource, operation, ...parameters };
	await n8n.importWorkflows([agentWorkflow(id, `n8n-nodes-huawei-iot.${node}Tool`, chosen)]);
	const { run } = await n8n.runManually(id);
	expect(run?.errorMessage()).toBeUndefined();
	expect(String(run?.items('Agent')[0]?.output)).toContain('Done: ');
}

/** What an operation needs beside the device. */
const PARAMETERS: Record<string, IDataObject> = {
	revokeSelected: { filters: { method: 'SET_VALVE' } },
	get: { taskId: 'a-task' },
	send: { ...SET_VALVE, parasJson: '{ "value": 50 }' },
};

const IRREVERSIBLE = ['revoke', 'revokeSelected', 'send'];

it.each(OPERATIONS)(
	'tells the model what $node $resource $operation does, and whether it can be undone',
	async ({ node, resource, operation, action }) => {
		// The call succeeds: n8n 2.20 stops at a tool that does not.
		await platform.addDevice('device-1');
		platform.queueCommands('device-1', 1);
		platform.failNext({
			kind: 'reply',
			status: 200,
			body: { pagination: { pageSize: 1000 }, data: [{ taskId: 'a-task' }] },
			match: { method: 'GET', path: 'deviceCommandCancelTasks' },
		});
		await use({ node, resource, operation, parameters: PARAMETERS[operation] });
		const description = model.offered[0]?.description ?? '';
		// n8n writes the action into a sentence of its own.
		expect(description.toLowerCase()).toContain(action.toLowerCase());
		expect(/irreversibl|undone/i.test(description)).toBe(IRREVERSIBLE.includes(operation));
	},
);

it('lists what is queued, and changes nothing', async () => {
	const [command] = platform.queueCommands('device-1', 1);
	await use({ node: 'iotCommandRevoke', resource: 'command', operation: 'getAll' });
	expect(model.answers.join()).toContain(command?.commandId);
	expect(platform.commands()[0]?.status).toBe('PENDING');
});

it('revokes all that is pending', async () => {
	const [command] = platform.queueCommands('device-1', 1);
	await use({ node: 'iotCommandRevoke', resource: 'command', operation: 'revoke' });
	expect(model.answers.join()).toContain(command?.commandId);
	expect(platform.commands()[0]?.status).toBe('CANCELED');
});

it('revokes what the filters in the node choose', async () => {
	platform.queueCommands('device-1', [{ method: 'SET_VALVE' }, { method: 'UPDATE' }]);
	const parameters = PARAMETERS.revokeSelected;
	await use({ node: 'iotCommandRevoke', resource: 'command', operation: 'revokeSelected', parameters });
	const [valve, update] = platform.commands();
	expect(model.answers.join()).toContain(valve?.commandId);
	expect(model.answers.join()).not.toContain(update?.commandId);
	expect([valve?.status, update?.status]).toEqual(['CANCELED', 'PENDING']);
});

it('sends the values that the model gives, once', async () => {
	await platform.addDevice('device-1');
	const parasJson = "={{ { value: $fromAI('Position', 'How far the valve opens', 'number') } }}";
	const parameters = { ...SET_VALVE, parasJson };
	model.decide = callOnce({ Device: 'device-1', Position: 75 });
	await use({ node: 'iotDevice', resource: 'command', operation: 'send', parameters });
	expect(platform.commands().map(({ deviceId, command }) => ({ deviceId, ...command }))).toEqual([
		{ deviceId: 'device-1', serviceId: 'Valve', method: 'SET_VALVE', paras: { value: 75 } },
	]);
});
