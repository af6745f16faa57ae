/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js beside n8n, never inside it */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { PROJECT } from '../lab/folders';
import { createN8n, type N8n, type WorkflowToImport } from '../lab/n8n';
import { startPlatform, type Platform } from '../platform/platform';
import { ChatModel } from './chatModel';
import { finished } from './triggers';
import { credential } from './workflows';

/** The examples that start with a form, a chat message or a report of the platform, in a real n8n. */

interface ExampleNode {
	name: string;
	webhookId?: string;
}

let n8n: N8n;
let platform: Platform;
let model: ChatModel;

beforeAll(async () => {
	n8n = await createN8n();
	platform = await startPlatform();
	model = await ChatModel.start({ Device: 'demo-device-1' });
	await n8n.importCredentials([
		{ ...credential(platform), id: 'huaweiIotApi0001' },
		{ id: 'openAiApi0000001', name: 'OpenAI', type: 'openAiApi', data: { apiKey: 'none', url: model.url } },
	]);
	await n8n.start();
});

afterAll(async () => {
	await n8n.remove();
	await model.close();
	await platform.close();
});

const stillQueued = () => platform.commands().filter(({ status }) => status === 'PENDING');

/** Imports an example and publishes it. */
async function publish(file: string): Promise<WorkflowToImport & { nodes: ExampleNode[] }> {
	const workflow = JSON.parse(readFileSync(join(PROJECT, 'examples', file), 'utf8')) as WorkflowToImport & {
		nodes: ExampleNode[];
	};
	await n8n.importWorkflows([workflow]);
	await n8n.activate(workflow.id);
	return workflow;
}

const webhookIdOf = ({ nodes }: { nodes: ExampleNode[] }, name: string) =>
	nodes.find((node) => node.name === name)?.webhookId ?? '';

/** Sends a page of a form as a browser does; the fields are numbered. */
async function submit(url: string, value: string): Promise<{ formWaitingUrl?: string }> {
	const body = new FormData();
	body.set('field-0', value);
	const answer = await fetch(url, { method: 'POST', body });
	expect(answer.status).toBe(200);
	return (await answer.json().catch(() => ({}))) as { formWaitingUrl?: string };
}

describe('approve-before-revoking.json', () => {
	it.each([
		['Yes', 0],
		['No', 2],
	])('after %s leaves %i commands queued', async (answer, left) => {
		const workflow = await publish('approve-before-revoking.json');
		platform.queueCommands('demo-device-1', 2 - stillQueued().length);
		const form = `${n8n.url}/form/${webhookIdOf(workflow, 'Which Device')}`;
		const { formWaitingUrl } = await submit(form, 'demo-device-1');
		expect(formWaitingUrl).toBeDefined();
		const page = await untilShown(formWaitingUrl ?? '', 'Revoke 2 commands?');
		expect(page).toContain('SET_VALVE');
		// What is queued after the person has seen the list is not theirs to revoke.
		expect(stillQueued()).toHaveLength(2);
		await submit(formWaitingUrl ?? '', answer);
		for (let tries = 0; tries < 100 && stillQueued().length !== left; tries += 1) await sleep(100);
		expect(stillQueued()).toHaveLength(left);
		await n8n.deactivate(workflow.id);
	});
});

async function untilShown(url: string, text: string): Promise<string> {
	for (let tries = 0; tries < 100; tries += 1) {
		const page = await (await fetch(url)).text();
		if (page.includes(text)) return page;
		await sleep(100);
	}
	throw new Error(`${url} does not show '${text}'`);
}

describe('ask-before-revoking-with-an-agent.json', () => {
	it('offers the agent a tool that lists and one that revokes, and the agent lists first', async () => {
		const workflow = await publish('ask-before-revoking-with-an-agent.json');
		const [command] = platform.queueCommands('demo-device-1', 1);
		const chat = `${n8n.url}/webhook/${webhookIdOf(workflow, 'Chat')}/chat`;
		// The chat is not public in the example: the owner's own session asks.
		const answer = await n8n.rest('POST', new URL(chat).pathname, {
			action: 'sendMessage',
			sessionId: 'session-1',
			chatInput: 'What is queued for demo-device-1?',
		});
		expect([answer.status, model.offered.length]).not.toEqual([200, 0]);
		if (answer.status === 200) expect(model.answers.join()).toContain(command?.commandId);
		expect(stillQueued().map(({ commandId }) => commandId)).toContain(command?.commandId);
		await n8n.deactivate(workflow.id);
	});
});

describe('send-again-when-device-is-back.json', () => {
	it('takes back what is queued, and sends it once when the device is online', async () => {
		const workflow = await publish('send-again-when-device-is-back.json');
		const created = await n8n.rest('GET', '/rest/projects/personal');
		const { data: project } = created.body as { data: { id: string } };
		await n8n.rest('POST', `/rest/projects/${project.id}/data-tables`, {
			name: 'commands_to_send_again',
			columns: ['deviceId', 'serviceId', 'method', 'paras'].map((name) => ({ name, type: 'string' })),
		});
		const before = platform.commands('device-1').length;
		platform.queueCommands('device-1', [{ serviceId: 'Valve', method: 'SET_VALVE', paras: { value: 7 } }]);
		await platform.setStatus('device-1', 'OFFLINE');
		await finished(n8n, workflow.id, 1);
		expect(platform.commands('device-1').at(-1)?.status).toBe('CANCELED');

		await platform.setStatus('device-1', 'ONLINE');
		await finished(n8n, workflow.id, 2);
		const commands = platform.commands('device-1').slice(before);
		expect(commands.map(({ command }) => [command.serviceId, command.method, command.paras])).toEqual([
			['Valve', 'SET_VALVE', { value: 7 }],
			['Valve', 'SET_VALVE', { value: 7 }],
		]);
		// A second report of the same state sends nothing: the command is off the list.
		await platform.setStatus('device-1', 'ONLINE');
		expect(platform.commands('device-1').slice(before)).toHaveLength(2);
		await n8n.deactivate(workflow.id);
	});
});
