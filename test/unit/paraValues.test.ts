import type { IDataObject } from 'n8n-workflow';

import { fieldsOf, savedRules } from '../../nodes/IotDevice/resources/command/paraFields';
import {
	checkParas,
	readFormParas,
	readJsonParas,
	type Given,
} from '../../nodes/IotDevice/resources/command/paraValues';
import { readCapabilities, type ParaRules } from '../../nodes/shared/platform/capabilities';
import { transportWith } from './fakeTransport';

/** The parameters of a command: their form, their types, and what is refused. */

const FORM: Given = { as: 'form', zone: 'UTC' };
const JSON_TEXT: Given = { as: 'json' };

const rules = (dataType: string, more: Partial<ParaRules> = {}): ParaRules[] => [
	{ name: 'p', dataType, required: false, ...more },
];

function check(value: unknown, given: ParaRules[], as = FORM): unknown {
	const result = checkParas({ p: value } as IDataObject, given, as);
	return result.ok ? result.value.p : result.failure.what;
}

describe('A form', () => {
	it.each([
		['int', '50', 50],
		['int', 50, 50],
		['long', '4294967295', 4294967295],
		['long', '9007199254740993', '9007199254740993'],
		['decimal', '20.5', 20.5],
		['string', 7, '7'],
		['string', 'on', 'on'],
		['DateTime', '2026-01-31T08:00:00Z', '20260131T080000Z'],
		['DateTime', '20260131T080000Z', '20260131T080000Z'],
		['jsonObject', '{"a": 1}', { a: 1 }],
		['jsonObject', { a: 1 }, { a: 1 }],
		['somethingNew', [1], [1]],
	])('brings a %s to its type: %p', (dataType, value, typed) => {
		expect(check(value, rules(dataType))).toEqual(typed);
	});

	it.each([
		['int', '50.5', '\'p\' is the text "50.5", but it has to be a whole number'],
		['int', 'many', '\'p\' is the text "many", but it has to be a whole number'],
		['int', true, "'p' is true, but it has to be a whole number"],
		['decimal', 'many', '\'p\' is the text "many", but it has to be a number'],
		['jsonObject', '[1]', '\'p\' is the text "[1]", but it has to be a JSON object'],
		['string', { a: 1 }, '\'p\' is {"a":1}, but it has to be text'],
		['DateTime', 'soon', '\'p\' is not a date: "soon"'],
	])('refuses as %s the value %p', (dataType, value, words) => {
		expect(check(value, rules(dataType))).toBe(words);
	});
});

describe('JSON', () => {
	it.each([
		['int', 50],
		['decimal', 0.1],
		['long', '9007199254740993'],
		['string', ''],
		['DateTime', '2026-01-31'],
		['jsonObject', { a: [1] }],
	])('keeps a %s as it is: %p', (dataType, value) => {
		expect(check(value, rules(dataType), JSON_TEXT)).toEqual(value);
	});

	it.each([
		['int', '50'],
		['long', '50'],
		['decimal', '20.5'],
		['string', 7],
		['DateTime', 7],
		['jsonObject', '{}'],
	])('is refused with another type than %s: %p', (dataType, value) => {
		expect(check(value, rules(dataType), JSON_TEXT)).toContain("'p' is ");
	});
});

describe('Limits', () => {
	it.each([
		[0, { min: 0, max: 100 }],
		[100, { min: 0, max: 100 }],
		[0.3, { step: 0.1 }],
		[7, { min: 2, max: 20, step: 5 }],
		[10, { min: 2, max: 20, step: 5 }],
	])('let %p pass with %p', (value, limits) => {
		expect(check(value, rules('decimal', limits))).toBe(value);
	});

	it.each([
		[-1, { min: 0, max: 100, unit: '%' }, "'p' is -1, but it has to be from 0 to 100 %"],
		[101, { min: 0, max: 100 }, "'p' is 101, but it has to be from 0 to 100"],
		[-1, { min: 0 }, "'p' is -1, but it has to be at least 0"],
		[9, { max: 8 }, "'p' is 9, but it has to be at most 8"],
		[0.35, { step: 0.1 }, "'p' is 0.35, but it has to be a multiple of 0.1"],
		[3, { choices: ['1', '2'] }, "'p' is 3, but it has to be one of 1, 2"],
	])('refuse %p with %p', (value, limits, words) => {
		expect(check(value, rules('decimal', limits))).toBe(words);
	});

	it('hold for a long that is written as text', () => {
		expect(check('9007199254740993', rules('long', { min: 0, max: 10 }))).toContain('from 0 to 10');
	});

	it('count the characters of a text', () => {
		expect(check('abcd', rules('string', { maxLength: 4 }))).toBe('abcd');
		expect(check('abcde', rules('string', { maxLength: 4 }))).toBe(
			"'p' is 5 characters long, but the device takes 4",
		);
	});

	const long = 'x'.repeat(100_000);

	it.each([
		['a long name', long, 'many', 'int', {}],
		['a long name, for a date', long, 'soon', 'DateTime', {}],
		['a long name, and none', long, null, 'int', { required: true }],
		['a long unit', 'p', -1, 'int', { min: 0, unit: long }],
		['a long choice', 'p', 3, 'int', { choices: [long] }],
		['many choices', 'p', 3, 'int', { choices: Array.from({ length: 100_000 }, (_, at) => `choice-${at}`) }],
	])('of a parameter with %s are shown in short', (_what, name, value, dataType, more) => {
		const checked = checkParas({ [name]: value }, rules(dataType, { name, ...more }), FORM);
		if (checked.ok) throw new Error('It was accepted');
		const { what, help } = checked.failure;
		expect([what, help].filter(({ length }) => length > 500)).toEqual([]);
	});

	it('ask for what is required, and for nothing else', () => {
		expect(check(undefined, rules('int', { required: true }))).toBe(
			"'p' has no value, but the command needs one",
		);
		expect(checkParas({ other: 1 }, rules('int'), FORM)).toEqual({ ok: true, value: { other: 1 } });
	});
});

describe('What is given', () => {
	it.each([
		['', {}],
		[undefined, {}],
		[{ value: 50 }, { value: 50 }],
		[{ mappingMode: 'defineBelow', value: { value: 50, other: '' } }, { value: 50 }],
		[{ mappingMode: 'defineBelow', value: null, schema: [] }, {}],
		[{ value: { level: 1 } }, { level: 1 }],
	])('in a form, %p, counts as %p', (value, paras) => {
		expect(readFormParas(value, 'Parameters')).toEqual({ ok: true, value: paras });
	});

	it.each(['on', 7, [1], { mappingMode: 'defineBelow', value: 'on' }])(
		'in a form, %p, is refused',
		(value) => {
			expect(readFormParas(value, 'Parameters')).toMatchObject({ ok: false });
		},
	);

	it.each(['{"a": 1e999}', '{"a": [{"b": 9007199254740993}]}', { a: NaN }])(
		'as JSON, %p, is refused for a number that would arrive as another',
		(value) => {
			expect(readJsonParas(value, 'Parameters (JSON)')).toMatchObject({
				ok: false,
				failure: { what: expect.stringContaining("can't keep exactly") },
			});
		},
	);
});

describe("'Parameters (JSON)'", () => {
	it.each([undefined, null, '', ' \n'])('counts as none when it is %j', (value) => {
		expect(readJsonParas(value, 'Parameters (JSON)')).toEqual({ ok: true, value: {} });
	});

	it.each([
		['null', 'null'],
		['[1]', 'a list'],
		['5', 'a number'],
		['"on"', 'a string'],
	])('is refused when it is %s, and the message says what it is', (value, kind) => {
		expect(readJsonParas(value, 'Parameters (JSON)')).toMatchObject({
			ok: false,
			failure: { what: `'Parameters (JSON)' is ${kind}, but it has to be a JSON object` },
		});
	});
});

describe('The capabilities of a device', () => {
	const read = async (deviceCapabilities: unknown) =>
		await readCapabilities(
			transportWith(() => ({ body: { deviceCapabilities } })),
			'd1',
			undefined,
		);
	const para = {
		paraName: 'p',
		dataType: 'int',
		required: 'true',
		min: '0',
		max: '100',
		step: '5',
		unit: '%',
	};
	const capability = (paras: unknown) => [
		{
			deviceId: 'd1',
			serviceCapabilities: [
				{ serviceId: 'Valve', description: null, commands: [{ commandName: 'SET', paras }] },
				{ serviceId: 'Meter', commands: null },
			],
		},
		{ deviceId: 'd2', serviceCapabilities: [{ serviceId: 'Lamp' }] },
	];

	it('may be written with texts for numbers, and with nulls', async () => {
		expect(await read(capability([para]))).toEqual({
			ok: true,
			value: [
				{
					serviceId: 'Valve',
					description: '',
					methods: [
						{
							name: 'SET',
							paras: [{ name: 'p', dataType: 'int', required: true, min: 0, max: 100, step: 5, unit: '%' }],
						},
					],
				},
				{ serviceId: 'Meter', description: '', methods: [] },
			],
		});
	});

	it.each([
		[
			{ min: '0', max: '0', step: '0', maxLength: '0', unit: '', enumList: [] },
			{ name: 'p', dataType: 'int', required: false },
		],
		[
			{ min: null, max: null },
			{ name: 'p', dataType: 'int', required: false },
		],
		[{ enumList: ['on', 'off'] }, { name: 'p', dataType: 'int', required: false, choices: ['on', 'off'] }],
	])('set no limit by %p', async (limits, rule) => {
		const services = await read(capability([{ paraName: 'p', dataType: 'int', required: false, ...limits }]));
		expect(services.ok && services.value[0]?.methods[0]?.paras).toEqual([rule]);
	});

	it('are read without blanks around names and texts, and without what has no name', async () => {
		const named = { ...para, paraName: ' p ', dataType: ' int ', unit: ' % ', enumList: [' on ', ' '] };
		const command = (commandName: unknown, paras: unknown = []) => ({ commandName, paras });
		const service = (serviceId: unknown, commands: unknown = []) => ({
			serviceId,
			description: ' The valve ',
			commands,
		});
		const commands = [command(' SET ', [named, { ...para, paraName: ' ' }]), command(' '), command(null)];
		const services = await read([
			{ deviceId: ' d1 ', serviceCapabilities: [service(' Valve ', commands), service(' '), service(null)] },
		]);
		expect(services.ok && services.value).toMatchObject([
			{
				serviceId: 'Valve',
				description: 'The valve',
				methods: [{ name: 'SET', paras: [{ name: 'p', dataType: 'int', unit: '%', choices: ['on'] }] }],
			},
		]);
	});

	it.each([null, []])('may be %p', async (none) => {
		expect(await read(none)).toEqual({ ok: true, value: [] });
	});

	it('are none in an answer of something else', async () => {
		const other = transportWith(() => ({ body: { hello: 'world' } }));
		expect(await readCapabilities(other, 'd1', undefined)).toMatchObject({ ok: false });
	});
});

describe('The form of a method', () => {
	const [field] = fieldsOf({
		name: 'SET',
		paras: rules('int', { min: 0, max: 100, unit: '%', required: true }),
	});

	it('says type, limits and unit in its labels', () => {
		const labels = fieldsOf({
			name: 'SET',
			paras: [
				...rules('int', { min: 0, max: 100, step: 1, unit: '%' }),
				...rules('decimal', { min: -10, step: 0.5 }),
				...rules('string', { maxLength: 16 }),
				...rules('string', { choices: ['auto'] }),
				...rules('decimal', { unit: 'm' }),
				...rules('DateTime'),
			],
		}).map(({ displayName }) => displayName);
		expect(labels).toEqual([
			'p (0 to 100 %, whole number)',
			'p (at least -10, step 0.5)',
			'p (max. length 16)',
			'p',
			'p (m)',
			'p',
		]);
	});

	it.each([
		['int', 'number'],
		['long', 'string'],
		['decimal', 'number'],
		['string', 'string'],
		['DateTime', 'dateTime'],
		['jsonObject', 'object'],
		['somethingNew', undefined],
	])('asks for a %s by an input for %p', (dataType, type) => {
		expect(fieldsOf({ name: 'SET', paras: rules(dataType) })[0]?.type).toBe(type);
	});

	it('is saved with its rules, which are found again', () => {
		expect(savedRules({ schema: JSON.parse(JSON.stringify([field])) as unknown })).toEqual([field?.rules]);
		expect(savedRules({ schema: [{ id: 'p' }] })).toBeUndefined();
		expect(savedRules({ value: {} })).toBeUndefined();
	});
});
