import {
	listCommands,
	type CommandFilter,
	type CommandScope,
	type DeviceCommand,
} from '../../nodes/shared/platform/commands';
import { transportWith } from './fakeTransport';

/** The choice among commands, for what the stand-in does not do. */

const command = (commandId: string, creationTime: string): DeviceCommand => ({
	commandId,
	deviceId: 'device-1',
	status: 'PENDING',
	creationTime,
	command: { serviceId: 'Valve', method: 'SET_VALVE', paras: {} },
});

async function chosenFrom(
	commands: DeviceCommand[],
	filters: CommandFilter[],
	scope: CommandScope = {},
): Promise<Array<[string, number[]]>> {
	const chosen: Array<[string, number[]]> = [];
	const transport = transportWith(() => ({
		body: { pagination: { pageNo: 0, pageSize: 1000, totalSize: commands.length }, data: commands },
	}));
	const read = await listCommands(transport, scope, filters, ({ commandId }, by) => {
		chosen.push([String(commandId), by]);
		return true;
	});
	expect(read.ok).toBe(true);
	return chosen;
}

const SINCE = Date.parse('2026-01-01T00:00:00Z');
const UNREADABLE = command('a', 'yesterday');

it('a command without a time that can be read counts as the platform chose it', async () => {
	expect(await chosenFrom([UNREADABLE], [{ createdAfter: SINCE }])).toEqual([['a', [0]]]);
});

it('but not where the platform was asked for more than this filter: another one, or what is superseded', async () => {
	expect(await chosenFrom([UNREADABLE], [{ createdAfter: SINCE }, { createdBefore: SINCE }])).toEqual([]);
	expect(await chosenFrom([UNREADABLE], [{ createdAfter: SINCE }, {}])).toEqual([['a', [1]]]);
	expect(await chosenFrom([UNREADABLE], [{ createdAfter: SINCE, superseded: true }])).toEqual([]);
});

describe('A command counts as superseded', () => {
	const superseded = async (without: Partial<DeviceCommand>, scope?: CommandScope) => {
		const older = { ...command('older', '20260101T000000Z'), ...without };
		const newer = { ...command('newer', '20260102T000000Z'), ...without };
		return (await chosenFrom([older, newer], [{ superseded: true }], scope)).map(([id]) => id);
	};

	it('only by a newer one of which it is known that it is of the same device, service and method', async () => {
		expect(await superseded({})).toEqual(['older']);
		for (const deviceId of [undefined, null, '']) expect(await superseded({ deviceId })).toEqual([]);
		const serviceId = 'Valve';
		const method = 'SET_VALVE';
		for (const kind of [undefined, null, {}, { serviceId }, { method }, { serviceId, method: null }]) {
			expect(await superseded({ command: kind })).toEqual([]);
		}
	});

	it('by the newest one, in whichever order the platform lists them', async () => {
		const [first, second, third] = ['01', '02', '03'].map((day) => command(day, `202601${day}T000000Z`));
		for (const commands of [
			[first, third, second],
			[third, first, second],
		] as DeviceCommand[][]) {
			const chosen = await chosenFrom(commands, [{ superseded: true }]);
			expect(chosen.map(([id]) => id).sort()).toEqual(['01', '02']);
		}
	});

	it("where the platform names no device in a device's own list", async () => {
		expect(await superseded({ deviceId: null }, { deviceId: 'device-1' })).toEqual(['older']);
	});
});

it('each filter chooses what it names, in the order of the filters', async () => {
	const [a, b, c] = ['a', 'b', 'c'].map((id) => command(id, '20260102T000000Z'));
	const filters = [
		{ commandIds: ['b', 'a', 'b'] },
		{ method: 'SET_VALVE' },
		{ commandIds: ['a'] },
		{ method: 'X' },
	];
	expect(await chosenFrom([a, b, c] as DeviceCommand[], filters)).toEqual([
		['a', [0, 1, 2]],
		['b', [0, 1]],
		['c', [1]],
	]);
});

it('of thousands of filters that name commands by ID, only those are asked that name this one', async () => {
	let asked = 0;
	const ids = Array.from({ length: 1000 }, (_, at) => `command-${at}`);
	const filters = ids.map((id) => ({
		commandIds: [id],
		get method() {
			asked += 1;
			return undefined as never;
		},
	}));
	const commands = ids.map((id) => command(id, '20260102T000000Z'));
	expect(await chosenFrom(commands, filters)).toEqual(ids.map((id, at) => [id, [at]]));
	expect(asked).toBeLessThanOrEqual(10 * ids.length);
});
