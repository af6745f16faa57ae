import type { IDataObject } from 'n8n-workflow';

import type { Platform } from '../platform/platform';
import { credentialFor, runNode } from './engine';
import { callsOf, POST } from './revocations';
import { usePlatform } from './usePlatform';

/** Revoke All Pending with parameters, options or a credential that it can't work with. */

const platform = usePlatform();

const posts = () => callsOf(platform, POST);

const devices = (...deviceIds: unknown[]) => deviceIds.map((deviceId) => ({ deviceId }) as IDataObject);

describe('No command is revoked', () => {
	it("when the workflow names an operation that this version doesn't know", async () => {
		platform.queueCommands('device-1', 2);
		const { stopped } = await runNode({
			credential: credentialFor(platform),
			items: [{ deviceId: 'device-1' }],
			parameters: { operation: 'revokeTomorrow' },
		});
		expect(stopped?.message).toContain("'revokeTomorrow'");
		expect(platform.requests).toEqual([]);
	});

	it("when the expression in 'Simplify' can't be resolved", async () => {
		platform.queueCommands('device-1', 2);
		const { items } = await runNode({
			credential: credentialFor(platform),
			items: [{ deviceId: 'device-1' }],
			parameters: { simplify: "={{ $('No such node').item.json.x }}" },
			settings: { onError: 'continueRegularOutput' },
		});
		expect(items).toEqual([
			{
				json: { error: expect.stringContaining("'Simplify'"), message: expect.any(String) },
				pairedItem: { item: 0 },
			},
		]);
		expect(posts()).toEqual([]);
	});
});

describe('Bad input is reported before any call', () => {
	const bad: Array<[string, unknown, RegExp]> = [
		['empty text', '', /^'Device' is empty/],
		['blanks', '   ', /^'Device' contains only blanks/],
		['65 characters', 'x'.repeat(65), /^'Device' is 65 characters long, but the platform allows 64/],
		['a number', 42, /^'Device' is a number \(42\)/],
		['an object', { id: 'x' }, /^'Device' is an object/],
		['a list', ['x'], /^'Device' is a list/],
		['a boolean', true, /^'Device' is a boolean/],
		['nothing, from an expression', undefined, /^'Device' has no value/],
		['null', null, /^'Device' has no value/],
		['a blank in the middle', 'a b', /^'Device' has blanks in the middle/],
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
		['concurrency', 0, /'Concurrency' is 0, but it has to be a whole number from 1 to 100/],
		['concurrency', 101, /'Concurrency' is 101/],
		['concurrency', 1.5, /'Concurrency' is 1.5/],
		['maxRetries', -1, /'Max Retries' is -1, but it has to be a whole number from 0 to 20/],
		['timeout', 0, /'Timeout' is 0, but it has to be a whole number from 1 to 300/],
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
		[
			'a server that is no address',
			() => ({ server: 'https://:8743' }),
			/'Server' is not the address of a server/,
		],
		['a server with a blank', () => ({ server: 'iot example' }), /'Server' contains blanks/],
		['an empty server', () => ({ server: '' }), /'Server' is empty/],
		['a server with another scheme', () => ({ server: 'ftp://iot' }), /'Server' starts with ftp:\/\//],
		['an empty App Key', () => ({ appKey: ' ' }), /'App Key' is empty/],
		['an empty secret', () => ({ secret: '' }), /'Secret' is empty/],
		['an empty token', () => ({ authentication: 'accessToken' }), /'Access Token' is empty/],
		[
			'a client certificate without its key',
			(to) => ({ clientCertificate: to.certificates.client.cert }),
			/'Client Certificate' is filled in, but 'Client Key' is empty/,
		],
		[
			'a client key without its certificate',
			(to) => ({ clientKey: to.certificates.client.key }),
			/'Client Key' is filled in, but 'Client Certificate' is empty/,
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

it('A login that fails stops the node without a word about commands that may have been revoked', async () => {
	platform.queueCommands('device-1', 1);
	platform.failNext({ kind: 'resetBefore', match: { path: '/login' }, times: Infinity });
	const { stopped } = await runNode({
		credential: credentialFor(platform),
		items: devices('device-1'),
		parameters: { options: { maxRetries: 0 } },
	});
	expect(posts()).toEqual([]);
	expect(stopped?.message).toContain('closed the connection');
	expect(`${stopped?.message} ${stopped?.description}`).not.toContain('may have revoked');
});
