import type { IDataObject } from 'n8n-workflow';

import { credentialFor, runNode } from './engine';
import { idsOf } from './revocations';
import { usePlatform } from './usePlatform';

/** What all operations read from their parameters, however it is written. */

const platform = usePlatform();

const run = async (parameters: IDataObject, items: IDataObject[] = [{ deviceId: 'device-1' }]) =>
	await runNode({
		credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
		items,
		parameters,
	});

/** The operations that take a field, with the parameters that they need besides. */
const OPERATIONS: Record<string, IDataObject> = {
	revoke: { operation: 'revoke' },
	getAll: { operation: 'getAll' },
	revokeSelected: { operation: 'revokeSelected', filters: { method: 'SET_VALVE' } },
	'revocationTask: get': { resource: 'revocationTask', operation: 'get', taskId: 'task-1' },
	'revocationTask: getAll': { resource: 'revocationTask', operation: 'getAll' },
};

/** Each field that names something on the platform, as parameters that hold a name. */
const NAMED: Array<[string, string, (name: unknown) => IDataObject]> = [
	['Device', 'revoke', (name) => ({ deviceId: { __rl: true, mode: 'id', value: name } as IDataObject })],
	['Device', 'getAll', (name) => ({ deviceId: { __rl: true, mode: 'list', value: name } as IDataObject })],
	['Device', 'revokeSelected', (name) => ({ deviceId: name as string })],
	['Device', 'revocationTask: getAll', (name) => ({ filters: { deviceId: name as string } })],
	['Command IDs', 'revokeSelected', (name) => ({ filters: { commandIds: name as string } })],
	['Command IDs', 'getAll', (name) => ({ filters: { commandIds: ['command-1', name] as string[] } })],
	['Task ID', 'revocationTask: get', (name) => ({ taskId: name as string })],
	...Object.keys(OPERATIONS).map((operation): (typeof NAMED)[number] => [
		'Application ID',
		operation,
		(name) => ({ options: { appId: name as string } }),
	]),
];

/** Zero width, joiners, marks of direction, a byte order mark, a soft hyphen, a non-breaking space, a control character. */
const INVISIBLE = ['\u200B', '\u200D', '\u200E', '\u202E', '\u2066', '\uFEFF', '\u00AD', '\u00A0', '\u0007'];
const nameOf = (character: string) =>
	`U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;

describe.each(NAMED)("'%s' of %s", (label, operation, parametersWith) => {
	it.each(INVISIBLE.map((character) => [nameOf(character), character]))(
		'is refused before any call with %s inside',
		async (_name, character) => {
			const { stopped } = await run({ ...OPERATIONS[operation], ...parametersWith(`name${character}1`) });
			expect(stopped?.message).toContain(`'${label}'`);
			expect(platform.requests).toEqual([]);
		},
	);
});

it.each(INVISIBLE.slice(0, -1).map((character) => [nameOf(character), character]))(
	'A device ID that ends or begins with %s is read without it',
	async (_name, character) => {
		const [command] = platform.queueCommands('device-1', 1);
		const outcome = await run({ deviceId: `${character}device-1 ${character}` });
		expect(idsOf(outcome)).toEqual([command?.commandId]);
	},
);

describe('A switch', () => {
	const TRUE = [true, 'true', ' TRUE '];
	const FALSE = [false, 'false', 'False '];

	it.each([...TRUE, ...FALSE])("'Simplify' that holds %p is read as it says", async (simplify) => {
		platform.queueCommands('device-1', 1);
		const { items } = await run({ simplify: '={{ $json.value }}' }, [
			{ deviceId: 'device-1', value: simplify },
		]);
		expect('callbackUrl' in (items[0]?.json ?? {})).toBe(FALSE.includes(simplify));
	});

	it.each([...TRUE, ...FALSE])("'Return All' that holds %p is read as it says", async (returnAll) => {
		platform.queueCommands('device-1', 60);
		const { items } = await run({ operation: 'getAll', returnAll: '={{ $json.value }}' }, [
			{ deviceId: 'device-1', value: returnAll },
		]);
		expect(items).toHaveLength(FALSE.includes(returnAll) ? 50 : 60);
	});

	it.each([...TRUE, ...FALSE])("'Wait for Completion' that holds %p is read as it says", async (wait) => {
		platform.queueCommands('device-1', 1);
		const options = { waitForCompletion: '={{ $json.value }}', waitTimeout: 1 };
		const { items } = await run({ options }, [{ deviceId: 'device-1', value: wait }]);
		expect(items.map(({ json }) => json.taskStatus)).toEqual([FALSE.includes(wait) ? 'WAITTING' : 'SUCCESS']);
	});

	it.each([...TRUE, ...FALSE])("'Superseded' that holds %p is read as it says", async (superseded) => {
		platform.queueCommands('device-1', [
			{ creationTime: '20260101T000000Z' },
			{ creationTime: '20260102T000000Z' },
		]);
		const { items } = await run({ operation: 'getAll', filters: { superseded: '={{ $json.value }}' } }, [
			{ deviceId: 'device-1', value: superseded },
		]);
		expect(items).toHaveLength(FALSE.includes(superseded) ? 2 : 1);
	});

	it.each([
		['simplify', 'yes'],
		['simplify', 1],
		['returnAll', 'maybe'],
		['returnAll', 0],
		['options.waitForCompletion', 'on'],
		['filters.superseded', '1'],
		['simplify', { a: 1 }],
		['simplify', ['true']],
	])('%s that holds %p is refused before any call', async (name, value) => {
		const [collection, field] = name.split('.');
		const expression = '={{ $json.value }}';
		const { stopped } = await run(
			{
				...(name === 'simplify' || name.startsWith('options') ? {} : OPERATIONS.getAll),
				[collection ?? '']: field ? { [field]: expression } : expression,
			},
			[{ deviceId: 'device-1', value: value as string }],
		);
		expect(stopped?.message).toContain('has to be true or false');
		expect(platform.requests).toEqual([]);
	});
});

describe('A text', () => {
	it.each(['method', 'serviceId'])('of the filter %s is read without blanks around it', async (name) => {
		const [command] = platform.queueCommands('device-1', 1);
		const value = name === 'method' ? 'SET_VALVE' : 'Valve';
		const outcome = await run({ operation: 'getAll', filters: { [name]: ` ${value}\n` } });
		expect(idsOf(outcome)).toEqual([command?.commandId]);
	});
});

describe('A time', () => {
	const OPERATIONS_WITH_TIMES = ['getAll', 'revokeSelected', 'revocationTask: getAll'];

	it.each(
		OPERATIONS_WITH_TIMES.flatMap((operation) =>
			['12', '10:30', '2026', '2026-01', 'T10:30', '20260', '10', 'now', '1', '13:00Z'].map((time) => [
				time,
				operation,
			]),
		),
	)('%p names no day: %s refuses it before any call', async (time, operation) => {
		const { stopped } = await run({ ...OPERATIONS[operation], filters: { createdAfter: time } });
		expect(stopped?.message).toContain(`'Created After' is not a date: "${time}"`);
		expect(platform.requests).toEqual([]);
	});

	it.each([
		['2026-01-02', 2],
		['20260102', 2],
		['2026-W01-5', 2],
		['2026-002', 2],
		[' 2026-01-02T00:00Z ', 2],
		['2026-01-03T01:00:00+01:00', 1],
	])('%p names a day and is read', async (createdAfter, expected) => {
		platform.queueCommands('device-1', [
			{ creationTime: '20260101T000000Z' },
			{ creationTime: '20260102T120000Z' },
			{ creationTime: '20260103T120000Z' },
		]);
		const { items } = await run({ operation: 'getAll', filters: { createdAfter } });
		expect(items).toHaveLength(expected);
	});
});

describe("A device locator without n8n's mark, as AI builders write it", () => {
	it.each([{ mode: 'id' }, { mode: 'list' }, { mode: 'list', cachedResultName: 'Meter 1' }])(
		'is read: %p',
		async (locator) => {
			const [command] = platform.queueCommands('device-1', 1);
			const outcome = await run({ deviceId: { ...locator, value: 'device-1' } });
			expect(idsOf(outcome)).toEqual([command?.commandId]);
		},
	);

	it('is read with an expression in it', async () => {
		const [command] = platform.queueCommands('device-1', 1);
		const outcome = await run({ deviceId: { mode: 'id', value: '={{ $json.deviceId }}' } });
		expect(idsOf(outcome)).toEqual([command?.commandId]);
	});

	it('is read as a filter', async () => {
		platform.queueCommands('device-1', 1);
		platform.createTask('device-1');
		const outcome = await run({
			...OPERATIONS['revocationTask: getAll'],
			filters: { deviceId: { mode: 'id', value: 'device-1' } },
		});
		expect(outcome.items).toHaveLength(1);
	});

	it('is refused when it is none', async () => {
		const { stopped } = await run({ deviceId: { value: 'device-1' } });
		expect(stopped?.message).toContain("'Device'");
		expect(platform.requests).toEqual([]);
	});

	it.each([{ mode: 'id' }, { id: 'device-1' }])('without a value is refused by n8n: %p', async (value) => {
		await expect(run({ deviceId: value })).rejects.toThrow('Parameter "Device" is required');
		expect(platform.requests).toEqual([]);
	});
});

/** Replies that are no list: none of them may pass for an empty one. */
describe.each(Object.entries(OPERATIONS))(
	'A reply without the shape of the platform stops %s',
	(_name, parameters) => {
		it.each([
			[{ code: 30001, data: null, message: 'authentication failed' }, 'authentication failed'],
			[{ success: false, msg: 'the gateway is closed' }, 'the gateway is closed'],
			[{ success: false, data: [], msg: 'closed' }, 'closed'],
			[{}, ''],
			[[], ''],
			[null, ''],
		])('%j', async (body, words) => {
			platform.queueCommands('device-1', 1);
			platform.failNext({ kind: 'reply', status: 200, body, times: Infinity });
			const { items, stopped } = await run({ ...parameters, options: { maxRetries: 0 } });
			expect(items).toEqual([]);
			expect(stopped?.message).toBeDefined();
			expect(`${stopped?.message} ${stopped?.description}`).toContain(words);
		});
	},
);
