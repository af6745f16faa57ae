/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js beside n8n, never inside it */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IDataObject } from 'n8n-workflow';

import { PROJECT } from '../lab/folders';
import { createN8n, type N8n, type WorkflowToImport } from '../lab/n8n';
import { startPlatform, type Platform } from '../platform/platform';
import { ChatModel, type ChatMessage, type ToolCall } from './chatModel';
import { ended, executions, finished } from './triggers';
import { credential } from './workflows';

/** The examples that start with a form, a chat message or a report of the platform, in a real n8n. */

const FORM = 'approve-before-revoking.json';
const AGENT = 'ask-before-revoking-with-an-agent.json';
const LIST = 'List_Queued_Commands';
const REVOKE = 'Revoke_Selected_Commands';

interface ExampleNode {
	name: string;
	webhookId?: string;
	parameters: IDataObject;
}
type ExampleWorkflow = Omit<WorkflowToImport, 'nodes'> & { nodes: ExampleNode[] };

let n8n: N8n;
let platform: Platform;
let model: ChatModel;

beforeAll(async () => {
	n8n = await createN8n();
	platform = await startPlatform();
	model = await ChatModel.start(decide);
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

const idsQueued = () =>
	platform
		.commands('demo-device-1')
		.filter(({ status }) => status === 'PENDING')
		.map(({ commandId }) => commandId);

function readExample(file: string): ExampleWorkflow {
	return JSON.parse(readFileSync(join(PROJECT, 'examples', file), 'utf8')) as ExampleWorkflow;
}

function nodeOf({ nodes }: ExampleWorkflow, name: string): ExampleNode {
	const found = nodes.find((node) => node.name === name);
	if (!found) throw new Error(`There is no node ${name}`);
	return found;
}

async function publish(workflow: ExampleWorkflow): Promise<void> {
	await n8n.importWorkflows([workflow]);
	await n8n.activate(workflow.id);
}

/** Sends a page of a form as a browser does, which numbers the fields. @returns the address of the next page, if any */
async function submit(url: string, value: string): Promise<string> {
	const body = new FormData();
	body.set('field-0', value);
	const answer = await fetch(url, { method: 'POST', body });
	expect(answer.status).toBe(200);
	const text = await answer.text();
	return text === '' ? '' : (JSON.parse(text) as { formWaitingUrl: string }).formWaitingUrl;
}

/** The next page, once it is there. The browser asks in the same way; a page that is asked for before hangs. */
async function nextPage(url: string): Promise<string> {
	const status = new URL(url);
	status.pathname += '/n8n-execution-status';
	for (let tries = 0; tries < 100; tries += 1) {
		if ((await (await fetch(status)).text()) === 'form-waiting') return await (await fetch(url)).text();
		await sleep(100);
	}
	throw new Error(`${url} shows no page`);
}

/** The text of a page as a person sees it, without comments and tags. */
function textOf(page: string): string {
	const [, body = ''] = /<body[^>]*>(.*)<\/body>/s.exec(page) ?? [];
	return body
		.replaceAll(/<script.*?<\/script>|<!--.*?-->|<[^>]*>/gs, ' ')
		.replaceAll('&lt;', '<')
		.replaceAll('&gt;', '>')
		.replaceAll('&quot;', '"')
		.replaceAll('&#x27;', "'")
		.replaceAll('&amp;', '&');
}

/** The text of the last page. Its script sends a POST once the page is shown, and only then does n8n end the execution. */
async function lastPage(url: string): Promise<string> {
	const text = textOf(await nextPage(url));
	await fetch(url, { method: 'POST' });
	return text;
}

describe(FORM, () => {
	const workflow = readExample(FORM);
	const form = () => `${n8n.url}/form/${nodeOf(workflow, 'Which Device').webhookId}`;

	beforeAll(async () => await publish(workflow));
	afterAll(async () => await n8n.deactivate(workflow.id));

	it.each([
		['Yes', 0],
		['No', 2],
	])(
		'after %s leaves %i of two shown commands, and what was queued in the meantime',
		async (answer, left) => {
			const run = (await executions(n8n, workflow.id)).length + 1;
			const shown = platform.queueCommands('demo-device-1', 2).map(({ commandId }) => commandId);
			const second = await submit(form(), 'demo-device-1');
			const page = await nextPage(second);
			expect(page).toContain(`Revoke ${idsQueued().length} commands of demo-device-1?`);
			expect(page).toContain('SET_VALVE');
			const later = platform.queueCommands('demo-device-1', 1).map(({ commandId }) => commandId);
			expect(idsQueued()).toEqual(expect.arrayContaining(shown));
			await submit(second, answer);
			expect(await lastPage(second)).toMatch(
				answer === 'Yes' ? /SET_VALVE .*: revoked/ : /Nothing was revoked/,
			);
			await finished(n8n, workflow.id, run);
			expect(shown.filter((commandId) => idsQueued().includes(commandId))).toHaveLength(left);
			expect(idsQueued()).toEqual(expect.arrayContaining(later));
		},
	);

	it('shows every command, whatever its parameters hold', async () => {
		const valve = (value: string) => ({ serviceId: 'Valve', method: 'SET_VALVE', paras: { value } });
		const values = ['a <!-- b', '<script>', '<b>&lt;</b> & c', 'C:\\new', 'two\nlines', 'the last'];
		platform.queueCommands('demo-device-2', values.map(valve));
		const second = await submit(form(), 'demo-device-2');
		const shown = textOf(await nextPage(second));
		for (const value of values) expect(shown).toContain(JSON.stringify({ value }));
		await submit(second, 'Yes');
		const said = await lastPage(second);
		for (const value of values) expect(said).toContain(`${JSON.stringify({ value })}: revoked`);
	});

	it('says when nothing is queued, when the commands are gone, and what failed', async () => {
		platform.queueCommands('demo-device-3', 0);
		expect(await lastPage(await submit(form(), 'demo-device-3'))).toMatch(
			/There is nothing to revoke for demo-device-3/,
		);

		const [first] = platform.queueCommands('demo-device-3', 3);
		const second = await submit(form(), 'demo-device-3');
		await nextPage(second);
		if (first) first.status = 'DELIVERED';
		await submit(second, 'Yes');
		const said = await lastPage(second);
		expect(said).toMatch(/"value":0}: not revoked: no longer queued/);
		expect(said).toMatch(/"value":1}: revoked.*"value":2}: revoked/s);

		expect(await lastPage(await submit(form(), 'pump 4711'))).toMatch(/Nothing was revoked.*pump 4711/s);
	});
});

/** A model that does as the example's system message says: it lists, asks, and revokes after a yes. */
function decide(messages: ChatMessage[]): ToolCall | undefined {
	if (messages.at(-1)?.role === 'tool') return undefined;
	const hasAgreed = messages.at(-1)?.content === 'Yes, revoke them';
	if (!hasAgreed) return { name: LIST, arguments: { Device: 'demo-device-1' } };
	// It knows the IDs from its memory of what it has said before.
	const said = messages.filter(({ role }) => role === 'assistant').map(({ content }) => content);
	const [, listed = ''] = /Done: (.*)/s.exec(said.join('')) ?? [];
	const ids = [...listed.matchAll(/"commandId": ?"([^"]+)"/g)].map(([, commandId]) => commandId);
	return { name: REVOKE, arguments: { Device: 'demo-device-1', Command_IDs: ids.join(',') } };
}

describe(AGENT, () => {
	const workflow = readExample(AGENT);
	// Only the owner can chat in the editor, and only there, unless the chat is public.
	nodeOf(workflow, 'Chat').parameters.public = true;

	beforeAll(async () => await publish(workflow));
	afterAll(async () => await n8n.deactivate(workflow.id));

	async function say(chatInput: string): Promise<string> {
		const answer = await fetch(`${n8n.url}/webhook/${nodeOf(workflow, 'Chat').webhookId}/chat`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ action: 'sendMessage', sessionId: 'session-1', chatInput }),
		});
		const text = await answer.text();
		expect([answer.status, text]).toEqual([200, expect.stringContaining('Done: ')]);
		return text;
	}

	it('is offered both tools, and the order to ask first', async () => {
		await say('What is queued for demo-device-1?');
		expect(model.offered.map(({ name }) => name).sort()).toEqual([LIST, REVOKE]);
		const revoke = model.offered.find(({ name }) => name === REVOKE);
		expect(revoke?.description).toMatch(/irreversibl/i);
		const [system] = model.messages;
		expect(system).toMatchObject({
			role: 'system',
			content: expect.stringMatching(/Ask whether .* wait for the answer/),
		});
	});

	it('lists and revokes nothing before the user has agreed, then what was listed', async () => {
		const listed = idsQueued().concat(
			platform.queueCommands('demo-device-1', 1).map(({ commandId }) => commandId),
		);
		const answer = await say('What is queued for demo-device-1?');
		for (const commandId of listed) expect(answer).toContain(commandId);
		expect(model.calls.map(({ name }) => name)).not.toContain(REVOKE);
		expect(idsQueued()).toEqual(listed);

		const later = platform.queueCommands('demo-device-1', 1).map(({ commandId }) => commandId);
		await say('Yes, revoke them');
		expect(model.calls.at(-1)?.name).toBe(REVOKE);
		expect(idsQueued()).toEqual(later);
	});

	it('learns when nothing is queued, and when what it listed is gone', async () => {
		for (const command of platform.commands('demo-device-1')) command.status = 'DELIVERED';
		const [command] = platform.queueCommands('demo-device-1', 1);
		await say('What is queued for demo-device-1?');
		if (command) command.status = 'DELIVERED';
		expect(await say('Yes, revoke them')).toMatch(/totalCount/);
		expect(await say('What is queued for demo-device-1?')).toMatch(/totalCount/);
	});
});

describe('send-again-when-device-is-back.json', () => {
	const workflow = readExample('send-again-when-device-is-back.json');

	/** The platform reports a status of a device, and the workflow deals with it. */
	const report = async (deviceId: string, status: 'OFFLINE' | 'ONLINE') => {
		const before = (await executions(n8n, workflow.id)).length;
		await platform.setStatus(deviceId, status);
		const [newest] = await ended(n8n, workflow.id, before + 1);
		return { status: newest?.status, run: await n8n.executionData(newest?.id ?? '') };
	};
	const valve = (value: number) => ({ serviceId: 'Valve', method: 'SET_VALVE', paras: { value } });
	const sentTo = (deviceId: string) =>
		platform.commands(deviceId).map(({ command, status }) => [command.paras, status]);

	beforeAll(async () => await publish(workflow));

	afterAll(async () => await n8n.deactivate(workflow.id));

	it('revokes what is queued, and sends it once when the device is online', async () => {
		platform.queueCommands('pump-1', [valve(7)]);
		await report('pump-1', 'OFFLINE');
		expect(sentTo('pump-1')).toEqual([[{ value: 7 }, 'CANCELED']]);

		await report('pump-1', 'ONLINE');
		const both = [
			[{ value: 7 }, 'CANCELED'],
			[{ value: 7 }, 'PENDING'],
		];
		expect(sentTo('pump-1')).toEqual(both);
		// The command is off the list.
		await report('pump-1', 'ONLINE');
		expect(sentTo('pump-1')).toEqual(both);
	});

	it('shows what could not be sent, and does not try again', async () => {
		platform.queueCommands('pump-8', [valve(1)]);
		await report('pump-8', 'OFFLINE');
		const body = { error_code: '100418', error_desc: 'The device does not exist.' };
		const match = { method: 'POST', path: /deviceCommands$/ };
		platform.failNext({ kind: 'reply', times: Infinity, status: 404, body, match });
		const { run } = await report('pump-8', 'ONLINE');
		platform.clearFaults();
		expect(run.items('Needs a Look')).toMatchObject([
			{ ...valve(1), error: expect.stringContaining('100418') },
		]);
		await report('pump-8', 'ONLINE');
		expect(sentTo('pump-8')).toEqual([[{ value: 1 }, 'CANCELED']]);
	});

	it('shows that a revocation failed', async () => {
		platform.set({ taskOutcome: 'FAILED' });
		platform.queueCommands('pump-9', [valve(1)]);
		const { run } = await report('pump-9', 'OFFLINE');
		platform.set({ taskOutcome: undefined });
		expect(run.items('Needs a Look')).toMatchObject([{ error: expect.stringContaining('FAILED') }]);
	});

	it('sends nothing again that was delivered during the revocation', async () => {
		platform.set({ taskOutcome: 'PART_SUCCESS' });
		platform.queueCommands('pump-2', [valve(1), valve(2)]);
		const { run } = await report('pump-2', 'OFFLINE');
		platform.set({ taskOutcome: undefined });
		expect(run.items('Needs a Look')).toMatchObject([{ ...valve(2), status: 'SENT' }]);
		const before = sentTo('pump-2');
		expect(before).toEqual([
			[{ value: 1 }, 'CANCELED'],
			[{ value: 2 }, 'SENT'],
		]);
		await report('pump-2', 'ONLINE');
		expect(sentTo('pump-2')).toEqual([...before, [{ value: 1 }, 'PENDING']]);
	});

	/** Writes into the table as another run of the workflow would. */
	const insertRows = async (data: object[]) => {
		const { body } = await n8n.rest('GET', '/rest/data-tables-global');
		const [table] = (body as { data: { data: Array<{ id: string; project: { id: string } }> } }).data.data;
		const path = `/rest/projects/${table?.project.id}/data-tables/${table?.id}/insert`;
		const { status } = await n8n.rest('POST', path, { data, returnType: 'count' });
		expect(status).toBe(200);
	};

	const values = [1, 2, 3, 4, 5];
	const revoked = values.map((value) => [{ value }, 'CANCELED']);
	const queuedAgain = values.map((value) => [{ value }, 'PENDING']);

	it('sends each command once and in order, however many reports come at once', async () => {
		platform.queueCommands('pump-3', values.map(valve));
		await report('pump-3', 'OFFLINE');
		const before = (await executions(n8n, workflow.id)).length;
		await Promise.all([1, 2, 3].map(async () => await platform.setStatus('pump-3', 'ONLINE')));
		await ended(n8n, workflow.id, before + 3);
		expect(sentTo('pump-3')).toEqual([...revoked, ...queuedAgain]);
	});

	it('sends a command once that two runs kept, and the oldest first', async () => {
		const row = (deviceId: string, commands: object[]) => ({
			deviceId,
			state: 'waiting',
			commands: JSON.stringify(commands),
		});
		const kept = values.map((value) => ({
			commandId: `kept-${value}`,
			...valve(value),
			creationTime: `2026-11-26T10:00:0${value}.000Z`,
		}));
		platform.queueCommands('pump-7', 0);
		await insertRows([row('pump-7', kept.slice(2).reverse()), row('pump-7', kept)]);
		await report('pump-7', 'ONLINE');
		expect(sentTo('pump-7')).toEqual(queuedAgain);
	});

	it('sends a command once that two revocations list, one of them after it was sent', async () => {
		platform.set({ taskDurationMs: 4000, secondTask: 'shared' });
		platform.queueCommands('pump-10', values.map(valve));
		const before = (await executions(n8n, workflow.id)).length;
		await platform.setStatus('pump-10', 'ABNORMAL');
		await sleep(2500);
		await platform.setStatus('pump-10', 'OFFLINE');
		await sleep(500);
		await platform.setStatus('pump-10', 'ONLINE');
		await ended(n8n, workflow.id, before + 3);
		platform.set({ taskDurationMs: undefined, secondTask: undefined });
		expect(sentTo('pump-10')).toEqual([...revoked, ...queuedAgain]);
	});

	it('sends what it kept while the device was coming back', async () => {
		platform.set({ taskDurationMs: 4000 });
		platform.queueCommands('pump-4', values.map(valve));
		const before = (await executions(n8n, workflow.id)).length;
		await platform.setStatus('pump-4', 'OFFLINE');
		await sleep(1500);
		await platform.setStatus('pump-4', 'ONLINE');
		await ended(n8n, workflow.id, before + 2);
		platform.set({ taskDurationMs: undefined });
		expect(sentTo('pump-4')).toEqual([...revoked, ...queuedAgain]);
	});

	it("keeps what it took off the list in the execution's data when n8n is killed", async () => {
		platform.queueCommands('pump-5', values.map(valve));
		await report('pump-5', 'OFFLINE');
		const before = (await executions(n8n, workflow.id)).length;
		platform.failNext({ kind: 'hang', times: Infinity, match: { method: 'GET', path: /deviceCommands$/ } });
		const calls = platform.requests.length;
		await platform.setStatus('pump-5', 'ONLINE');
		const isSending = () => platform.requests.slice(calls).some(({ fault }) => fault?.startsWith('hang'));
		for (let tries = 0; tries < 100 && !isSending(); tries += 1) await sleep(100);
		expect(isSending()).toBe(true);
		await n8n.crash();
		platform.clearFaults();
		await n8n.start();
		const [newest] = await ended(n8n, workflow.id, before + 1);
		expect(newest?.status).toBe('crashed');
		expect(sentTo('pump-5')).toEqual(revoked);
		const [row] = (await n8n.executionData(newest?.id ?? '')).items('Take Off the List');
		expect(JSON.parse(String(row?.commands))).toMatchObject(values.map(valve));
	});

	it("fails when it can't keep the commands, and its data has them", async () => {
		await n8n.stop();
		await n8n.start({ N8N_DATA_TABLES_MAX_SIZE_BYTES: '1' });
		platform.queueCommands('pump-6', values.map(valve));
		const { status, run } = await report('pump-6', 'OFFLINE');
		expect([status, run.errorMessage()]).toEqual(['error', expect.stringContaining('limit')]);
		expect(run.items('Revoke')).toMatchObject(values.map(valve));
	});
});
