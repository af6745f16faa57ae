import * as crypto from 'crypto';

import {
	destination,
	digestOf,
	isPrivateAddress,
	isSecret,
	newSecret,
	withSecret,
} from '../../nodes/IotDeviceTrigger/callbackUrl';
import { refusedAddress, takenType } from '../../nodes/IotDeviceTrigger/refusals';
import { isSameUrl, Subscriptions } from '../../nodes/shared/platform/subscriptions';
import { transportWith } from './fakeTransport';

jest.mock('crypto', () => {
	const actual = jest.requireActual<typeof crypto>('crypto');
	return { ...actual, timingSafeEqual: jest.fn(actual.timingSafeEqual) };
});

const compare = jest.mocked(crypto.timingSafeEqual);

beforeEach(() => compare.mockClear());

describe('A secret', () => {
	const secret = newSecret();

	it.each([
		['right', secret, true],
		['wrong', newSecret(), false],
		['shorter', secret.slice(1), false],
		['longer', `${secret}a`, false],
		['empty', '', false],
		['missing', undefined, false],
		['a list', [secret], false],
	])('that is %s is compared by digests of one length, in constant time', (_what, given, right) => {
		expect(isSecret(given, digestOf(secret))).toBe(right);
		expect(compare.mock.calls.map((values) => values.map((value) => value.byteLength))).toEqual([[32, 32]]);
	});

	it.each([undefined, null, '', 'short', 5])('matches no digest that is %p', (digest) => {
		expect(isSecret(secret, digest)).toBe(false);
		expect(isSecret('', digest)).toBe(false);
	});
});

it.each([
	['https://n8n.example.com/webhook/1', 'https://n8n.example.com:443/webhook/1'],
	['http://n8n.example.com/webhook/1?secret=x#y', 'http://n8n.example.com:80/webhook/1'],
	['HTTPS://N8N.example.com:8443/a%20b', 'https://n8n.example.com:8443/a%20b'],
	['no address', undefined],
])('%s leads to %s', (url, expected) => expect(destination(url)).toBe(expected));

it.each([
	['http://localhost:5678/', true],
	['http://n8n:5678/', true],
	['https://n8n.internal/', true],
	['http://10.1.2.3/', true],
	['http://127.0.0.1:5678/', true],
	['http://172.31.0.1/', true],
	['http://100.64.0.1/', true],
	['http://[::1]:5678/', true],
	['http://[fe80::1]/', true],
	['https://n8n.example.com/', false],
	['https://localhost.example.com/', false],
	['http://172.32.0.1/', false],
	['http://100.63.0.1/', false],
	['http://[2001:db8::1]/', false],
])('that %s is private: %s', (url, expected) => expect(isPrivateAddress(url)).toBe(expected));

it.each([
	['https://n8n.example.com:443/w?secret=a', 'https://n8n.example.com/w?secret=a', true],
	['HTTPS://N8N.example.com:443/w?secret=a', 'https://n8n.example.com:443/w?secret=a', true],
	['https://n8n.example.com:443/w?secret=a', 'https://n8n.example.com:443/w?secret=b', false],
	['https://n8n.example.com:443/w', 'https://n8n.example.com:444/w', false],
	['no address', 'no address', true],
])('%s and %s are the same: %s', (url, other, same) => expect(isSameUrl(url, other)).toBe(same));

it('names the application that owns the devices in the body of POST, and in the query of GET and DELETE', async () => {
	const calls: Array<{ method?: string; qs?: object; body?: unknown }> = [];
	const transport = transportWith(({ method, qs, body }) => {
		calls.push({ method, qs, body });
		return { body: { subscriptionId: '1', subscriptions: [] } };
	});
	const subscriptions = new Subscriptions(transport, 'owner');
	await subscriptions.add('deviceAdded', 'https://n8n:443/w');
	await subscriptions.list();
	await subscriptions.remove({ subscriptionId: '1', notifyType: '', callbackUrl: '' });
	expect(calls).toEqual([
		{
			method: 'POST',
			qs: undefined,
			body: { notifyType: 'deviceAdded', callbackUrl: 'https://n8n:443/w', appId: 'owner' },
		},
		{ method: 'GET', qs: expect.objectContaining({ appId: 'owner' }) as object, body: undefined },
		{ method: 'DELETE', qs: { appId: 'owner' }, body: undefined },
	]);
});

it('A refusal in which the platform repeats the callback URL shows no secret', async () => {
	const secret = newSecret();
	const transport = transportWith(({ body }) => ({
		statusCode: 400,
		body: { error_code: '100222', error_desc: `Illegal: ${(body as { callbackUrl: string }).callbackUrl}` },
	}));
	const added = await new Subscriptions(transport).add(
		'deviceAdded',
		withSecret('https://n8n:443/w', secret),
	);
	expect(added).toMatchObject({ ok: false, failure: { code: '100222' } });
	expect(JSON.stringify(added)).toContain('https://n8n:443/w');
	expect(JSON.stringify(added)).not.toContain(secret.slice(0, 8));
});

it.each(['https://', ''])(
	'Who holds a type, or another address, is shown in short: %p and a long text',
	(start) => {
		const callbackUrl = `${start}${'x'.repeat(100_000)}/x`;
		const others = [{ subscriptionId: '1', notifyType: 'deviceAdded', callbackUrl }];
		const to = 'https://n8n:443/w';
		const refused = (code: string) =>
			({ kind: 'final', maybeDone: false, what: 'No', help: 'None.', code }) as const;
		for (const { what, help } of [
			takenType(refused('100227'), 'deviceAdded', others, to),
			refusedAddress(refused('100234'), others, to),
			refusedAddress(refused('100022'), others, to),
		]) {
			expect(what.length).toBeLessThan(500);
			expect(help.length).toBeLessThan(500);
		}
	},
);

describe('A refusal that has nothing to do with the address', () => {
	const to = 'https://n8n:443/w';
	const at = (callbackUrl: string) => [{ subscriptionId: '1', notifyType: 'deviceAdded', callbackUrl }];
	const refused = (code?: string) =>
		({ kind: 'final', maybeDone: false, what: 'No', help: 'None.', code }) as const;

	it.each([
		['has no code of the platform', undefined],
		['says that the type is taken', '100227'],
	])('stays as it is when it %s', (_what, code) => {
		expect(refusedAddress(refused(code), at('https://other:443/x'), to)).toEqual(refused(code));
	});

	it.each([
		['at the same address', 'https://n8n:443/other'],
		['without an address', ''],
	])('stays as it is beside a subscription %s', (_what, callbackUrl) => {
		expect(refusedAddress(refused('100022'), at(callbackUrl), to)).toEqual(refused('100022'));
	});
});
