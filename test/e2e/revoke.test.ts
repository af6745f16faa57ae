import type { ExecutionResult } from '../lab/n8n';
import { useN8n, usePlatform } from './useN8n';
import { credential, CREDENTIAL_ID, NODE, revokeWorkflow } from './workflows';

/** The packed tarball in a real n8n, against the stand-in over HTTPS. */

const n8n = useN8n();
const platform = usePlatform(n8n);

const posts = () =>
	platform.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('Tasks'));
const logins = () => platform.requests.filter(({ path }) => path.endsWith('/login'));

async function execute(...workflow: Parameters<typeof revokeWorkflow>) {
	await n8n.importWorkflows([revokeWorkflow(...workflow)]);
	return printed(await n8n.runManually(workflow[0]));
}

function printed(result: ExecutionResult) {
	if (!result.run) throw new Error(`n8n printed no run:\n${result.stdout}${result.stderr}`);
	return { ...result, run: result.run, printed: `${result.stdout}${result.stderr}` };
}

it('gives an item for each of the 3 commands of a device', async () => {
	const queued = platform.queueCommands('device-1', 3);
	const { exitCode, run } = await execute('three', [{ deviceId: 'device-1' }]);
	expect(exitCode).toBe(0);
	const items = run.items(NODE);
	expect(items.map(({ commandId }) => commandId)).toEqual(queued.map(({ commandId }) => commandId));
	for (const item of items) {
		expect(item).toEqual({
			commandId: expect.stringMatching(/^[0-9a-f]{32}$/),
			deviceId: 'device-1',
			appId: platform.appId,
			serviceId: 'Valve',
			method: 'SET_VALVE',
			paras: expect.anything(),
			status: 'PENDING',
			creationTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
			taskId: platform.tasks()[0]?.taskId,
			taskStatus: 'WAITTING',
		});
	}
});

it('pairs the items of 2, 0 and 1 commands with their inputs, and summarizes the empty one when asked to', async () => {
	const devices = [{ deviceId: 'two' }, { deviceId: 'none' }, { deviceId: 'one' }];
	const queue = () => {
		platform.queueCommands('two', 2);
		platform.queueCommands('none', 0);
		platform.queueCommands('one', 1);
	};
	queue();
	const plain = await execute('paired', devices);
	expect(plain.run.executionData(NODE).map(({ pairedItem }) => pairedItem)).toEqual([
		{ item: 0 },
		{ item: 0 },
		{ item: 2 },
	]);
	queue();
	const summarized = await execute('summarized', devices, { emptyResult: 'summary' });
	expect(summarized.run.executionData(NODE).map(({ pairedItem }) => pairedItem)).toEqual([
		{ item: 0 },
		{ item: 0 },
		{ item: 1 },
		{ item: 2 },
	]);
	expect(summarized.run.items(NODE)[2]).toMatchObject({ deviceId: 'none', totalCount: 0 });
});

it('makes one call for a device that two items name, and pairs its items with both', async () => {
	platform.queueCommands('device-1', 2);
	const { run } = await execute('twice', [{ deviceId: 'device-1' }, { deviceId: 'device-1' }]);
	expect(posts()).toHaveLength(1);
	expect(run.executionData(NODE).map(({ pairedItem }) => pairedItem)).toEqual([
		[{ item: 0 }, { item: 1 }],
		[{ item: 0 }, { item: 1 }],
	]);
});

it('sends a failed item to the error output with the fields of its input, and keeps the others', async () => {
	platform.queueCommands('device-1', 1);
	const { exitCode, run } = await execute(
		'errorOutput',
		[
			{ deviceId: 'unknown', site: 'North' },
			{ deviceId: 'device-1', site: 'South' },
		],
		{},
		{ onError: 'continueErrorOutput' },
	);
	expect(exitCode).toBe(0);
	expect(run.items(NODE)).toHaveLength(1);
	expect(run.items(NODE, 1)).toEqual([
		expect.objectContaining({
			deviceId: 'unknown',
			site: 'North',
			error: expect.stringContaining('100418'),
		}),
	]);
});

it('says how many devices were done, with their task ids, when it stops', async () => {
	platform.queueCommands('device-1', 1);
	const { exitCode, run } = await execute('stops', [{ deviceId: 'device-1' }, { deviceId: 'unknown' }], {
		concurrency: 1,
	});
	expect(exitCode).toBe(1);
	const message = run.errorMessage() ?? '';
	expect(message).toContain('100418');
	expect(message).toContain('1 of 2 devices');
	expect(message).toContain(platform.tasks()[0]?.taskId);
});

it('keeps the login in the store of n8n, and shows no secret anywhere', async () => {
	platform.queueCommands('device-1', 1);
	const first = await execute('first', [{ deviceId: 'device-1' }]);
	// Another process, which knows the login from the store alone.
	await n8n.importWorkflows([revokeWorkflow('second', [{ deviceId: 'device-1' }, { deviceId: 'unknown' }])]);
	const second = printed(await n8n.execute('second'));
	expect(logins()).toHaveLength(1);
	const stored = (await n8n.exportCredentials()).find(({ id }) => id === CREDENTIAL_ID);
	const sessionToken = String(stored?.data.sessionToken);
	expect(posts()[0]?.headers.authorization).toBe(`Bearer ${sessionToken}`);
	for (const secret of [sessionToken, platform.secret]) {
		expect(first.printed).not.toContain(secret);
		expect(second.printed).not.toContain(secret);
	}
});

it('logs in once more when the stored token has expired', async () => {
	platform.queueCommands('device-1', 1);
	await execute('before', [{ deviceId: 'device-1' }]);
	platform.expireTokens();
	platform.queueCommands('device-1', 1);
	const after = await execute('after', [{ deviceId: 'device-1' }]);
	expect(after.run.items(NODE)).toHaveLength(1);
	expect(logins()).toHaveLength(2);
});

it('revokes for 120 devices against a rate limit of 100 in 60 seconds, without crossing it once', async () => {
	platform.set({ threshold: 100 });
	const devices = Array.from({ length: 120 }, (_, index) => ({ deviceId: `device-${index}` }));
	for (const { deviceId } of devices) platform.queueCommands(deviceId, 1);
	const { exitCode, run } = await execute('rateLimit', devices);
	expect(exitCode).toBe(0);
	expect(run.items(NODE).map(({ deviceId }) => deviceId)).toEqual(devices.map(({ deviceId }) => deviceId));
	expect(platform.requests.filter(({ status }) => status === 403)).toHaveLength(0);
});

describe.each([
	['never logged in', () => ''],
	['logged in before', () => platform.issueToken()],
])('the credential test of one that %s', (_before, sessionToken) => {
	async function test(
		changes: Record<string, string | boolean>,
	): Promise<{ status: string; message: string }> {
		const answer = await n8n.rest('POST', '/rest/credentials/test', {
			credentials: credential(platform, { sessionToken: sessionToken(), ...changes }),
		});
		return (answer.body as { data: { status: string; message: string } }).data;
	}

	it('is green for the right secret and for the right token', async () => {
		expect(await test({})).toMatchObject({ status: 'OK' });
		expect(await test({ authentication: 'accessToken', token: platform.issueToken() })).toMatchObject({
			status: 'OK',
		});
	});

	it.each([
		['secret', { secret: 'wrong-secret' }, /'Secret'/],
		['token', { authentication: 'accessToken', token: 'wrong-token' }, /access token/i],
		['App Key', { appKey: 'another' }, /'App Key'/],
		['server', { server: 'https://127.0.0.1:1' }, /'Server'/],
		['server that is no address', { server: 'no server' }, /'Server'/],
		['certificate', { customTls: false }, /'CA Certificate'/],
	])('says in words what is wrong with a wrong %s', async (_what, changes, words) => {
		const { status, message } = await test(changes as Record<string, string | boolean>);
		expect(status).toBe('Error');
		expect(message).toMatch(words);
	});
});
