import type { IDataObject } from 'n8n-workflow';

import { credentialFor, runNode } from './engine';
import { usePlatform } from './usePlatform';

/** Command > Get Many: time ranges. */

const platform = usePlatform();

const list = async (parameters: IDataObject = {}, items: IDataObject[] = [{ deviceId: 'device-1' }]) =>
	await runNode({
		credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
		items,
		parameters: { operation: 'getAll', ...parameters },
	});

const ids = (outcome: { items: Array<{ json: IDataObject }> }) =>
	outcome.items.map(({ json }) => json.commandId);

const calls = () => platform.requests.map(({ method, path, query }) => ({ method, path, query }));

describe('Time ranges', () => {
	const queue = () =>
		platform.queueCommands('device-1', [
			{ creationTime: '20260101T000000Z' },
			{ creationTime: '20260102T000000Z' },
			{ creationTime: '20260103T000000Z' },
		]);

	it.each([
		[{ createdAfter: '2026-01-02T00:00:00Z' }, [1, 2]],
		[{ createdBefore: '2026-01-02T00:00:00Z' }, [0, 1]],
		[{ createdAfter: '2026-01-01T12:00:00.500+01:00', createdBefore: '20260102T000000Z' }, [1]],
		[{ createdAfter: '={{ DateTime.fromISO("2026-01-02T00:00:00.001Z") }}' }, [2]],
		[{ createdAfter: '={{ new Date("2026-01-02T00:00:00.001Z") }}' }, [2]],
	])('hold both of their ends: %p', async (filters, expected) => {
		const queued = queue();
		const outcome = await list({ filters });
		expect(ids(outcome)).toEqual(expected.map((index) => queued[index]?.commandId));
		const [{ query } = { query: {} }] = calls();
		expect(Object.keys(query)).toEqual(expect.arrayContaining(['startTime', 'endTime']));
	});

	it.each([
		['yesterday', "'Created After' is not a date"],
		['', "'Created After' is empty"],
		['={{ undefined }}', "'Created After' is empty"],
		[1767225600, "'Created After' is not a date"],
		[{ a: 1 }, "'Created After' is not a date"],
	])('that begin with %p are refused before any call', async (createdAfter, message) => {
		const { stopped } = await list({ filters: { createdAfter } });
		expect(stopped?.message).toContain(message);
		expect(stopped?.message).toContain('[item 0]');
		expect(calls()).toEqual([]);
	});

	it('are refused when they are the wrong way round', async () => {
		const { stopped } = await list({ filters: { createdAfter: '2026-01-02', createdBefore: '2026-01-01' } });
		expect(stopped?.message).toContain("'Created After' is later than 'Created Before'");
		expect(calls()).toEqual([]);
	});
});
