import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import type { StoredCommand } from '../platform/platform';
import { credentialFor, runNode } from './engine';
import { startWithClock } from './usePlatform';

/** Command > Get Many beside Command > Revoke Selected. */

jest.setTimeout(120_000);

const SERVICES = ['Valve', 'Lamp'];
const METHODS = ['OPEN', 'CLOSE'];
const STATUSES = ['PENDING', 'PENDING', 'PENDING', 'SENT', 'DELIVERED', 'CANCELED', 'EXPIRED'] as const;
const TIMES = ['20260101T000000Z', '20260102T000000Z', '20260103T000000Z'];
const queue = fc.array(
	fc.record({
		deviceId: fc.constantFrom('device-1', 'device-2', 'device-3'),
		serviceId: fc.constantFrom(...SERVICES),
		method: fc.constantFrom(...METHODS),
		status: fc.constantFrom(...STATUSES),
		creationTime: fc.constantFrom(...TIMES),
	}),
	{ maxLength: 15 },
);
const time = fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', '2026-01-02T12:00:00Z');
const filter = fc
	.record(
		{
			serviceId: fc.constantFrom(...SERVICES),
			method: fc.constantFrom(...METHODS),
			createdAfter: time,
			createdBefore: time,
			picked: fc.array(fc.nat(14), { minLength: 1, maxLength: 6 }),
		},
		{ requiredKeys: [] },
	)
	.filter((given) => Object.keys(given).length > 0)
	.filter(
		({ createdAfter, createdBefore }) => !createdAfter || !createdBefore || createdAfter <= createdBefore,
	);
const server = fc.record({
	pageSizeCap: fc.integer({ min: 1, max: 5 }),
	firstPage: fc.constantFrom(0 as const, 1 as const),
	pendingSpelling: fc.constantFrom('PENDING' as const, 'DEFAULT' as const, 'PENDDING' as const),
	clockOffsetMs: fc.constantFrom(-300_000, 0, 300_000),
});

/** What the filters mean, said in another way than the node does. */
const isMeant = ({ status, creationTime, commandId, command }: StoredCommand, filters: IDataObject) => {
	const { createdAfter = '2000', createdBefore = '3000', commandIds = [commandId] } = filters;
	const { serviceId = command.serviceId, method = command.method } = filters;
	const [after, before] = [createdAfter, createdBefore].map((time) => String(time).replace(/[-:]/g, ''));
	return (
		status === 'PENDING' &&
		command.serviceId === serviceId &&
		command.method === method &&
		String(after) <= creationTime &&
		creationTime <= String(before) &&
		(commandIds as string[]).includes(commandId)
	);
};

it.each(['device', 'application'])(
	'for any queue and any filter the preview of the %s shows what is then revoked, and nothing else changes',
	async (scope) => {
		await fc.assert(
			fc.asyncProperty(queue, filter, server, async (commands, { picked, ...others }, options) => {
				const fresh = await startWithClock(options);
				try {
					for (const deviceId of ['device-1', 'device-2', 'device-3']) fresh.addDevice(deviceId);
					const queued = commands.flatMap(({ deviceId, ...spec }) => fresh.queueCommands(deviceId, [spec]));
					const commandIds = picked?.map((index) => queued[index % queued.length]?.commandId ?? 'unknown');
					const filters = { ...others, ...(commandIds ? { commandIds } : {}) };
					const before = structuredClone(fresh.commands());
					const operate = async (operation: string) =>
						await runNode({
							credential: credentialFor(fresh, { sessionToken: fresh.issueToken() }),
							items: [{ deviceId: 'device-1' }],
							parameters: { operation, scope, filters, returnAll: true },
						});
					const shown = (await operate('getAll')).items.map(({ json }) => json.commandId);
					const meant = fresh
						.commands(scope === 'device' ? 'device-1' : undefined)
						.filter((command) => isMeant(command, filters));
					expect([...shown].sort()).toEqual(meant.map(({ commandId }) => commandId).sort());
					expect(fresh.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
					expect(fresh.commands()).toEqual(before);
					const revoked = await operate('revokeSelected');
					expect(revoked.stopped).toBeUndefined();
					expect(revoked.items.map(({ json }) => json.commandId)).toEqual(shown);
					expect(revoked.items.every(({ json }) => json.revoked === true)).toBe(true);
					const changes = fresh.requests.filter(({ method }) => method !== 'GET');
					expect(changes.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(
						shown.map((id) => `PUT /iocm/app/cmd/v1.4.0/deviceCommands/${String(id)}`).sort(),
					);
					expect(fresh.tasks()).toEqual([]);
					expect(fresh.commands()).toEqual(
						before.map((command) =>
							shown.includes(command.commandId) ? { ...command, status: 'CANCELED' } : command,
						),
					);
				} finally {
					await fresh.close();
				}
			}),
			{ numRuns: 40 },
		);
	},
);
