/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js beside n8n, never inside it */
import { rootCertificates } from 'node:tls';
import type { Browser } from 'playwright-core';

import { credential, revokeWorkflow } from '../e2e/workflows';
import { createN8n, type N8n } from '../lab/n8n';
import { certificates } from '../platform/certificates';
import { startPlatform, type Platform } from '../platform/platform';
import { launchBrowser } from './browser';
import { Editor } from './editor';
import { CREDENTIAL_FORM, CREDENTIAL_FORM_IN_FULL } from './forms';

/** From an empty n8n to the first revoked command, in the editor, as a person goes the way. */

const NODE = 'IoT Command Revoke';
const REVOKE = 'Revoke all pending commands of device (irreversible)';
/** For the picture of the form. */
const EXAMPLE = { server: 'https://iot.example.com:8743', appKey: 'app-of-the-pumps', token: 'a-token' };

const items = [{ deviceId: 'c2d94e10-5a77-4f0b-b1c3-0e8d7f6a9b24' }, { deviceId: 'never-registered' }];
const ERRORS = revokeWorkflow('errorBranch', items, {}, { onError: 'continueErrorOutput' });

let n8n: N8n;
let platform: Platform;
let browser: Browser;
let editor: Editor;

beforeAll(async () => {
	n8n = await createN8n();
	platform = await startPlatform();
	platform.addDevice('7f3c9a52-0d4b-4b1e-9d6f-2a1c5e8b7d90', { name: 'Pump 7', status: 'ABNORMAL' });
	platform.addDevice('1b0e7c44-93aa-4c5e-8f21-6d2f9b3a5c17', { name: 'Street Lamp 12', status: 'ONLINE' });
	platform.addDevice('c2d94e10-5a77-4f0b-b1c3-0e8d7f6a9b24', { name: 'Pump 8', status: 'OFFLINE' });
	[browser] = await Promise.all([launchBrowser(), n8n.start()]);
	editor = await Editor.login(browser, n8n);
});

afterAll(async () => {
	await browser.close();
	await n8n.remove();
	await platform.close();
});

describe('The list of nodes', () => {
	beforeAll(async () => await editor.newWorkflow());

	it.each([
		[NODE, 'nodes/IotCommandRevoke/iot-command-revoke.svg', ['IoT', 'revoke', 'Huawei', 'OceanConnect']],
		// One entry for the node and its trigger, with the node's icon and the trigger's description.
		['IoT Device', 'nodes/IotDevice/iot-device.svg', ['IoT', 'command', 'Huawei', 'offline']],
		[
			'IoT Device Polling Trigger',
			'nodes/IotDevicePollingTrigger/iot-device-polling-trigger.svg',
			['IoT', 'Huawei', 'offline', 'silent'],
		],
	])('has %s with its icon for each word that fits', async (name, icon, words) => {
		for (const word of words) expect(await editor.icon(await editor.findNode(name, word))).toBe(icon);
	});
});

describe('The credential', () => {
	beforeAll(async () => {
		await editor.newWorkflow();
		await editor.addNode(NODE, REVOKE);
		await editor.newCredential();
	});

	it('bears its own icon', async () => {
		expect(await editor.icon(editor.at('editCredential-modal'))).toBe('credentials/huawei-iot.svg');
	});

	it('hides what most people do not need until it is asked for', async () => {
		const form = editor.at('editCredential-modal');
		expect(await editor.fields(form)).toEqual(CREDENTIAL_FORM);
		for (const [name, value] of Object.entries(EXAMPLE)) await editor.fill(name, value);
		for (const name of Object.keys(EXAMPLE)) await editor.fill(name, '');
		await editor.field('customTls').click();
		await editor.choose('authentication', 'App Key and Secret');
		await editor.field('secret').waitFor();
		expect(await editor.fields(form)).toEqual(CREDENTIAL_FORM_IN_FULL);
	});

	it.each([
		['an unreachable server', 'server', 'https://127.0.0.1:1', 'Nothing answers at 127.0.0.1:1'],
		['a wrong secret', 'secret', 'not-the-secret', 'the App Key or the secret is wrong (100208'],
		['a missing CA certificate', 'caCertificate', '', "'CA Certificate'"],
		['the certificate of another CA', 'caCertificate', rootCertificates[0] ?? '', "'CA Certificate'"],
		['the key of another certificate', 'clientKey', certificates().foreignClient.key, "'Client Key'"],
	])('names in words %s', async (_what, field, wrong, words) => {
		const right: Record<string, string> = {
			server: platform.url,
			appKey: platform.appId,
			secret: platform.secret,
			caCertificate: platform.certificates.ca,
			clientCertificate: platform.certificates.client.cert,
			clientKey: platform.certificates.client.key,
		};
		for (const [name, value] of Object.entries(right)) await editor.fill(name, value);
		await editor.fill(field, wrong);
		const said = await editor.testCredential();
		expect(said).toEqual({ isGreen: false, words: expect.stringContaining(words) });
		await editor.fill(field, right[field] ?? '');
	});

	it('says that a token of the user is wrong', async () => {
		await editor.choose('authentication', 'Access Token');
		await editor.fill('token', 'not-a-token');
		const said = await editor.testCredential();
		expect(said).toEqual({ isGreen: false, words: expect.stringContaining('1010005') });
		await editor.choose('authentication', 'App Key and Secret');
	});

	it('turns green when all is right, with a certificate that was pasted on one line', async () => {
		expect(await editor.testCredential()).toMatchObject({ isGreen: true });
	});
});

describe('The node', () => {
	it('offers the devices by name, and finds one', async () => {
		await editor.at('rlc-input').click();
		const devices = editor.at('rlc-item');
		await devices.first().waitFor();
		expect(await devices.allInnerTexts()).toEqual([
			'Pump 7 (ABNORMAL) 7f3c9a52-0d4b-4b1e-9d6f-2a1c5e8b7d90',
			'Street Lamp 12 (ONLINE) 1b0e7c44-93aa-4c5e-8f21-6d2f9b3a5c17',
			'Pump 8 (OFFLINE) c2d94e10-5a77-4f0b-b1c3-0e8d7f6a9b24',
		]);
		await editor.at('rlc-search').fill('pump 7');
		await devices.filter({ hasText: 'Lamp' }).waitFor({ state: 'detached' });
		await devices.first().click();
	});

	it('shows what it took back as a table and as JSON', async () => {
		const queued = platform.queueCommands('7f3c9a52-0d4b-4b1e-9d6f-2a1c5e8b7d90', [
			{ serviceId: 'Valve', method: 'SET_VALVE', paras: { open: false } },
			{ serviceId: 'Valve', method: 'SET_VALVE', paras: { open: true } },
			{ serviceId: 'Firmware', method: 'UPDATE', paras: { version: '2.4.1' } },
		]);
		await editor.executeStep();
		const table = await editor.show('Table');
		for (const column of ['commandId', 'deviceId', 'method', 'taskStatus']) expect(table).toContain(column);
		for (const { commandId } of queued) expect(table).toContain(commandId);
		expect(await editor.show('JSON')).toContain(queued[0]?.commandId);
		expect(platform.commands().every(({ status }) => status === 'CANCELED')).toBe(true);
	});

	it('shows only the fields of the chosen operation', async () => {
		await editor.choose('operation', 'Revoke Selected');
		await editor.field('scope').waitFor();
		await editor.choose('scope', 'Application');
		await editor.field('deviceId').waitFor({ state: 'detached' });
		await editor.addFilter('Method', 'SET_VALVE');
		await editor.choose('resource', 'Revocation Task');
		await editor.field('limit').waitFor();
		expect(await editor.field('scope').isVisible()).toBe(false);
		await editor.closeNode();
	});
});

describe('A workflow', () => {
	beforeAll(async () => {
		await n8n.importCredentials([credential(platform)]);
		await n8n.importWorkflows([ERRORS]);
	});

	it('shows a failed item on the error branch, with words that help', async () => {
		platform.queueCommands('c2d94e10-5a77-4f0b-b1c3-0e8d7f6a9b24', 2);
		await editor.page.goto('/workflow/errorBranch');
		const node = editor.canvasNode(NODE);
		await node.waitFor();
		expect(await editor.icon(node)).toBe('nodes/IotCommandRevoke/iot-command-revoke.svg');
		await editor.at('execute-workflow-button').click();
		await node.getByTestId('canvas-node-status-success').waitFor();
		await node.dblclick();
		const output = editor.at('output-panel');
		await output.getByText('Error Branch').click();
		await editor.show('JSON');
		await output.getByText('never-registered').first().waitFor();
		const shown = await output.innerText();
		expect(shown).toContain('The platform does not know this device (100418');
		await editor.closeNode();
	});
});

describe('In the dark theme', () => {
	let dark: Editor;

	beforeAll(async () => {
		dark = await Editor.login(browser, n8n, 'dark');
		await dark.newWorkflow();
	});

	it.each([
		[NODE, 'nodes/IotCommandRevoke/iot-command-revoke.dark.svg'],
		['IoT Device', 'nodes/IotDevice/iot-device.dark.svg'],
		['IoT Device Polling Trigger', 'nodes/IotDevicePollingTrigger/iot-device-polling-trigger.dark.svg'],
	])('the icon of %s is the one for it', async (name, file) => {
		expect(await dark.icon(await dark.findNode(name, 'Huawei'))).toBe(file);
	});

	it('so is the icon of the credential', async () => {
		await dark.addNode(NODE, REVOKE);
		await dark.at('credential-edit-button').click();
		await dark.field('server').waitFor();
		expect(await dark.icon(dark.at('editCredential-modal'))).toBe('credentials/huawei-iot.dark.svg');
	});
});
