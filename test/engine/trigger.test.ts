import { NodeHelpers, type IDataObject, type INode, type INodeParameters } from 'n8n-workflow';

import { startPlatform, type Platform } from '../platform/platform';
import { clockModule, credentialFor } from './engine';
import { TriggerWorkflow, type TriggerOptions } from './triggerEngine';

const PATH = '/iocm/app/sub/v1.2.0/subscriptions';

let platform: Platform;

beforeEach(async () => {
	platform = await startPlatform();
});

afterEach(async () => {
	jest.restoreAllMocks();
	await platform.close();
});

const trigger = (options: Partial<TriggerOptions> = {}) =>
	new TriggerWorkflow({ credential: credentialFor(platform), ...options });

const ALL = ['deviceAdded', 'deviceDataChanged', 'deviceDeleted', 'deviceInfoChanged', 'deviceStatusChanged'];
const three = { events: ['deviceStatusChanged', 'deviceDataChanged', 'deviceAdded'] };

const types = () => platform.subscriptions().map(({ notifyType }) => notifyType);
const ids = () => platform.subscriptions().map(({ subscriptionId }) => subscriptionId);
const urls = () => platform.subscriptions().map(({ callbackUrl }) => callbackUrl);
const url = () => urls()[0] ?? '';
const calls = (method: string) => platform.requests.filter((request) => request.method === method);

const push = { notifyType: 'deviceInfoChanged', deviceId: 'd', deviceInfo: { status: 'OFFLINE' } };

/** Makes time-outs a thousand times shorter. @returns those that were asked for, in milliseconds */
function shortTimeouts(): number[] {
	const asked: number[] = [];
	const timeout = AbortSignal.timeout.bind(AbortSignal);
	jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
		asked.push(ms);
		return timeout(ms / 1000);
	});
	return asked;
}

/** What stopped the activation: message and description. */
async function refusal(activation: Promise<unknown>): Promise<string> {
	try {
		await activation;
	} catch (error) {
		const { message, description } = error as { message: string; description?: string };
		return `${message} | ${description}`;
	}
	throw new Error('The activation went well');
}

it('The node declares the webhook that n8n registers', () => {
	const { webhooks, version, group } = trigger().type.description;
	expect(webhooks).toEqual([
		{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'webhook' },
	]);
	expect({ version, group }).toEqual({ version: 1.1, group: ['trigger'] });
});

it("The editor shows 'Statuses' only with Device Status Changed among the events, or with an expression", () => {
	const { description } = trigger().type;
	const shown = (parameters: IDataObject) => {
		const options = { statuses: ['OFFLINE'], deviceIds: 'd' };
		const node = { typeVersion: 1.1 } as INode;
		const given = { ...parameters, options } as INodeParameters;
		const { properties } = description;
		const read = NodeHelpers.getNodeParameters(properties, given, true, false, node, description);
		return Object.keys(read?.options as object).sort();
	};
	expect(shown({})).toEqual(['deviceIds', 'statuses']);
	expect(shown({ events: ['deviceAdded', 'deviceStatusChanged'] })).toEqual(['deviceIds', 'statuses']);
	expect(shown({ events: '={{ ["deviceStatusChanged"] }}' })).toEqual(['deviceIds', 'statuses']);
	expect(shown({ events: ['deviceAdded'] })).toEqual(['deviceIds']);
});

describe('Turning the workflow on', () => {
	it('subscribes once for each type of the chosen events, to an address with port and secret', async () => {
		await trigger({ parameters: { events: ALL } }).activate();
		expect(types().sort()).toEqual([
			'deviceAdded',
			'deviceDataChanged',
			'deviceDeleted',
			'deviceInfoChanged',
		]);
		expect(new Set(urls()).size).toBe(1);
		expect(url()).toMatch(
			/^https:\/\/n8n\.example\.com:443\/webhook\/[-0-9a-f]{36}\/webhook\?secret=[0-9a-f]{64}$/,
		);
	});

	it.each([
		['http://n8n.example.com', 'http://n8n.example.com:80/'],
		['https://n8n.example.com:5678/base', 'https://n8n.example.com:5678/base/'],
		['http://[2001:db8::1]', 'http://[2001:db8::1]:80/'],
	])('writes the port of %s out', async (address, start) => {
		await trigger({ address }).activate();
		expect(url().startsWith(start)).toBe(true);
	});

	it('keeps what is there with the secret that n8n knows', async () => {
		const workflow = trigger({ parameters: three });
		await workflow.activate();
		const before = platform.subscriptions();
		await workflow.activate('init');
		expect(platform.subscriptions()).toEqual(before);
		expect(calls('POST').filter(({ path }) => path === PATH)).toHaveLength(3);
	});

	it('replaces what an activation left behind that crashed before the secret was saved', async () => {
		const workflow = trigger();
		await workflow.activateAndCrash();
		const [left] = platform.subscriptions();
		await workflow.activate('init');
		expect(platform.subscriptions()).toHaveLength(1);
		expect(ids()).not.toContain(left?.subscriptionId);
		expect((await workflow.receive(left?.callbackUrl ?? '', push)).status).toBe(401);
		expect((await workflow.receive(url(), push)).items).toHaveLength(1);
	});

	it('knows the platform after such a crash, though n8n does not activate again, and nobody else', async () => {
		const workflow = trigger({ address: 'https://killed.example.com' });
		await workflow.activateAndCrash();
		const lists = () => calls('GET').length;
		const before = lists();
		expect(await workflow.receive(`${url().slice(0, -1)}?`, push)).toEqual({ status: 401 });
		expect(await workflow.receive(url(), push)).toEqual({ status: 401 });
		expect(lists()).toBe(before + 1);
		jest.spyOn(clockModule.clock, 'now').mockImplementation(() => Date.now() + 31_000);
		const together = await Promise.all([1, 2, 3, 4].map(async () => await workflow.receive(url(), push)));
		expect(together.map(({ items }) => items)).toEqual(Array(4).fill([expect.anything()]));
		expect((await workflow.receive(url(), push)).items).toHaveLength(1);
		expect(lists()).toBe(before + 2);
	});

	it('knows the platform when a run that ended late wrote an older digest back', async () => {
		const workflow = trigger({ address: 'https://late.example.com' });
		await workflow.activate();
		const older = workflow.stored;
		await workflow.deactivate();
		await workflow.activate();
		// Twice: n8n keeps the new digest a moment later only.
		for (let time = 0; time < 2; time += 1) {
			workflow.stored = older;
			expect((await workflow.receive(url(), push)).items).toHaveLength(1);
			expect(workflow.stored).not.toEqual(older);
		}
	});

	it('takes nobody for the platform because a subscription has no secret', async () => {
		const workflow = trigger({ address: 'https://open.example.com' });
		await workflow.activateAndCrash();
		platform.set({ sameTypeOtherUrl: 'allowed' });
		platform.addSubscription('deviceAdded', url().split('?')[0] ?? '');
		const forged = url().replace(/secret=.*/, 'secret=%26x');
		expect(await workflow.receive(forged, push)).toEqual({ status: 401 });
	});

	it('warns when the crash came between two of several subscriptions', async () => {
		const address = 'https://between.example.com';
		await trigger({ address }).activateAndCrash();
		const workflow = trigger({ address, parameters: three });
		expect((await workflow.receive(url(), push)).items).toHaveLength(1);
		const warned = workflow.warnings.join();
		expect(warned).toContain('deviceDataChanged, deviceAdded');
		expect(warned).not.toContain('deviceInfoChanged');
	});

	it('adds what is missing with the same secret, and removes a type that is not wanted any more and doubles', async () => {
		platform.set({ sameTypeOtherUrl: 'allowed' });
		const workflow = trigger({ parameters: three });
		await workflow.activate();
		const known = url();
		const [first] = ids();
		await workflow.receive(known, {});
		platform.addSubscription('deviceDeleted', known);
		platform.addSubscription('deviceInfoChanged', known);
		platform.addSubscription('deviceInfoChanged', `${known.split('?')[0]}?secret=of-an-earlier-time`);
		await workflow.activate();
		expect(types().sort()).toEqual(['deviceAdded', 'deviceDataChanged', 'deviceInfoChanged']);
		expect(new Set(urls())).toEqual(new Set([known]));
		expect(ids()).toContain(first);
	});

	it('reads the list of subscriptions to its end', async () => {
		platform.set({ pageSizeCap: 2, sameTypeOtherUrl: 'allowed' });
		for (let index = 0; index < 7; index += 1) {
			platform.addSubscription('ruleEvent', `https://n8n.example.com:443/other/${index}`);
		}
		const workflow = trigger();
		await workflow.activateAndCrash();
		await workflow.activate();
		expect(types().filter((type) => type === 'deviceInfoChanged')).toHaveLength(1);
		expect(types()).toHaveLength(8);
	});

	it('says of a subscription of another trigger in this n8n where its events belong', async () => {
		await trigger({ parameters: { events: ['deviceStatusChanged'] } }).activate();
		platform.addSubscription('deviceAdded', url().replace(/webhook\/[^/]*/, 'webhook/another'));
		const said = await refusal(trigger({ parameters: { events: ['deviceAdded'] } }).activate());
		expect(said).toContain('another IoT Device Trigger in this n8n');
	});

	it('leaves alone what points elsewhere and names it, without its secret', async () => {
		const other = platform.addSubscription(
			'deviceInfoChanged',
			'https://n8n.example.com:443/other?secret=hidden',
		);
		const said = await refusal(trigger().activate());
		expect(said).toContain("already receives 'Device Info Changed' and 'Device Status Changed' (100227)");
		expect(said).toContain('The one that is there, to https://n8n.example.com:443/other,');
		expect(said).toContain('(100227)');
		expect(said).toContain('https://n8n.example.com:443/other');
		expect(said).not.toContain('hidden');
		expect(platform.subscriptions()).toEqual([other]);
	});

	it('subscribes beside another address where the platform allows that', async () => {
		platform.set({ sameTypeOtherUrl: 'allowed' });
		platform.addSubscription('deviceInfoChanged', 'https://n8n.example.com:443/other');
		await trigger().activate();
		expect(platform.subscriptions()).toHaveLength(2);
	});

	it('says that an application has one address when the platform refuses a second', async () => {
		platform.addSubscription('deviceDeleted', 'http://10.0.0.1:9000/elsewhere');
		const said = await refusal(trigger().activate());
		expect(said).toMatch(/100234.*10\.0\.0\.1:9000, .*https:\/\/n8n\.example\.com:443\. /);
		expect(said).not.toContain('elsewhere');
	});

	it('says so when the other address is not that of a subscription', async () => {
		platform.failNext({
			kind: 'reply',
			status: 403,
			body: { error_code: '100234', error_desc: "The callback URL's host conflicts with an existing one." },
			match: { method: 'POST', path: PATH },
		});
		expect(await refusal(trigger().activate())).toMatch(/goes elsewhere, perhaps that of a command/);
	});

	it('takes back the first when the second of three is refused', async () => {
		const other = platform.addSubscription('deviceDataChanged', 'https://n8n.example.com:443/other');
		const workflow = trigger({ parameters: three });
		await refusal(workflow.activate());
		expect(platform.subscriptions()).toEqual([other]);
		expect(calls('POST').filter(({ path }) => path === PATH)).toHaveLength(2);
		expect(calls('DELETE')).toHaveLength(1);
		expect(workflow.stored).not.toHaveProperty('node:IoT Device Trigger.secretDigest');
	});

	it('names what it could not take back', async () => {
		platform.addSubscription('deviceDataChanged', 'https://n8n.example.com:443/other');
		platform.failNext({
			kind: 'status',
			status: 400,
			match: { method: 'DELETE', path: PATH },
			times: Infinity,
		});
		const said = await refusal(trigger({ parameters: three }).activate());
		expect(said).toMatch(/Subscriptions that were made before \(.*\) could not be removed again/);
	});

	it.each(['resetAfter', 'halfJson', '502After'] as const)(
		'finds what it made when the answer is lost (%s)',
		async (kind) => {
			platform.failNext({ kind, match: { method: 'POST', path: PATH } });
			await trigger().activate();
			expect(platform.subscriptions()).toHaveLength(1);
			expect(calls('POST').filter(({ path }) => path === PATH)).toHaveLength(1);
		},
	);

	it('sends again when a lost request made nothing', async () => {
		platform.failNext({ kind: 'resetBefore', match: { method: 'POST', path: PATH } });
		await trigger().activate();
		expect(platform.subscriptions()).toHaveLength(1);
	});

	it('takes back the one whose answer was lost for good', async () => {
		platform.failNext({ kind: 'resetAfter', match: { method: 'POST', path: PATH } });
		platform.failNext({ kind: 'status', status: 400, match: { method: 'GET', path: PATH }, skip: 2 });
		await refusal(trigger().activate());
		expect(platform.subscriptions()).toEqual([]);
	});

	it('logs in again when the stored token has expired', async () => {
		const credential = credentialFor(platform, { sessionToken: platform.issueToken() });
		platform.expireTokens();
		await trigger({ credential }).activate();
		expect(platform.subscriptions()).toHaveLength(1);
	});

	it('says that a token of the own has expired', async () => {
		const token = platform.issueToken();
		platform.expireTokens();
		const credential = credentialFor(platform, { authentication: 'accessToken', token });
		const said = await refusal(trigger({ credential }).activate());
		expect(said).toMatch(/1010005.*'Access Token'/);
		expect(said).not.toContain(token);
	});

	it('says that the platform is down', async () => {
		const credential = credentialFor(platform, { server: 'https://127.0.0.1:1' });
		expect(await refusal(trigger({ credential }).activate())).toMatch(/'Server'/);
	});

	it.each([
		['events', { events: [] }, /'Trigger On'/],
		['a device', { options: { deviceIds: 'x'.repeat(65) } }, /'Device IDs'/],
		['an unknown event', { events: ['deviceOnFire'] }, /'Trigger On' is deviceOnFire/],
		['an event that nothing gives', { events: '={{ $json.nope }}' }, /'Trigger On'/],
		['an application', { options: { appId: 'two words' } }, /'Application ID'/],
		['an application that nothing gives', { options: { appId: '={{ $json.nope }}' } }, /'Application ID'/],
	])('says before any call what is wrong with %s', async (_what, parameters, words) => {
		expect(await refusal(trigger({ parameters }).activate())).toMatch(words);
		expect(calls('POST').filter(({ path }) => path === PATH)).toEqual([]);
	});

	it.each([
		['deviceIds', 12345, /'Device IDs' is a number \(12345\)/],
		['deviceIds', true, /'Device IDs' is a boolean/],
		['deviceIds', { deviceId: 'd' }, /'Device IDs' is an object/],
		['deviceIds', [null], /'Device IDs' has no value/],
		['deviceIds', ['a', 5], /'Device IDs' is a number/],
		['deviceIds', [['a']], /'Device IDs' is a list/],
		['deviceIds', [' ', ''], /'Device IDs' is empty/],
		['deviceIds', ' , ', /'Device IDs' is empty/],
		['deviceIds', '={{ $json.nope }}', /'Device IDs'/],
		['deviceIds', '={{ undefined }}', /'Device IDs' has no value/],
		['deviceIds', '={{ "" }}', /'Device IDs' is empty/],
		['deviceIds', '={{ [] }}', /'Device IDs' is empty/],
		['deviceIds', '={{ null }}', /'Device IDs' has no value/],
		['deviceIds', '=', /'Device IDs'/],
		['deviceIds', '={{ $json.nope.nope }}', /'Device IDs'/],
		['deviceIds', 'dev\u200bice', /'Device IDs' has an invisible character \(U\+200B\) after "dev"/],
		['statuses', 'SILENT', /'Statuses' is SILENT, .* ABNORMAL, INACTIVE, OFFLINE, ONLINE/],
		['statuses', ['OFFLINE', 7], /'Statuses' is a number/],
		['statuses', [' '], /'Statuses' is empty/],
		['statuses', { OFFLINE: true }, /'Statuses' is an object/],
		['statuses', '={{ undefined }}', /'Statuses' has no value/],
		['statuses', '={{ [] }}', /'Statuses' is empty/],
		['simplify', 'no', /'Simplify' is no, but it has to be true or false/],
	])('refuses %s %j, which would let everything through', async (name, value, words) => {
		const parameters = { options: { [name]: value } };
		expect(await refusal(trigger({ parameters }).activate())).toMatch(words);
		expect(calls('POST').filter(({ path }) => path === PATH)).toEqual([]);
	});

	it('says in one sentence after another that the credential is gone', async () => {
		const credential = credentialFor(platform);
		credential.unreadable = 'Credential with ID "credential-1" does not exist.';
		const said = await refusal(trigger({ credential }).activate());
		expect(said).toMatch(/does not exist\. Select a /);
		expect(said).not.toContain('..');
	});

	it('waits a bounded time for a platform that does not answer', async () => {
		const limits = shortTimeouts();
		platform.failNext({ kind: 'hang', times: Infinity });
		expect(await refusal(trigger().activate())).toMatch(/\. /);
		expect(Math.max(...limits)).toBeLessThanOrEqual(40_500);
		platform.clearFaults();
	});

	it('subscribes for the application that owns the devices', async () => {
		platform.set({ authorizedAppIds: ['owner'] });
		const workflow = trigger({ parameters: { options: { appId: 'owner' } } });
		await workflow.activate();
		expect(platform.subscriptions()).toMatchObject([{ appId: 'owner' }]);
		await workflow.deactivate();
		expect(platform.subscriptions()).toEqual([]);
	});

	it.each([
		'http://localhost:5678',
		'http://192.168.1.4:5678',
		'http://n8n:5678',
		'https://n8n.corp',
		'http://[fd00::1]',
	])('warns that a platform outside can not reach %s, and subscribes', async (address) => {
		const workflow = trigger({ address });
		await workflow.activate();
		expect(workflow.warnings.join()).toContain('WEBHOOK_URL');
		expect(platform.subscriptions()).toHaveLength(1);
	});

	it.each(['https://n8n.example.com', 'http://203.0.113.7:5678'])('does not warn for %s', async (address) => {
		const workflow = trigger({ address });
		await workflow.activate();
		expect(workflow.warnings).toEqual([]);
	});
});

describe('Turning the workflow off', () => {
	it('removes its own subscriptions, of all types, and no other', async () => {
		const other = platform.addSubscription('ruleEvent', 'https://n8n.example.com:443/other');
		const workflow = trigger({ parameters: three });
		await workflow.activate();
		platform.addSubscription('deviceDeleted', urls()[1] ?? '');
		expect(platform.subscriptions()).toHaveLength(5);
		await workflow.deactivate();
		expect(platform.subscriptions()).toEqual([other]);
		expect(workflow.stored).toEqual({ 'node:IoT Device Trigger': {} });
	});

	it('says what to do when the credential is gone, and takes over what is left when there is one again', async () => {
		const credential = credentialFor(platform);
		const workflow = trigger({ credential });
		await workflow.activate();
		const left = platform.subscriptions();
		credential.unreadable = 'Credential with ID "credential-1" does not exist.';
		const said = await refusal(workflow.deactivate());
		expect(said).toMatch(
			/could not be removed: .* does not exist\. Select a .*\. Then publish and unpublish/,
		);
		expect(said).not.toMatch(/\.\.|next activation/);
		credential.unreadable = undefined;
		await workflow.activate();
		expect(platform.subscriptions()).toEqual(left);
		await workflow.deactivate();
		expect(platform.subscriptions()).toEqual([]);
	});

	it('needs of the parameters only the application', async () => {
		const workflow = trigger();
		await workflow.activate();
		workflow.parameters = { events: [], options: { deviceIds: 5 } };
		await workflow.deactivate();
		expect(platform.subscriptions()).toEqual([]);
	});

	it.each([404, 200])('does not mind that one is gone, told with HTTP %i', async (status) => {
		const workflow = trigger();
		await workflow.activate();
		platform.failNext({
			kind: 'reply',
			status,
			body: { error_code: '100225', error_desc: 'The resource is not found' },
			match: { method: 'DELETE' },
		});
		await workflow.deactivate();
		expect(calls('DELETE')).toHaveLength(1);
		expect(workflow.warnings).toEqual([]);
	});

	it('says so when the platform is down, and the next activation takes over what is left', async () => {
		const workflow = trigger();
		await workflow.activate();
		const left = platform.subscriptions();
		platform.failNext({ kind: 'resetBefore', times: Infinity });
		expect(await refusal(workflow.deactivate())).toMatch(/could not be removed.*next activation/);
		platform.clearFaults();
		await workflow.activate();
		expect(platform.subscriptions()).toEqual(left);
	});

	it('after an activation that came to nothing leaves nothing that n8n would take for active', async () => {
		const workflow = trigger();
		await workflow.activate();
		platform.failNext({ kind: 'resetBefore', times: Infinity });
		await refusal(workflow.activate());
		expect(workflow.warnings.join()).toMatch(/could not be removed/);
	});
});

describe("'Listen for test event'", () => {
	it('subscribes to the test URL and unsubscribes', async () => {
		const workflow = trigger();
		const end = await workflow.listen();
		expect(url().startsWith('https://n8n.example.com:443/webhook-test/')).toBe(true);
		await end();
		expect(platform.subscriptions()).toEqual([]);
	});

	it('leaves the subscription of the active workflow alone, and says what to do', async () => {
		const workflow = trigger();
		await workflow.activate();
		const before = platform.subscriptions();
		const said = await refusal(workflow.listen());
		expect(said).toMatch(/^This workflow is published and holds .* 'Device Status Changed' \(100227\)/);
		expect(said).toContain('Unpublish it before you test it');
		expect(platform.subscriptions()).toEqual(before);
	});

	it.each([
		['another program', 'https://elsewhere.example.com:443/hook', 'IoT Device Polling Trigger'],
		[
			'another trigger of this n8n',
			'https://n8n.example.com:443/webhook/other/webhook',
			'another IoT Device Trigger',
		],
	])('leaves the subscription of %s alone, and says whose it is', async (_who, callbackUrl, words) => {
		platform.addSubscription('deviceInfoChanged', callbackUrl);
		const before = platform.subscriptions();
		const said = await refusal(trigger().listen());
		expect(said).toContain(callbackUrl);
		expect(said).toContain(words);
		expect(said).not.toContain('This workflow is published');
		expect(platform.subscriptions()).toEqual(before);
	});

	it('that n8n never ended gives way when the workflow is turned on', async () => {
		const workflow = trigger();
		const end = await workflow.listen();
		await workflow.activate();
		const before = platform.subscriptions();
		expect(before).toMatchObject([{ callbackUrl: expect.stringContaining('/webhook/') as string }]);
		await end();
		expect(platform.subscriptions()).toEqual(before);
	});
});
