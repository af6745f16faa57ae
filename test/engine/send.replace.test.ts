import type { IDataObject } from 'n8n-workflow';

import { AFTER_WORK, deviceIdOf } from '../platform/faults';
import type { CommandSpec, StoredCommand } from '../platform/platform';
import { credentialFor } from './engine';
import { useFakeTime } from './fakeTime';
import { recordLog } from './log';
import { GET, holdPost, item, named, POST, posts, runSend, sentIds } from './sends';
import { usePlatform } from './usePlatform';

/** IoT Device > Send with 'Replace Queued'. */

const time = useFakeTime();
const platform = usePlatform({ tokenLifetime: 1_000_000 });

afterEach(() => jest.restoreAllMocks());

const CONTINUE = { onError: 'continueRegularOutput' } as const;
const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 } as const;
const SAME = { serviceId: 'Valve', method: 'SET_VALVE' };
const PUT = { method: 'PUT' };
const options = { replaceQueued: true };

function queue(...specs: Array<Partial<CommandSpec>>): string[] {
	return platform.queueCommands('device-1', specs).map(({ commandId }) => commandId);
}

/** The entries of a list in an answer. */
const dataOf = (body: unknown) => (body as { data?: IDataObject[] }).data ?? [];

const withStatus = (status: StoredCommand['status']) =>
	platform.commands().flatMap((command) => (command.status === status ? [command.commandId] : []));

it('revokes the queued commands of the same device, service and method, and no others', async () => {
	const old = queue({ ...SAME, paras: { value: 1 } }, { ...SAME, paras: { value: 2 } });
	const others = queue({ ...SAME, method: 'RESTART' }, { ...SAME, status: 'DELIVERED' });
	platform.queueCommands('device-2', [SAME]);
	const outcome = await runSend(platform, { options });
	expect(outcome.items[0]?.json).toMatchObject({ replaced: old, paras: { value: 50 } });
	expect(withStatus('CANCELED')).toEqual(old);
	expect(withStatus('PENDING')).toEqual(expect.arrayContaining([others[0], ...sentIds(outcome)]));
});

it('gives an empty list where nothing was queued', async () => {
	await platform.addDevice('device-1');
	const { items } = await runSend(platform, { options });
	expect(items[0]?.json.replaced).toEqual([]);
	expect(Object.keys(items[0]?.json ?? {}).slice(-3)).toEqual(['replaced', 'commandId', 'appId']);
});

it('makes room in a full queue', async () => {
	const old = queue(...Array.from({ length: 20 }, () => SAME));
	const { items } = await runSend(platform, { options });
	expect(items[0]?.json.replaced).toEqual(old);
});

it.each(['DELIVERED', 'EXPIRED'] as const)('sends when an old command turns out to be %s', async (status) => {
	const [first = '', second = ''] = queue(SAME, SAME);
	// It leaves the queue between the list and its revocation.
	platform.set({
		onAnswer: ({ method }) => {
			const command = platform.commands().find(({ commandId }) => commandId === first);
			if (method === 'GET' && command) command.status = status;
		},
	});
	const { items } = await runSend(platform, { options });
	expect(items[0]?.json.replaced).toEqual([second]);
	expect(posts(platform)).toHaveLength(1);
});

it.each([null, 'ON_HOLD'])(
	'revokes what may still be queued: an old command with the status %p',
	async (status) => {
		const old = queue(SAME);
		platform.set({
			onAnswer: ({ method }, { body }) => {
				if (method === 'GET') for (const command of dataOf(body)) command.status = status;
			},
		});
		const { items } = await runSend(platform, { options });
		expect(items[0]?.json.replaced).toEqual(old);
		expect(withStatus('CANCELED')).toEqual(old);
		const changes = platform.requests.map(({ method }) => method).filter((method) => method !== 'GET');
		expect(changes).toEqual(['PUT', 'POST']);
	},
);

it('does not send while an old command is still queued', async () => {
	queue(SAME);
	platform.failNext({ kind: 'reply', status: 400, body: { error_code: '100023' }, match: PUT });
	const { items } = await runSend(platform, { options, settings: CONTINUE });
	expect(items[0]?.json.error).toMatch(/could not be replaced, so the new one was not sent: .*100023/);
	expect(posts(platform)).toEqual([]);
});

it('does not send while it is not known whether an old command is revoked', async () => {
	queue(SAME);
	platform.failNext({ kind: 'resetBefore', match: { path: 'deviceCommands' }, skip: 1, times: Infinity });
	const { items } = await runSend(platform, { options, settings: CONTINUE });
	expect(items[0]?.json.error).toContain('so the new one was not sent');
	expect(posts(platform)).toEqual([]);
});

it('does not send when it could not be listed what is queued', async () => {
	queue(SAME);
	platform.failNext({ kind: 'resetBefore', match: { path: 'deviceCommands' }, times: Infinity });
	const { items } = await runSend(platform, { options, settings: CONTINUE });
	expect(items[0]?.json.error).toContain('The queued commands could not be listed');
	expect(posts(platform)).toEqual([]);
});

it.each(AFTER_WORK)('settles a revocation whose answer is lost by %s', async (kind) => {
	const old = queue(SAME);
	platform.failNext({ kind, match: PUT });
	const { items } = await runSend(platform, { options });
	expect(items[0]?.json.replaced).toEqual(old);
});

it('names the commands that were taken back when the new one is refused', async () => {
	const old = queue(SAME, SAME);
	platform.failNext({ kind: 'reply', status: 400, body: { error_code: '100022' }, match: POST });
	const { items } = await runSend(platform, { options, settings: CONTINUE });
	for (const id of old) expect(items[0]?.json.message).toContain(id);
	expect(withStatus('CANCELED')).toEqual(old);
});

it('names them too when it stops, or when the fate of the new one is unknown', async () => {
	const old = queue(SAME);
	platform.failNext({ kind: 'resetBefore', match: POST });
	const { stopped } = await runSend(platform, { options });
	expect(`${stopped?.message} ${stopped?.description}`).toContain(old[0]);
});

it('keeps in mind over Retry On Fail what it has taken back', async () => {
	const old = queue(SAME, SAME);
	platform.failNext({ kind: 'reply', status: 400, body: { error_code: '100022' }, match: POST });
	const { items } = await runSend(platform, { options, settings: RETRY });
	expect(items[0]?.json.replaced).toEqual(old);
	expect(posts(platform)).toHaveLength(2);
});

it('counts as replaced what was not known to be revoked in the first try of Retry On Fail', async () => {
	const old = queue(SAME);
	platform.failNext({ kind: 'resetAfter', match: PUT });
	// The look-up after it is lost as well.
	platform.failNext({ kind: 'resetBefore', match: { method: 'GET', path: 'deviceCommands' }, skip: 1 });
	const { items } = await runSend(platform, { options: { ...options, maxRetries: 0 }, settings: RETRY });
	expect(items[0]?.json.replaced).toEqual(old);
	expect(posts(platform)).toHaveLength(1);
});

it('keeps in mind what is not known of one command while another one can not be replaced', async () => {
	const old = queue(SAME);
	const isList = ({ method, path }: { method: string; path: string }) =>
		method === 'GET' && path.endsWith('/deviceCommands');
	let lists = 0;
	platform.set({
		onCall: (call) => {
			if (isList(call)) lists += 1;
			// Between the first try and the second.
			if (isList(call) && lists === 3) old.push(...queue(SAME));
		},
		// The newest first, so that the second try meets the other one first.
		onAnswer: (call, { body }) => {
			const list = body as { data?: unknown[] };
			if (isList(call) && list.data) list.data = [...list.data].reverse();
		},
	});
	platform.failNext({ kind: 'resetAfter', match: PUT });
	platform.failNext({ kind: 'resetBefore', match: { method: 'GET', path: 'deviceCommands' }, skip: 1 });
	platform.failNext({ kind: 'reply', status: 400, body: { error_code: '100022' }, match: PUT });
	const { items } = await runSend(platform, { options: { ...options, maxRetries: 0 }, settings: RETRY });
	expect([...(items[0]?.json.replaced as string[])].sort()).toEqual(old.sort());
	expect(posts(platform)).toHaveLength(1);
});

it('keeps the last of several items for one device', async () => {
	await platform.addDevice('device-1');
	const items = [1, 2, 3].map((value) => item('device-1', value));
	const outcome = await runSend(platform, { items, options });
	const [first, second, third] = sentIds(outcome);
	expect(outcome.items.map(({ json }) => json.replaced)).toEqual([[], [first], [second]]);
	expect(withStatus('PENDING')).toEqual([third]);
});

it('names what was sent beside what it replaced when a later item fails with Stop', async () => {
	const old = queue(SAME);
	const items = [item('device-1'), item('unknown')];
	const { stopped } = await runSend(platform, { items, options: { ...options, concurrency: 1 } });
	const revoked = old.map((id) => `${id} (revoked for device-1)`);
	const done = [...revoked, ...withStatus('PENDING').map((id) => `${id} (accepted for device-1)`)].join(', ');
	expect(stopped?.message).toContain(`1 of 2 commands were done. Commands: ${done}`);
});

it('begins nothing for a device whose turn comes when the run has stopped', async () => {
	queue(SAME);
	const { isHeld, letGo } = holdPost(platform, 'device-1', 'onCall');
	const other = runSend(platform);
	await isHeld;
	const { stopped } = await runSend(platform, { items: [item('unknown'), item('device-1')], options });
	expect(stopped?.message).toContain('100418');
	letGo();
	const sent = sentIds(await other);
	expect(sent).toHaveLength(1);
	expect(posts(platform)).toHaveLength(1);
	expect(platform.requests.filter(({ method }) => method === 'PUT')).toEqual([]);
});

it('begins nothing for devices that wait for the rate limit when the run stops', async () => {
	queue(SAME);
	const credential = credentialFor(platform, { sessionToken: platform.issueToken(), requestsPerMinute: 1 });
	const parameters = { method: named('RESTART'), parasJson: '{}' };
	const items = [item('unknown'), item('device-1')];
	const { stopped } = await runSend(platform, { items, options, parameters, credential });
	expect(stopped?.message).toContain('100418');
	expect(platform.requests.map(deviceIdOf)).not.toContain('device-1');
});

it('names in the message and in the log what it has taken back when it is canceled after another item was refused', async () => {
	const log = recordLog();
	const [old = ''] = queue(SAME, SAME);
	await platform.addDevice('device-2');
	platform.failNext({ kind: 'reply', status: 400, body: { error_code: '100022' }, match: POST });
	let goOn = () => {};
	const refused = new Promise<void>((resolve) => (goOn = resolve));
	platform.set({
		onCall: async ({ method, path, query }) => {
			if (method === 'POST') goOn();
			if (method === 'GET' && path === GET.path && query.deviceId === 'device-1') await refused;
		},
	});
	// The second revocation waits for the rate limit when the execution is canceled.
	platform.failNext({ kind: 'throttle', match: PUT, skip: 1 });
	const { stopped } = await runSend(platform, {
		items: [item('device-2'), item('device-1')],
		options,
		onStart: (cancel) => void time.sleep(500).then(cancel),
	});
	expect(withStatus('CANCELED')).toEqual([old]);
	expect(stopped?.message).toContain(`0 of 2 commands were done. Commands: ${old} (revoked for device-1)`);
	expect(log.join('\n')).toContain(`canceled. Commands: ${old} (revoked for device-1)`);
});
