import type { IDataObject } from 'n8n-workflow';

import { createN8n, type N8n } from '../lab/n8n';
import { startPlatform, type Platform } from '../platform/platform';
import { credential, CREDENTIAL_ID } from './workflows';

/** The list behind the field 'Device', through n8n's own endpoint for the editor. */

let n8n: N8n;
let platform: Platform;

beforeAll(async () => {
	n8n = await createN8n();
	platform = await startPlatform();
	await n8n.importCredentials([credential(platform)]);
	await n8n.start();
});

afterAll(async () => {
	await n8n.remove();
	await platform.close();
});

async function search(filter?: string): Promise<{ status: number; body: IDataObject }> {
	const { status, body } = await n8n.rest('POST', '/rest/dynamic-node-parameters/resource-locator-results', {
		nodeTypeAndVersion: { name: 'n8n-nodes-huawei-iot.iotCommandRevoke', version: 1 },
		path: 'parameters.deviceId',
		methodName: 'searchDevices',
		credentials: { huaweiIotApi: { id: CREDENTIAL_ID, name: 'Platform' } },
		currentNodeParameters: { resource: 'command', operation: 'revoke' },
		filter,
	});
	return { status, body: body as IDataObject };
}

it('shows the devices, and finds one by a part of its name', async () => {
	platform.addDevice('7f3c', { name: 'Pump 7', status: 'OFFLINE' });
	platform.addDevice('8a1d', { name: 'Lamp 8', status: 'ONLINE' });
	expect((await search()).body).toEqual({
		data: {
			results: [
				{ name: 'Pump 7 (OFFLINE) 7f3c', value: '7f3c' },
				{ name: 'Lamp 8 (ONLINE) 8a1d', value: '8a1d' },
			],
		},
	});
	expect((await search('lamp')).body).toEqual({
		data: { results: [{ name: 'Lamp 8 (ONLINE) 8a1d', value: '8a1d' }] },
	});
});

it('says why when it can not be loaded', async () => {
	await n8n.importCredentials([credential(platform, { secret: 'not-the-secret', appKey: 'another' })]);
	const { status, body } = await search();
	expect(status).toBeGreaterThanOrEqual(400);
	expect(JSON.stringify(body)).toContain('the App Key or the secret is wrong (100208');
	expect(JSON.stringify(body)).not.toContain('not-the-secret');
});
