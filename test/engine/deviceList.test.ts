import type { IDataObject, INodeListSearchResult } from 'n8n-workflow';

import { startPlatform, type Platform } from '../platform/platform';
import { editorContext } from './editorContext';
import { credentialFor, IotCommandRevoke, type CredentialStore } from './engine';
import { useFakeTime } from './fakeTime';

/** The list behind the field 'Device', as the editor asks for it. */

let platform: Platform;

beforeEach(async () => {
	platform = await startPlatform();
});

afterEach(async () => {
	await platform.close();
});

function credential(changes: IDataObject = {}): CredentialStore {
	return credentialFor(platform, { sessionToken: platform.issueToken(), ...changes });
}

async function search(
	text?: string,
	token?: string,
	options: { store?: CredentialStore; parameters?: IDataObject } = {},
): Promise<INodeListSearchResult> {
	const type = new IotCommandRevoke();
	const context = editorContext(type, options.store ?? credential(), options.parameters);
	const method = type.methods?.listSearch?.searchDevices;
	if (!method) throw new Error('The node has no list of devices');
	return await method.call(context, text, token);
}

/** All devices that the list shows, as a person scrolls through it. */
async function whole(): Promise<unknown[]> {
	const values: unknown[] = [];
	let token: string | undefined;
	do {
		const { results, paginationToken } = await search('', token);
		values.push(...results.map(({ value }) => value));
		token = paginationToken as string | undefined;
	} while (token !== undefined);
	return values;
}

const platformIds = (count: number) =>
	Array.from({ length: count }, (_, index) => `id-${String(index).padStart(5, '0')}`);

const addDevices = (count: number) => {
	for (let index = 0; index < count; index += 1) {
		platform.addDevice(`id-${String(index).padStart(5, '0')}`, { name: `Pump ${index}`, status: 'OFFLINE' });
	}
};

const lastQuery = () => platform.requests.at(-1)?.query;

it('shows name, status and ID of each device', async () => {
	platform.addDevice('7f3c', { name: 'Pump 7', status: 'ABNORMAL' });
	platform.addDevice('8a1d', { name: null, nodeId: '8612345', status: null as never });
	expect((await search()).results).toEqual([
		{ name: 'Pump 7 (ABNORMAL) 7f3c', value: '7f3c' },
		{ name: '8612345 8a1d', value: '8a1d' },
	]);
});

it.each([
	['pump 12', ['id-00012', 'id-00120', 'id-00121']],
	['ID-00299', ['id-00299']],
	['nothing like it', []],
])('finds devices by a part of their name or ID: %s', async (text, expected) => {
	addDevices(300);
	const values = (await search(text)).results.map(({ value }) => value);
	expect(values.slice(0, 3)).toEqual(expected);
});

it('gives the list page after page, every device once', async () => {
	addDevices(601);
	expect(await whole()).toEqual(platformIds(601));
	expect(platform.requests).toHaveLength(3);
});

it.each(['first', 'empty', 'refused'] as const)(
	'begins where page 0 is %s and the first is 1',
	async (pageZero) => {
		platform.set({ firstPage: 1, pageZero });
		addDevices(300);
		expect(new Set(await whole())).toEqual(new Set(platformIds(300)));
		expect((await search('Pump 299')).results.map(({ value }) => value)).toEqual(['id-00299']);
	},
);

it('shows nobody what another user was shown', async () => {
	addDevices(10);
	expect((await search('Pump 1')).results).toHaveLength(1);
	const stranger = credential({ authentication: 'accessToken', token: 'invented' });
	await expect(search('Pump 1', undefined, { store: stranger })).rejects.toThrow('access token');
	await expect(search('', undefined, { store: stranger })).rejects.toThrow('access token');
});

describe('In a fleet that takes longer than a minute to list', () => {
	beforeEach(() => addDevices(30_000));

	it('finds a device by its name with a few calls', async () => {
		expect((await search('Pump 29999')).results.map(({ value }) => value)).toEqual(['id-29999']);
		expect(platform.requests.length).toBeLessThanOrEqual(6);
	});

	it('finds a device by its whole ID with a few calls', async () => {
		expect((await search('id-29999')).results.map(({ value }) => value)).toEqual(['id-29999']);
		expect(platform.requests.length).toBeLessThanOrEqual(6);
	});

	it('goes on where the search stopped, and takes a bounded share of the calls', async () => {
		platform.set({ deviceListIgnores: ['name'] });
		const wanted = 'PUMP 19999';
		let searches = 1;
		for (; searches < 100; searches += 1) {
			const before = platform.requests.length;
			const found = await search(wanted).catch((error: Error) => error.message);
			expect(platform.requests.length - before).toBeLessThanOrEqual(6);
			if (typeof found !== 'string') {
				expect(found.results.map(({ value }) => value)).toEqual(['id-19999']);
				break;
			}
			expect(found).toContain('so far');
		}
		const pages = platform.requests.flatMap(({ query }) => query.pageNo ?? []);
		expect(new Set(pages).size).toBe(pages.length);
		expect(searches).toBe(16);
	});

	it('goes on by its token where there is something to show', async () => {
		const first = await search('Pump 1');
		const second = await search('Pump 1', first.paginationToken as string);
		expect(first.results.length).toBeGreaterThan(0);
		expect(first.results[0]?.value).toBe('id-00001');
		expect(second.results[0]?.value).not.toBe('id-00001');
		expect(lastQuery()).toMatchObject({ name: 'Pump 1', pageNo: '1' });
	});

	it('goes on by its token with all devices where the platform finds none by that name', async () => {
		const first = await search('id-0');
		const second = await search('id-0', first.paginationToken as string);
		expect(second.results[0]?.value).toBe('id-00250');
		expect(lastQuery()).toMatchObject({ pageNo: '1' });
		expect(lastQuery()).not.toHaveProperty('name');
	});
});

it("lists the devices of the application that is named in 'Application ID'", async () => {
	platform.set({ authorizedAppIds: ['other'] });
	platform.addDevice('own');
	platform.addDevice('theirs', {}, 'other');
	const { results } = await search('', undefined, { parameters: { options: { appId: 'other' } } });
	expect(results.map(({ value }) => value)).toEqual(['theirs']);
});

describe('When there is no list, it says why', () => {
	it.each([
		[{ server: 'ftp://example.com' }, "'Server'"],
		[{ authentication: 'accessToken', token: 'expired' }, 'access token'],
		[
			{ authentication: 'appSecret', secret: 'not-the-secret', sessionToken: '' },
			'the App Key or the secret is wrong',
		],
		[{ caCertificate: '' }, 'certificate'],
	])('with %p', async (changes, message) => {
		await expect(search('', undefined, { store: credential(changes) })).rejects.toThrow(message);
	});

	it('when the rate limit is used up already', async () => {
		platform.failNext({ kind: 'throttle', times: Infinity });
		await expect(search()).rejects.toThrow('more calls than its rate limit allows');
		expect(platform.requests).toHaveLength(1);
	});

	it('when the server is none like the platform', async () => {
		platform.failNext({ kind: 'reply', status: 200, body: { hello: 'world' } });
		await expect(search()).rejects.toThrow('contains no list');
	});
});

describe('The list waits', () => {
	const time = useFakeTime();

	it("for ten seconds when the application's calls for this minute are used up here", async () => {
		const store = credential({ requestsPerMinute: 1 });
		platform.set({ authorizedAppIds: ['other'] });
		await time.run(search('', undefined, { store }));
		const parameters = { options: { appId: 'other' } };
		await expect(time.run(search('', undefined, { store, parameters }))).rejects.toThrow(
			'did not arrive within 10 seconds',
		);
	});

	it('no longer than that for more than it has found, and goes on from there', async () => {
		addDevices(600);
		const store = credential({ requestsPerMinute: 2 });
		const began = time.now();
		const { results, paginationToken } = await time.run(search('id-00007', undefined, { store }));
		expect(results.map(({ value }) => value)).toEqual(['id-00007']);
		expect(time.now() - began).toBe(10_000);
		expect(paginationToken).toBe('all:1');
		time.pass(60_000);
		expect(await time.run(search('id-00007', 'all:1', { store }))).toEqual({ results: [] });
		expect(platform.requests.map(({ query }) => query.pageNo)).toEqual(['0', '0', '1', '2']);
	});
});
