import { sleep, type IDataObject } from 'n8n-workflow';

import { startPlatform, type Platform } from '../platform/platform';
import { credentialFor, runNode } from './engine';

const PATH = '/iocm/app/cmd/v1.4.0/deviceCommandCancelTasks';

let platform: Platform;

beforeEach(async () => {
	platform = await startPlatform();
});

afterEach(async () => await platform.close());

/** The calls that make revocation tasks. */
const posts = () => platform.requests.filter(({ path, method }) => path === PATH && method === 'POST');

const devices = (...deviceIds: unknown[]) => deviceIds.map((deviceId) => ({ deviceId }) as IDataObject);

/** For each item: its device and its input items. */
const pairs = (items: Array<{ json: IDataObject; pairedItem?: unknown }>) =>
	items.map(({ json, pairedItem }) => [json.deviceId, pairedItem]);

describe('Revoke All Pending', () => {
	it('gives one item for each command of the device', async () => {
		const queued = platform.queueCommands('device-1', [
			{ serviceId: 'Valve', method: 'CLOSE', paras: { percent: 0 }, creationTime: '20170222T164000Z' },
			{},
			{},
		]);
		const { items } = await runNode({
			credential: credentialFor(platform),
			items: [{ deviceId: 'device-1' }],
		});
		expect(items).toHaveLength(3);
		expect(items[0]).toMatchObject({
			json: {
				commandId: queued[0]?.commandId,
				deviceId: 'device-1',
				appId: platform.appId,
				serviceId: 'Valve',
				method: 'CLOSE',
				paras: { percent: 0 },
				status: 'PENDING',
				creationTime: '2017-02-22T16:40:00.000Z',
				taskId: platform.tasks()[0]?.taskId,
				taskStatus: 'WAITTING',
			},
			pairedItem: { item: 0 },
		});
		expect(platform.commands('device-1').map(({ status }) => status)).toEqual([
			'CANCELED',
			'CANCELED',
			'CANCELED',
		]);
	});

	describe('with three input items that have 2, 0 and 1 commands', () => {
		beforeEach(() => {
			platform.queueCommands('two', 2);
			platform.queueCommands('none', 0);
			platform.queueCommands('one', 1);
		});

		it('pairs the items with inputs 0, 0 and 2', async () => {
			const { items } = await runNode({
				credential: credentialFor(platform),
				items: devices('two', 'none', 'one'),
			});
			expect(pairs(items)).toEqual([
				['two', { item: 0 }],
				['two', { item: 0 }],
				['one', { item: 2 }],
			]);
		});

		it('adds an item for the empty device when a summary is wanted', async () => {
			const { items } = await runNode({
				credential: credentialFor(platform),
				items: devices('two', 'none', 'one'),
				parameters: { options: { emptyResult: 'summary' } },
			});
			expect(pairs(items)).toEqual([
				['two', { item: 0 }],
				['two', { item: 0 }],
				['none', { item: 1 }],
				['one', { item: 2 }],
			]);
			expect(items[2]?.json).toEqual({
				taskId: platform.tasks().find(({ deviceId }) => deviceId === 'none')?.taskId,
				appId: platform.appId,
				deviceId: 'none',
				status: 'WAITTING',
				taskStatus: 'WAITTING',
				totalCount: 0,
			});
		});
	});

	it.each(['empty', 'null', 'missing'] as const)(
		'gives no item for a device without commands when the list is %s',
		async (emptyTask) => {
			platform.set({ emptyTask });
			platform.queueCommands('none', 0);
			const { items, stopped } = await runNode({
				credential: credentialFor(platform),
				items: devices('none'),
			});
			expect(stopped).toBeUndefined();
			expect(items).toEqual([]);
			expect(posts()).toHaveLength(1);
		},
	);

	it('calls once for a device in two input items and pairs its items with both', async () => {
		platform.queueCommands('twice', 2);
		platform.queueCommands('once', 1);
		const { items } = await runNode({
			credential: credentialFor(platform),
			items: devices('twice', 'once', ' twice '),
		});
		expect(posts().map(({ body }) => body)).toEqual(
			expect.arrayContaining([{ deviceId: 'twice' }, { deviceId: 'once' }]),
		);
		expect(posts()).toHaveLength(2);
		expect(pairs(items)).toEqual([
			['twice', [{ item: 0 }, { item: 2 }]],
			['twice', [{ item: 0 }, { item: 2 }]],
			['once', { item: 1 }],
		]);
	});

	it("makes exactly the page's request, without a query", async () => {
		platform.queueCommands('device-1', 1);
		const token = platform.issueToken();
		await runNode({
			credential: credentialFor(platform, { authentication: 'accessToken', token }),
			items: devices('device-1'),
		});
		expect(platform.requests).toHaveLength(1);
		expect(platform.requests[0]).toMatchObject({
			method: 'POST',
			path: PATH,
			query: {},
			headers: {
				app_key: platform.appId,
				authorization: `Bearer ${token}`,
				'content-type': 'application/json',
			},
		});
		expect(platform.requests[0]?.query).toEqual({});
		expect(platform.requests[0]?.body).toEqual({ deviceId: 'device-1' });
	});

	it('puts the other application into the query, and nothing else changes', async () => {
		platform.set({ authorizedAppIds: ['other-application'] });
		platform.queueCommands('device-1', 1, 'other-application');
		const { items } = await runNode({
			credential: credentialFor(platform),
			items: devices('device-1'),
			parameters: { options: { appId: 'other-application' } },
		});
		expect(items).toHaveLength(1);
		expect(posts()).toHaveLength(1);
		expect(posts()[0]?.query).toEqual({ appId: 'other-application' });
		expect(posts()[0]?.body).toEqual({ deviceId: 'device-1' });
		expect(posts()[0]?.headers.app_key).toBe(platform.appId);
	});

	it('calls once for each application that an expression names for the same device', async () => {
		platform.set({ authorizedAppIds: ['other-application'] });
		platform.queueCommands('device-1', 1);
		platform.queueCommands('device-1', 1, 'other-application');
		await runNode({
			credential: credentialFor(platform),
			items: [
				{ deviceId: 'device-1', appId: '' },
				{ deviceId: 'device-1', appId: 'other-application' },
			],
			parameters: { options: { appId: '={{ $json.appId }}', concurrency: 1 } },
		});
		expect(posts().map(({ query }) => query)).toEqual([{}, { appId: 'other-application' }]);
	});

	it("sends the key in the gateway's header when that is set", async () => {
		platform.set({ keyHeader: 'x-app-key' });
		platform.queueCommands('device-1', 1);
		const { items } = await runNode({
			credential: credentialFor(platform, { appKeyHeader: 'x-app-key' }),
			items: devices('device-1'),
		});
		expect(items).toHaveLength(1);
		expect(posts()[0]?.headers).not.toHaveProperty('app_key');
	});

	it("gives the platform's own command and the task when not simplified", async () => {
		const [queued] = platform.queueCommands('device-1', [{ creationTime: '20170222T164000Z' }]);
		const { items } = await runNode({
			credential: credentialFor(platform),
			items: devices('device-1'),
			parameters: { simplify: false },
		});
		expect(items.map(({ json }) => json)).toEqual([
			{
				commandId: queued?.commandId,
				appId: platform.appId,
				deviceId: 'device-1',
				command: { serviceId: 'Valve', method: 'SET_VALVE', paras: { value: 0 } },
				callbackUrl: null,
				expireTime: null,
				status: 'PENDING',
				result: null,
				creationTime: '20170222T164000Z',
				executeTime: null,
				platformIssuedTime: null,
				deliveredTime: null,
				issuedTimes: null,
				maxRetransmit: 3,
				taskId: platform.tasks()[0]?.taskId,
				taskStatus: 'WAITTING',
				totalCount: 1,
			},
		]);
	});

	it('gives null for values that a reply leaves out', async () => {
		platform.queueCommands('device-1', 0);
		platform.failNext({
			kind: 'reply',
			status: 201,
			body: { taskId: 'task-1', deviceCommands: [{ commandId: 'command-1' }] },
			match: { method: 'POST', path: PATH },
		});
		const { items } = await runNode({ credential: credentialFor(platform), items: devices('device-1') });
		expect(items.map(({ json }) => json)).toEqual([
			{
				commandId: 'command-1',
				deviceId: null,
				appId: null,
				serviceId: null,
				method: null,
				paras: null,
				status: null,
				creationTime: null,
				taskId: 'task-1',
				taskStatus: null,
			},
		]);
	});

	it('keeps the order of the input items when ten devices are worked on at once', async () => {
		platform.set({ latencyMs: 20 });
		const deviceIds = Array.from({ length: 30 }, (_, index) => `device-${index}`);
		for (const deviceId of deviceIds) platform.queueCommands(deviceId, 1);
		const { items } = await runNode({
			credential: credentialFor(platform),
			items: devices(...deviceIds),
			parameters: { options: { concurrency: 10 } },
		});
		expect(pairs(items)).toEqual(deviceIds.map((deviceId, index) => [deviceId, { item: index }]));
	});

	it.each([1, 3])('works on %i devices at once and no more', async (concurrency) => {
		platform.set({ latencyMs: 30 });
		const deviceIds = Array.from({ length: 6 }, (_, index) => `device-${index}`);
		for (const deviceId of deviceIds) platform.queueCommands(deviceId, 1);
		const token = platform.issueToken();
		await runNode({
			credential: credentialFor(platform, { authentication: 'accessToken', token }),
			items: devices(...deviceIds),
			parameters: { options: { concurrency } },
		});
		const atOnce = posts().map(
			({ at }) => posts().filter((other) => other.at <= at && (other.answeredAt ?? Infinity) > at + 5).length,
		);
		expect(Math.max(...atOnce)).toBe(concurrency);
	});

	it('stops sending when the execution is cancelled', async () => {
		platform.set({ latencyMs: 200 });
		const deviceIds = Array.from({ length: 20 }, (_, index) => `device-${index}`);
		for (const deviceId of deviceIds) platform.queueCommands(deviceId, 1);
		await runNode({
			credential: credentialFor(platform),
			items: devices(...deviceIds),
			parameters: { options: { concurrency: 1 } },
			cancelAfterMs: 700,
		});
		const sent = posts().length;
		expect(sent).toBeLessThan(6);
		await sleep(500);
		expect(posts()).toHaveLength(sent);
	});
});

describe('Bad input is told before any call', () => {
	const bad: Array<[string, unknown, RegExp]> = [
		['empty text', '', /^'Device' is empty/],
		['blanks', '   ', /^'Device' holds nothing but blanks/],
		['65 characters', 'x'.repeat(65), /^'Device' is 65 characters long, and the platform allows 64/],
		['a number', 42, /^'Device' is a number \(42\)/],
		['an object', { id: 'x' }, /^'Device' is an object/],
		['a list', ['x'], /^'Device' is a list/],
		['a boolean', true, /^'Device' is a boolean/],
		['nothing, from an expression', undefined, /^'Device' has no value/],
		['null', null, /^'Device' has no value/],
		['a blank in the middle', 'a b', /^'Device' has blanks in its middle/],
	];

	it.each(bad)('a device that is %s stops the node', async (_name, deviceId, message) => {
		platform.queueCommands('good', 1);
		const { stopped, items } = await runNode({
			credential: credentialFor(platform),
			items: devices('good', deviceId),
		});
		expect(stopped?.message).toMatch(message);
		expect(stopped?.message).toContain('[item 1]');
		expect(stopped?.description).toContain("'Device'");
		expect(items).toEqual([]);
		expect(platform.requests).toEqual([]);
	});

	it.each(bad)('a device that is %s becomes an item under Continue', async (_name, deviceId, message) => {
		platform.queueCommands('good', 1);
		const { stopped, items } = await runNode({
			credential: credentialFor(platform),
			items: devices(deviceId, 'good'),
			settings: { onError: 'continueRegularOutput' },
		});
		expect(stopped).toBeUndefined();
		expect(items).toHaveLength(2);
		expect(items[0]?.json.error).toMatch(message);
		expect(items[1]?.json.deviceId).toBe('good');
		expect(posts()).toHaveLength(1);
	});

	it('64 characters are accepted', async () => {
		const deviceId = 'x'.repeat(64);
		platform.queueCommands(deviceId, 1);
		const { items } = await runNode({ credential: credentialFor(platform), items: devices(deviceId) });
		expect(items).toHaveLength(1);
	});

	it.each([
		['concurrency', 0, /'Concurrency' is 0, and it has to be a whole number from 1 to 100/],
		['concurrency', 101, /'Concurrency' is 101/],
		['concurrency', 1.5, /'Concurrency' is 1.5/],
		['maxRetries', -1, /'Max Retries' is -1, and it has to be a whole number from 0 to 20/],
		['timeout', 0, /'Timeout' is 0, and it has to be a whole number from 1 to 300/],
	])('the option %s with %p stops the node', async (option, value, message) => {
		platform.queueCommands('good', 1);
		const { stopped } = await runNode({
			credential: credentialFor(platform),
			items: devices('good'),
			parameters: { options: { [option]: value } },
		});
		expect(stopped?.message).toMatch(message);
		expect(platform.requests).toEqual([]);
	});

	it.each<[string, (to: Platform) => IDataObject, RegExp]>([
		['a server that is no address', () => ({ server: 'https://:8743' }), /'Server' is no address/],
		['a server with a blank', () => ({ server: 'iot example' }), /'Server' has blanks/],
		['an empty server', () => ({ server: '' }), /'Server' is empty/],
		['a server with another scheme', () => ({ server: 'ftp://iot' }), /'Server' starts with ftp:\/\//],
		['an empty App Key', () => ({ appKey: ' ' }), /'App Key' is empty/],
		['an empty secret', () => ({ secret: '' }), /'Secret' is empty/],
		['an empty token', () => ({ authentication: 'accessToken' }), /'Access Token' is empty/],
		[
			'a client certificate without its key',
			(to) => ({ clientCertificate: to.certificates.client.cert }),
			/'Client Certificate' is filled in and 'Client Key' is empty/,
		],
		[
			'a client key without its certificate',
			(to) => ({ clientKey: to.certificates.client.key }),
			/'Client Key' is filled in and 'Client Certificate' is empty/,
		],
		['a CA certificate that is none', () => ({ caCertificate: 'abc' }), /'CA Certificate' is not in PEM/],
	])('a credential with %s stops the node', async (_name, changes, message) => {
		platform.queueCommands('good', 1);
		const { stopped } = await runNode({
			credential: credentialFor(platform, changes(platform)),
			items: devices('good'),
		});
		expect(stopped?.message).toMatch(message);
		expect(stopped?.description).toContain('credential');
		expect(platform.requests).toEqual([]);
	});
});
