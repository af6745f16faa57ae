import type { IDataObject, INode } from 'n8n-workflow';

import { AFTER_WORK } from '../platform/faults';
import { credentialFor, runNode } from './engine';
import { useFakeTime } from './fakeTime';
import { recordLog } from './log';
import { callsOf, PUT } from './revocations';
import { usePlatform } from './usePlatform';

/** Command > Revoke Selected when answers of the platform are lost. */

useFakeTime();
const platform = usePlatform();

const run = async (
	parameters: IDataObject,
	items: IDataObject[] = [{ deviceId: 'device-1' }],
	settings: Partial<INode> = {},
) =>
	await runNode({
		credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
		items,
		parameters: { operation: 'revokeSelected', filters: { method: 'SET_VALVE' }, ...parameters },
		settings,
	});

const puts = () => callsOf(platform, PUT);

describe('An answer that is lost', () => {
	it.each(AFTER_WORK)('by %s is looked up, and the command counts as revoked once', async (kind) => {
		platform.queueCommands('device-1', 3);
		platform.failNext({ kind, match: PUT, skip: 1 });
		const { items } = await run({});
		expect(items.map(({ json }) => json.revoked)).toEqual([true, true, true]);
		expect(items.map(({ json }) => json.status)).toEqual(['CANCELED', 'CANCELED', 'CANCELED']);
	});

	it.each(['resetBefore', '503', 'html'] as const)('by %s before the work is asked again', async (kind) => {
		platform.queueCommands('device-1', 2);
		platform.failNext({ kind, match: PUT });
		const { items } = await run({});
		expect(items.map(({ json }) => json.revoked)).toEqual([true, true]);
	});

	it('for a command that went out meanwhile does not count as revoked', async () => {
		const [command] = platform.queueCommands('device-1', 1);
		platform.failNext({ kind: 'resetBefore', match: PUT });
		platform.set({
			onCall: ({ method }) => {
				const [stored] = platform.commands();
				if (stored && method === 'PUT' && puts().length > 1) stored.status = 'SENT';
			},
		});
		const { items } = await run({});
		expect(items.map(({ json }) => json)).toEqual([
			expect.objectContaining({ commandId: command?.commandId, status: 'SENT', revoked: false }),
		]);
	});

	it.each([undefined, null, '', 'ON_HOLD'])(
		'for a command that is then listed with the status %p leaves open whether it was revoked',
		async (status) => {
			platform.queueCommands('device-1', 2);
			platform.failNext({ kind: 'resetBefore', match: PUT, times: 2 });
			platform.set({
				onAnswer: ({ method }, { body }) => {
					const [listed] = (body as { data?: IDataObject[] }).data ?? [];
					if (method === 'GET' && puts().length > 0 && listed) listed.status = status;
				},
			});
			const { items, failed } = await run({ options: { maxRetries: 1 } }, undefined, {
				onError: 'continueErrorOutput',
			});
			expect(items.map(({ json }) => [json.revoked, json.status])).toEqual([
				[false, status ?? null],
				[true, 'CANCELED'],
			]);
			expect(items[0]?.json.reason).toMatch(/^It is not known whether the command was revoked: /);
			expect(String(items[0]?.json.reason)).toContain(status || 'without a status');
			expect(failed.map(({ json }) => json.error)).toEqual([
				expect.stringContaining('1 of 2 commands of device device-1 were revoked: It is not known whether'),
			]);
		},
	);

	it('for a command that is then still queued is no unknown end', async () => {
		const log = recordLog();
		platform.queueCommands('device-1', 1);
		platform.failNext({ kind: 'resetBefore', match: PUT, times: 2 });
		const { items } = await run({ options: { maxRetries: 1 } }, undefined, {
			onError: 'continueRegularOutput',
		});
		expect(items.map(({ json }) => [json.revoked, json.status])).toEqual([[false, 'PENDING']]);
		expect(items[0]?.json.reason).toContain('closed the connection');
		expect(JSON.stringify(items) + log.join()).not.toContain('not known whether');
	});

	it.each([undefined, 'continueErrorOutput'] as const)(
		'and can not be looked up either is reported, with what was revoked before (%s)',
		async (onError) => {
			const queued = platform.queueCommands('device-1', 3);
			platform.failNext({
				kind: 'resetAfter',
				match: { ...PUT, path: `deviceCommands/${queued[1]?.commandId}` },
			});
			platform.failNext({
				kind: 'resetBefore',
				match: { path: /deviceCommands$/ },
				skip: 1,
				times: Infinity,
			});
			const { items, failed, stopped } = await run(
				{ options: { maxRetries: 0 } },
				undefined,
				onError ? { onError } : {},
			);
			const message = stopped?.message ?? String(failed[0]?.json.error);
			expect(message).toContain('1 of 3 commands of device device-1 were revoked');
			if (!onError) {
				expect(`${message}${String(stopped?.description)}`).toContain(queued[0]?.commandId);
				return;
			}
			expect(items.map(({ json }) => [json.commandId, json.revoked])).toEqual([
				[queued[0]?.commandId, true],
				[queued[1]?.commandId, false],
			]);
			expect(items[1]?.json.reason).toContain('not known whether');
		},
	);
});
