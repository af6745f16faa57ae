import { startPlatform, type Fault, type Platform } from '../platform/platform';
import { credentialFor, pace, runNode, type RunOptions } from './engine';

// A refused call over the threshold makes the next one wait for a part of the window.
pace.window.ms = 600;

const POST = { path: 'deviceCommandCancelTasks', method: 'POST' };

/** Every row of the page's error table, with a word of the advice that a person gets. */
const ROWS: Array<[number, string, string, RegExp]> = [
	[200, '100203', 'The application is not existed.', /'Application ID'/],
	[200, '100217', "The application hasn't been authorized.", /'Application ID' empty/],
	[200, '100418', 'The deviceData is not existed.', /'Device/],
	[400, '100022', 'The input is invalid.', /'Device/],
	[403, '100203', 'The application is not existed.', /'Application ID'/],
	[403, '100217', "The application hasn't been authorized.", /'Application ID' empty/],
	[403, '1010009', 'app throttle exceed.', /'Requests per Minute'/],
	[403, '1010005', 'App_key or access_token is invalid.', /'App Key'/],
	[500, '100001', 'Internal server error.', /ask the operator/],
	[500, '100220', 'Get AppKey from header failed.', /'App Key Header'/],
	[503, '100501', 'Congestion occurs, and the current network has been flow-controlled', /Try again later/],
];

const SHAPES: Array<[string, (code: string, text: string) => object]> = [
	['error_code', (code, text) => ({ error_code: code, error_desc: text })],
	['resultcode', (code, text) => ({ resultcode: code, resultmsg: text })],
];

const CASES = ROWS.flatMap(([status, code, text, advice]) =>
	SHAPES.map(([shape, body]) => ({ status, code, text, advice, shape, body: body(code, text) })),
);

let platform: Platform;

beforeEach(async () => {
	platform = await startPlatform();
});

afterEach(async () => await platform.close());

const refuse = (status: number, body: unknown, changes: Partial<Fault> = {}) =>
	platform.failNext({ kind: 'reply', status, body, match: POST, times: Infinity, ...changes });

const posts = () =>
	platform.requests.filter(({ path, method }) => method === 'POST' && path.endsWith(POST.path));

const run = async (options: Partial<RunOptions>) =>
	await runNode({
		credential: credentialFor(platform),
		items: [{ deviceId: 'device-1', row: 7 }],
		parameters: { options: { maxRetries: 0, concurrency: 1 } },
		...options,
	});

/** Answers that every call of a run would get, and what a person reads then. */
const FOR_ALL: Array<[string, number, unknown, RegExp, RegExp]> = [
	['a redirect', 301, '', /redirect \(HTTP 301\)/, /'Server' of the credential/],
	['a proxy that wants a login', 407, 'No login', /HTTP 407\): "No login"/, /n8n's proxy settings/],
];

const shown = (text: string) => text.replace(/\.$/, '');

describe("Every row of the page's error table", () => {
	it.each(CASES)(
		'$status $code as $shape becomes an item with error and message under Continue',
		async ({ status, code, text, advice, body }) => {
			platform.queueCommands('device-1', 1);
			refuse(status, body);
			const { items, stopped } = await run({ settings: { onError: 'continueRegularOutput' } });
			expect(stopped).toBeUndefined();
			expect(items).toHaveLength(1);
			expect(Object.keys(items[0]?.json ?? {}).sort()).toEqual(['error', 'message']);
			expect(items[0]?.json.error).toContain(`(${code}: ${shown(text)})`);
			expect(items[0]?.json.message).toMatch(advice);
			expect(items[0]?.pairedItem).toEqual({ item: 0 });
			expect(platform.commands('device-1')[0]?.status).toBe('PENDING');
		},
	);

	it.each(CASES)(
		"$status $code as $shape lands on the error output with the input's fields",
		async ({ status, code, text, advice, body }) => {
			platform.queueCommands('device-1', 1);
			platform.queueCommands('device-2', 1);
			refuse(status, body, { match: { ...POST, deviceId: 'device-1' } });
			const { items, failed, stopped } = await run({
				items: [
					{ deviceId: 'device-1', row: 7 },
					{ deviceId: 'device-2', row: 8 },
				],
				settings: { onError: 'continueErrorOutput' },
			});
			expect(stopped).toBeUndefined();
			expect(items.map(({ json }) => json.deviceId)).toEqual(['device-2']);
			expect(failed).toHaveLength(1);
			expect(failed[0]?.json).toMatchObject({ deviceId: 'device-1', row: 7 });
			expect(failed[0]?.json.error).toContain(`(${code}: ${shown(text)})`);
			expect(failed[0]?.json.message).toMatch(advice);
		},
	);

	it.each(CASES)(
		'$status $code as $shape stops the node and says what was done before',
		async ({ status, code, text, advice, body }) => {
			platform.queueCommands('device-1', 1);
			platform.queueCommands('device-2', 2);
			platform.queueCommands('device-3', 1);
			refuse(status, body, { match: { ...POST, deviceId: 'device-3' } });
			const { items, stopped } = await run({
				items: ['device-1', 'device-2', 'device-3', 'device-4'].map((deviceId) => ({ deviceId })),
			});
			expect(items).toEqual([]);
			expect(stopped?.message).toContain(`(${code}: ${shown(text)})`);
			expect(stopped?.message).toContain('2 of 4 devices were done');
			expect(stopped?.message).toContain('[item 2]');
			for (const { taskId } of platform.tasks()) expect(stopped?.message).toContain(taskId);
			expect(stopped?.description).toMatch(advice);
			// Said once, in the message.
			expect(stopped?.description).not.toContain('devices were done');
			expect(platform.tasks()).toHaveLength(2);
			expect(platform.requests.map(({ body: sent }) => sent)).not.toContainEqual({ deviceId: 'device-4' });
		},
	);

	it.each(CASES)('$code with HTTP 200 as $shape is no success', async ({ body, code }) => {
		platform.queueCommands('device-1', 1);
		refuse(200, body);
		const { items, stopped } = await run({});
		expect(items).toEqual([]);
		expect(stopped?.message).toContain(code);
	});
});

it.each(['stopWorkflow', 'continueRegularOutput'] as const)(
	'A refusal names its device: %s',
	async (onError) => {
		for (const deviceId of ['device-1', 'device-2']) platform.queueCommands(deviceId, 1);
		refuse(500, { error_code: '100001' }, { match: { ...POST, deviceId: 'device-2' } });
		const items = [{ deviceId: 'device-1' }, { deviceId: 'device-2' }];
		const { stopped, items: given } = await run({ items, settings: { onError } });
		const message = stopped?.message ?? given.map(({ json }) => json.error).join('');
		expect(message).toContain(': device device-2');
		expect(message).toContain('[item 1]');
		expect(message).not.toContain(': device device-1');
	},
);

it('A stop counts the devices that were not started', async () => {
	const items = ['unknown', 'device-1', 'device-2'].map((deviceId) => ({ deviceId }));
	const { stopped } = await run({ items });
	expect(stopped?.message).toContain('0 of 3 devices were done (2 were not started)');
});

it('A stop gives one reason for all whose chosen commands met the same', async () => {
	const devices = ['device-1', 'device-2', 'device-3'].map((deviceId) => ({ deviceId }));
	for (const { deviceId } of devices) platform.queueCommands(deviceId, 1);
	const body = { resultcode: '1010009', resultmsg: 'app throttle exceed.' };
	platform.failNext({ kind: 'reply', status: 403, body, match: { method: 'PUT' }, times: Infinity });
	const { stopped } = await run({
		items: devices,
		parameters: {
			operation: 'revokeSelected',
			filters: { serviceId: 'Valve' },
			options: { maxRetries: 0, concurrency: 3 },
		},
	});
	const lines = stopped?.description?.split('\n').filter((line) => line.includes('Reason: ')) ?? [];
	expect(lines).toHaveLength(1);
	expect(lines[0]).toMatch(/: device device-2, device device-3\. Reason: /);
});

it('A stop counts the devices that had nothing queued, which have no task to name', async () => {
	for (const deviceId of ['empty', 'device-1']) await platform.addDevice(deviceId);
	platform.queueCommands('device-1', 1);
	const items = ['empty', 'device-1', 'unknown'].map((deviceId) => ({ deviceId }));
	const { stopped } = await run({ items });
	expect(stopped?.message).toMatch(
		/2 of 3 devices were done \(1 of them had nothing queued\)\. Revocation accepted: device-1 \(task /,
	);
});

it('A stop gives the reason for every device that is not done or not known to be, once for those with the same one', async () => {
	const names = ['device-1', 'device-2', 'device-3', 'device-4'];
	for (const deviceId of names) platform.queueCommands(deviceId, 1);
	const codes = { 'device-2': '100418', 'device-3': '100001', 'device-4': '100418' };
	for (const [deviceId, code] of Object.entries(codes)) {
		refuse(500, { error_code: code }, { match: { ...POST, deviceId } });
	}
	// The others are under way when the first one fails.
	const { stopped } = await run({
		items: [{ deviceId: 'unknown' }, ...names.map((deviceId) => ({ deviceId }))],
		parameters: { options: { maxRetries: 0, concurrency: 5 } },
	});
	expect(stopped?.message).toMatch(/100418.*: device unknown\. 1 of 5 devices were done/);
	expect(stopped?.description?.split('\n').slice(-2)).toEqual([
		'Also not done: device device-2, device device-4. Reason: The platform does not know this device (100418)',
		'Not known whether done: device device-3. Reason: The platform reported an internal error (100001)',
	]);
});

it.each([
	[20, false],
	[21, true],
])(
	'What was done for %i devices before a run stopped is in its message, or in full below: %s',
	async (count, isCut) => {
		const devices = Array.from({ length: count }, (_, at) => ({ deviceId: `device-${at}` }));
		for (const { deviceId } of devices) platform.queueCommands(deviceId, 1);
		const { stopped } = await run({ items: [...devices, { deviceId: 'unknown' }] });
		const done = platform.tasks().map(({ deviceId, taskId }) => `${deviceId} (task ${taskId})`);
		expect(stopped?.message).toContain(`Revocation accepted: ${done.slice(0, 20).join(', ')}`);
		expect(stopped?.message.includes('and 1 more')).toBe(isCut);
		expect(stopped?.description?.includes(done.join(', '))).toBe(isCut);
	},
);

describe('What no call of a run can get past', () => {
	const devices = (count: number) => Array.from({ length: count }, (_, at) => ({ deviceId: `device-${at}` }));

	it.each(FOR_ALL)(
		'is met by two of 50 devices and told for all: %s',
		async (_name, status, body, error, help) => {
			refuse(status, body);
			const { items, stopped } = await run({
				items: devices(50),
				settings: { onError: 'continueRegularOutput' },
			});
			expect(stopped).toBeUndefined();
			expect(posts()).toHaveLength(2);
			expect(items).toHaveLength(50);
			for (const [at, { json }] of items.entries()) {
				expect(json.error).toMatch(error);
				expect(json.error).not.toContain('device');
				const first = String(items[0]?.json.error);
				expect(json.error).toBe(first.replace('[item 0]', `[item ${at}]`));
				expect(json.message).toMatch(help);
			}
		},
	);

	it.each(FOR_ALL)('is about one device when the others are answered: %s', async (_name, status, body) => {
		for (const { deviceId } of devices(9)) platform.queueCommands(deviceId, 1);
		for (const deviceId of ['device-0', 'device-4', 'device-8']) {
			refuse(status, body, { match: { ...POST, deviceId } });
		}
		const { items } = await run({
			items: devices(9),
			settings: { onError: 'continueRegularOutput' },
		});
		const failed = items.flatMap(({ json }, at) => (json.error === undefined ? [] : [at]));
		expect(failed).toEqual([0, 4, 8]);
		expect(posts()).toHaveLength(9);
	});
});

describe('Refusals beyond the table', () => {
	it('a code that no page lists is shown with its text', async () => {
		refuse(403, { error_code: '999999', error_desc: 'Something new.' });
		const { stopped } = await run({});
		expect(stopped?.message).toContain('(999999: Something new)');
		expect(stopped?.description).toContain('Ask the operator');
	});

	it('a code that comes as a number counts like text', async () => {
		refuse(200, { error_code: 100418, error_desc: 'The deviceData is not existed.' });
		const { stopped } = await run({});
		expect(stopped?.message).toContain('(100418: The deviceData is not existed)');
	});

	it.each<[string, number, string, RegExp]>([
		['an HTML page', 200, '<html><title>Gateway</title><h1>It works!</h1></html>', /"Gateway It works!"/],
		['an empty answer', 201, '', /an empty answer/],
		['a list', 201, '[]', /no revocation task/],
		['an object without a task', 201, '{"status":"ok"}', /no revocation task/],
		['a redirect', 302, '', /redirect \(HTTP 302\)/],
		['a plain 404', 404, '<h1>Not Found</h1>', /HTTP 404/],
		['a proxy that wants a login', 407, '', /HTTP 407/],
	])('%s is told as such', async (_name, status, body, message) => {
		platform.queueCommands('device-1', 1);
		refuse(status, body);
		const { items, stopped } = await run({});
		expect(items).toEqual([]);
		expect(stopped?.message).toMatch(message);
		expect(stopped?.message).not.toMatch(/<h1>/);
		expect(stopped?.description).toMatch(/credential|proxy/);
	});

	it.each(SHAPES)('a wrong secret is told under Continue for every item (%s)', async () => {
		platform.queueCommands('device-1', 1);
		platform.queueCommands('device-2', 1);
		const { items, stopped } = await run({
			credential: credentialFor(platform, { secret: 'wrong-secret' }),
			items: [{ deviceId: 'device-1' }, { deviceId: 'device-2' }],
			settings: { onError: 'continueRegularOutput' },
		});
		expect(stopped).toBeUndefined();
		expect(items).toHaveLength(2);
		for (const { json } of items) {
			expect(json.error).toContain('100208');
			expect(json.message).toContain("'Secret'");
		}
	});

	it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'a credential that cannot be read does not reject under %s',
		async (onError) => {
			const credential = credentialFor(platform);
			credential.unreadable = 'Credential with ID "1" does not exist';
			const { items, failed, stopped } = await run({
				credential,
				items: [{ deviceId: 'device-1' }, { deviceId: 'device-2' }],
				settings: { onError },
			});
			expect(stopped).toBeUndefined();
			const told = onError === 'continueErrorOutput' ? failed : items;
			expect(told).toHaveLength(2);
			for (const { json } of told) {
				expect(json.error).toContain('could not read the credential');
				expect(json.error).toContain('does not exist');
			}
			expect(platform.requests).toEqual([]);
		},
	);

	it('a credential that cannot be read for a reason without words is told as that', async () => {
		const credential = credentialFor(platform);
		jest.spyOn(credential, 'getDecrypted').mockRejectedValue({ code: 7 });
		const { stopped } = await run({ credential });
		expect(stopped?.message).toContain('could not read the credential of this node: no reason given');
	});

	it('a credential that cannot be read stops the node with its reason', async () => {
		const credential = credentialFor(platform);
		credential.unreadable = 'Credential with ID "1" does not exist';
		const { stopped } = await run({ credential });
		expect(stopped?.message).toContain('does not exist');
		expect(stopped?.message).not.toContain('device');
		expect(stopped?.description).toContain('Huawei IoT Platform API');
	});

	it('a server that nobody runs is named', async () => {
		const { stopped } = await run({
			credential: credentialFor(platform, { server: 'https://127.0.0.1:1' }),
		});
		expect(stopped?.message).toContain('Nothing answers at 127.0.0.1:1');
		expect(stopped?.description).toContain("'Server'");
	});

	it('a device with refused neighbours is done all the same', async () => {
		platform.queueCommands('device-2', 1);
		const { items } = await run({
			items: ['device-1', 'device-2', 'device-3'].map((deviceId) => ({ deviceId })),
			settings: { onError: 'continueRegularOutput' },
			parameters: { options: { concurrency: 10 } },
		});
		expect(items.map(({ json }) => json.deviceId ?? 'error')).toEqual(['error', 'device-2', 'error']);
	});
});
