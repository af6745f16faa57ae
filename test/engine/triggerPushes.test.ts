import type { IDataObject } from 'n8n-workflow';

import { startPlatform, type Platform } from '../platform/platform';
import { credentialFor } from './engine';
import { TriggerWorkflow } from './triggerEngine';

let platform: Platform;

beforeAll(async () => {
	platform = await startPlatform();
});

afterAll(async () => await platform.close());

/** An active workflow with these parameters, and its callback URL. */
async function activated(parameters: IDataObject = {}) {
	const workflow = new TriggerWorkflow({ credential: credentialFor(platform), parameters });
	await workflow.activate();
	const callbackUrl = platform.subscriptions().at(-1)?.callbackUrl ?? '';
	const push = async (body: unknown, contentType?: string | null) =>
		await workflow.receive(callbackUrl, body, contentType);
	return { workflow, callbackUrl, push };
}

const ALL = ['deviceAdded', 'deviceDataChanged', 'deviceDeleted', 'deviceInfoChanged', 'deviceStatusChanged'];

const offline = {
	notifyType: 'deviceInfoChanged',
	deviceId: 'device-1',
	gatewayId: 'gateway-1',
	networkStatus: null,
	deviceInfo: { nodeId: null, name: null, status: 'OFFLINE', statusDetail: 'NOT_ACTIVE' },
};
const renamed = {
	notifyType: 'deviceInfoChanged',
	deviceId: 'device-1',
	gatewayId: 'gateway-1',
	deviceInfo: { name: 'Pump', status: null, statusDetail: null },
};
const reported = {
	notifyType: 'deviceDataChanged',
	deviceId: 'device-1',
	gatewayId: 'gateway-1',
	requestId: null,
	service: {
		serviceId: 'Meter',
		serviceType: 'Meter',
		data: { level: 7 },
		eventTime: '20200603T061701Z',
	},
};
const added = { notifyType: 'deviceAdded', deviceId: 'device-2', nodeType: 'GATEWAY', deviceInfo: null };
const deleted = { notifyType: 'deviceDeleted', deviceId: 'device-2', gatewayId: null };

const nothing = { gatewayId: null, status: null, statusDetail: null, services: [] };
const receivedAt = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;

describe('A push', () => {
	it.each([
		[
			'deviceStatusChanged',
			offline,
			{ gatewayId: 'gateway-1', status: 'OFFLINE', statusDetail: 'NOT_ACTIVE' },
		],
		['deviceInfoChanged', renamed, { gatewayId: 'gateway-1' }],
		[
			'deviceDataChanged',
			reported,
			{
				gatewayId: 'gateway-1',
				services: [{ ...reported.service, eventTime: '2020-06-03T06:17:01.000Z' }],
			},
		],
		['deviceAdded', added, {}],
		['deviceDeleted', deleted, {}],
	])('of %s is one item', async (event, body, fields) => {
		const { push } = await activated({ events: ALL });
		expect(await push(body)).toEqual({
			status: 200,
			items: [{ event, deviceId: body.deviceId, ...nothing, ...fields, receivedAt }],
		});
	});

	it('comes whole besides when it is not simplified', async () => {
		const { push } = await activated({ options: { simplify: false } });
		expect((await push(offline)).items).toEqual([
			expect.objectContaining({ event: 'deviceStatusChanged', status: 'OFFLINE', body: offline }),
		]);
	});

	it.each([
		[
			'fields that are missing',
			{ notifyType: 'deviceInfoChanged', deviceId: 'd', deviceInfo: { status: 'ONLINE' } },
		],
		[
			'fields that are null',
			{ ...offline, gatewayId: null, deviceInfo: { status: 'ONLINE', statusDetail: null } },
		],
		[
			'fields that are not known',
			{ ...offline, more: { of: ['it'] }, deviceInfo: { status: 'ONLINE', mood: 1 } },
		],
	])('with %s starts a run', async (_what, body) => {
		const { push } = await activated();
		expect((await push(body)).items).toMatchObject([{ status: 'ONLINE', statusDetail: null }]);
	});

	it.each([
		['null', null, 'it is not a JSON object'],
		['a list', [offline], 'it is not a JSON object'],
		['a JSON text', '"deviceInfoChanged"', 'it is not a JSON object'],
		['an empty object', {}, "it has no 'notifyType'"],
		['of an unknown type', { ...offline, notifyType: 'deviceOnFire' }, '"deviceOnFire"'],
		[
			'of a type that only the node has',
			{ ...offline, notifyType: 'deviceStatusChanged' },
			'deviceStatusChanged',
		],
		['without a device', { ...offline, deviceId: null }, "it has no 'deviceId'"],
		[
			'with information of another shape',
			{ ...offline, deviceInfo: 'OFFLINE' },
			"its 'deviceInfo' is not an object",
		],
		[
			'the callback of a command',
			{ deviceId: 'd', commandId: 'c', result: { resultCode: 'SENT' } },
			"it has no 'notifyType'",
		],
	])('that is %s is answered, starts nothing and is in the log', async (_what, body, reason) => {
		const { workflow, push } = await activated();
		expect(await push(body)).toEqual({ status: 200 });
		expect(workflow.warnings).toEqual([
			expect.stringMatching(/^IoT Device Trigger: A report of the platform could not be read: /),
		]);
		expect(workflow.warnings[0]).toContain(reason);
	});

	it.each([
		['of a type that is not chosen', reported],
		['a change of other information', renamed],
	])('that is %s is left out on purpose, without a word', async (_what, body) => {
		const { workflow, push } = await activated();
		expect(await push(body)).toEqual({ status: 200 });
		expect(workflow.warnings).toEqual([]);
	});

	it.each([
		'application/json',
		'text/plain',
		'application/x-www-form-urlencoded',
		'application/octet-stream',
		'application/vnd.huawei.iot+json',
		'application/json-seq',
		null,
	])('with the content type %s starts a run if it holds JSON', async (contentType) => {
		const { workflow, push } = await activated();
		const status = 'OFFLINE & <unreachable>=';
		const body = JSON.stringify({ ...offline, deviceInfo: { status } });
		expect((await push(body, contentType)).items).toMatchObject([{ deviceId: 'device-1', status }]);
		expect(workflow.warnings).toEqual([]);
	});

	it.each([
		['text/plain', 'deviceInfoChanged'],
		['application/x-www-form-urlencoded', 'a=1'],
		['application/octet-stream', '\u0000'],
		['application/octet-stream', ''],
		['multipart/form-data', JSON.stringify(offline)],
	])('with the content type %s and no JSON is in the log', async (contentType, body) => {
		const { workflow, push } = await activated();
		expect(await push(body, contentType)).toEqual({ status: 200 });
		expect(workflow.warnings.join()).toMatch(/^IoT Device Trigger: .* it holds no JSON\. It started nothing/);
	});

	it('with a byte order mark starts a run', async () => {
		const { push } = await activated();
		expect((await push(`\uFEFF${JSON.stringify(offline)}`, 'text/plain')).items).toHaveLength(1);
	});

	it('of a status in small letters passes a filter for it, and comes as the platform spells it', async () => {
		const { push } = await activated({ options: { statuses: ['OFFLINE'] } });
		const { items } = await push({ ...offline, deviceInfo: { status: 'Offline' } });
		expect(items).toMatchObject([{ status: 'Offline' }]);
	});

	it('starts a run only for the chosen devices', async () => {
		const locator = { mode: 'id', value: 'device-1' };
		for (const deviceIds of [
			'device-0, device-1',
			'device-0\n device-1 ,',
			['device-1'],
			['', ' device-1\u200b'],
			'={{ ["device-0", "device-1"] }}',
			locator,
			[{ __rl: true, ...locator }],
		]) {
			const { push } = await activated({ events: ALL, options: { deviceIds } });
			expect((await push(reported)).items).toHaveLength(1);
			expect(await push({ ...reported, deviceId: 'device-11' })).toEqual({ status: 200 });
		}
	});

	it.each([[['ABNORMAL', 'OFFLINE']], ['abnormal,offline'], ['={{ ["OFFLINE"] }}']])(
		'starts a run only for the chosen statuses (%s), which say nothing about other events',
		async (statuses) => {
			const { push } = await activated({ events: ALL, options: { statuses } });
			expect((await push(offline)).items).toHaveLength(1);
			expect(await push({ ...offline, deviceInfo: { status: 'ONLINE' } })).toEqual({ status: 200 });
			expect((await push(reported)).items).toHaveLength(1);
		},
	);

	it('starts a run for each device and status when the options are left empty', async () => {
		const { push } = await activated({ options: { deviceIds: '', statuses: [], appId: '' } });
		expect((await push(offline)).items).toHaveLength(1);
	});

	it.each(['false', ' False ', false])('is not simplified with Simplify set to %j', async (simplify) => {
		const { push } = await activated({ options: { simplify } });
		expect((await push(offline)).items).toMatchObject([{ body: offline }]);
	});

	it.each(['true', true, ''])('is simplified with Simplify set to %j', async (simplify) => {
		const { push } = await activated({ options: { simplify } });
		expect((await push(offline)).items?.[0]).not.toHaveProperty('body');
	});
});

describe('The secret of the callback URL', () => {
	it.each([
		['missing', (url: string) => url.split('?')[0] ?? ''],
		['empty', (url: string) => url.replace(/secret=.*/, 'secret=')],
		['wrong', (url: string) => url.replace(/.$/, (last) => (last === '0' ? '1' : '0'))],
		['shorter', (url: string) => url.slice(0, -1)],
		['longer', (url: string) => `${url}0`],
		['its own digest', (url: string) => url],
	])('that is %s is answered with 401 and starts nothing', async (what, change) => {
		const { workflow, callbackUrl } = await activated();
		const stored = JSON.stringify(workflow.stored);
		const digest = /[0-9a-f]{64}/.exec(stored)?.[0] ?? '';
		const url =
			what === 'its own digest' ? callbackUrl.replace(/secret=.*/, `secret=${digest}`) : change(callbackUrl);
		expect(await workflow.receive(url, offline)).toEqual({ status: 401 });
		expect((await workflow.receive(callbackUrl, offline)).items).toHaveLength(1);
	});

	it('is in nothing that n8n stores or starts a run with', async () => {
		const { workflow, callbackUrl, push } = await activated({ options: { simplify: false } });
		const secret = new URL(callbackUrl).searchParams.get('secret') ?? '';
		expect(secret).toHaveLength(64);
		expect(JSON.stringify([workflow.stored, await push(offline)])).not.toContain(secret);
	});

	it('is another one after each activation', async () => {
		const { workflow, callbackUrl } = await activated();
		await workflow.deactivate();
		await workflow.activate();
		expect(platform.subscriptions().at(-1)?.callbackUrl).not.toBe(callbackUrl);
		expect(await workflow.receive(callbackUrl, offline)).toEqual({ status: 401 });
	});
});
