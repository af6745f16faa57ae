import type { IDataObject } from 'n8n-workflow';

import { clockModule } from './dist';
import { credentialFor } from './engine';
import { useFakeTime } from './fakeTime';
import { recordLog } from './log';
import { addDevices, COMMANDS_PATH, item, named, posts, runSend, sentIds } from './sends';
import { usePlatform } from './usePlatform';

/** IoT Device > Send: the request, the item, and what is refused before it. */

const platform = usePlatform();

const CONFIGURE = { method: named('CONFIGURE') };
const continues = { onError: 'continueRegularOutput' } as const;

beforeEach(async () => await platform.addDevice('device-1'));

/** A filled form, written by hand. */
const form = (value: IDataObject) => ({
	specifyParas: 'fields',
	paras: { mappingMode: 'defineBelow', value, matchingColumns: [], schema: [] },
});

describe('The request', () => {
	it('is exactly the documented one, without what is not set', async () => {
		await runSend(platform, { items: [item('device-1', 50)] });
		expect(posts(platform)).toHaveLength(1);
		expect(posts(platform)[0]).toMatchObject({
			query: {},
			body: {
				deviceId: 'device-1',
				command: { serviceId: 'Valve', method: 'SET_VALVE', paras: { value: 50 } },
			},
		});
		expect(Object.keys(posts(platform)[0]?.body as object)).toEqual(['deviceId', 'command']);
	});

	it('has the options that are set, zeros too', async () => {
		await platform.setStatus('device-1', 'ONLINE');
		const options = { expireTime: 0, maxRetransmit: 0, callbackUrl: 'https://n8n.example.com:443/hook' };
		await runSend(platform, { options });
		expect(posts(platform)[0]?.body).toEqual({
			deviceId: 'device-1',
			command: { serviceId: 'Valve', method: 'SET_VALVE', paras: { value: 50 } },
			...options,
		});
	});

	it('leaves out options that were added and are empty', async () => {
		await runSend(platform, { options: { expireTime: '', maxRetransmit: null, callbackUrl: '' } });
		expect(Object.keys(posts(platform)[0]?.body as object)).toEqual(['deviceId', 'command']);
	});

	it('names the application that owns the device', async () => {
		platform.set({ authorizedAppIds: ['other-app'] });
		await platform.addDevice('theirs', {}, 'other-app');
		const { items } = await runSend(platform, { items: [item('theirs')], options: { appId: 'other-app' } });
		expect(posts(platform)[0]?.query).toEqual({ appId: 'other-app' });
		expect(items[0]?.json).toMatchObject({ appId: 'other-app' });
	});

	it('keeps the types that the device asks for, from a form whose fields are texts', async () => {
		const value = {
			mode: 'auto',
			label: 7,
			closeAbove: '20.5',
			volume: '4294967295',
			startAt: '2026-01-31T09:00:00+01:00',
			schedule: '{"days": [1, 2]}',
		};
		await runSend(platform, { parameters: { ...CONFIGURE, ...form(value) } });
		expect(posts(platform)[0]?.body).toMatchObject({
			command: {
				paras: {
					mode: 'auto',
					label: '7',
					closeAbove: 20.5,
					volume: 4294967295,
					startAt: '20260131T080000Z',
					schedule: { days: [1, 2] },
				},
			},
		});
	});

	it('has no field of the form that is empty', async () => {
		const value = { mode: 'auto', label: '', closeAbove: null };
		await runSend(platform, { parameters: { ...CONFIGURE, ...form(value) } });
		expect(posts(platform)[0]?.body).toMatchObject({ command: { paras: { mode: 'auto' } } });
	});

	it.each([
		['text', '{"value": 50}'],
		['an object from an expression', '={{ { value: 50 } }}'],
	])('takes JSON as %s', async (_as, parasJson) => {
		await runSend(platform, { parameters: { parasJson } });
		expect(posts(platform)[0]?.body).toMatchObject({ command: { paras: { value: 50 } } });
	});

	it('takes a method without parameters', async () => {
		const method = named('RESTART');
		await runSend(platform, { parameters: { method, ...form({}) } });
		expect(posts(platform)[0]?.body).toMatchObject({ command: { method: 'RESTART', paras: {} } });
	});

	it('goes out for a device of which nothing is known', async () => {
		await platform.addDevice('lamp', { deviceType: 'StreetLamp' });
		const parameters = {
			serviceId: named('Lamp'),
			method: named('DIM'),
			parasJson: '{"percent": "forty"}',
		};
		const { items } = await runSend(platform, { items: [{ deviceId: 'lamp' }], parameters });
		expect(items[0]?.json).toMatchObject({ paras: { percent: 'forty' }, status: 'PENDING' });
	});
});

describe('The item', () => {
	it('has what a person looks for first and IDs last', async () => {
		const { items } = await runSend(platform, { options: { expireTime: 60 } });
		expect(items.map(({ json }) => json)).toEqual([
			{
				deviceId: 'device-1',
				serviceId: 'Valve',
				method: 'SET_VALVE',
				paras: { value: 50 },
				status: 'PENDING',
				creationTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
				expireTime: 60,
				commandId: platform.commands()[0]?.commandId,
				appId: platform.appId,
			},
		]);
		expect(Object.keys(items[0]?.json ?? {})).toEqual([
			...['deviceId', 'serviceId', 'method', 'paras', 'status', 'creationTime', 'expireTime'],
			...['commandId', 'appId'],
		]);
	});

	it('is there for each input item in their order, also for several of one device', async () => {
		await addDevices(platform, 3);
		const inputs = [1, 0, 1, 2, 1].map((device, at) => item(`device-${device}`, at));
		const outcome = await runSend(platform, { items: inputs });
		expect(outcome.items.map(({ json, pairedItem }) => [json.deviceId, json.paras, pairedItem])).toEqual(
			inputs.map(({ deviceId, paras }, at) => [deviceId, paras, { item: at }]),
		);
		const ofOne = platform.commands('device-1').map(({ command }) => command.paras?.value);
		expect(ofOne).toEqual([0, 2, 4]);
	});

	it('is there twice for two items that ask for the same, with two commands', async () => {
		const outcome = await runSend(platform, { items: [item('device-1'), item('device-1')] });
		expect(new Set(sentIds(outcome)).size).toBe(2);
		expect(platform.commands()).toHaveLength(2);
	});
});

describe('The ID of a command that was sent before', () => {
	afterEach(() => jest.restoreAllMocks());

	it('is in the message of a later item that fails with Stop', async () => {
		const items = [item('device-1'), item('nobody')];
		const { stopped } = await runSend(platform, { items, options: { concurrency: 1 } });
		const [sent] = platform.commands();
		expect(stopped?.message).toContain(
			`1 of 2 commands were done. Commands: ${sent?.commandId} (accepted for device-1)`,
		);
	});

	it('is in the log when the run is canceled at a later item', async () => {
		const log = recordLog();
		let cancel = () => {};
		platform.set({ onCall: () => void (posts(platform).length === 2 && cancel()) });
		const { run } = await runSend(platform, {
			items: [item('device-1'), item('device-1')],
			onStart: (stop) => (cancel = stop),
		});
		expect(run.status).toBe('canceled');
		const [sent] = platform.commands();
		expect(log.join('\n')).toContain(`canceled. Commands: ${sent?.commandId} (accepted for device-1)`);
	});
});

const ROWS: Array<[string, Parameters<typeof runSend>[1], string]> = [
	['no service', { parameters: { serviceId: '={{ $json.nope }}' } }, "'Service'"],
	['no method', { parameters: { method: '={{ $json.nope }}' } }, "'Method'"],
	['no device', { items: [{}] }, "'Device'"],
	['a list as parameters', { parameters: { parasJson: '[1]' } }, "'Parameters (JSON)' is a list"],
	['a text as parameters', { parameters: { parasJson: '"on"' } }, "'Parameters (JSON)' is a string"],
	['what is no JSON', { parameters: { parasJson: '{value: 1}' } }, "can't be read as JSON"],
	[
		'digits that would be lost',
		{ parameters: { parasJson: '{"value": 9007199254740993}' } },
		"JavaScript can't keep exactly",
	],
	['an expire time of -1', { options: { expireTime: -1 } }, "'Expire Time' is -1"],
	['9 retransmissions', { options: { maxRetransmit: 9 } }, "'Max Retransmissions' is 9"],
	[
		'a callback URL without a port',
		{ options: { callbackUrl: 'https://n8n.example.com/hook' } },
		"'Callback URL' is not a URL",
	],
	[
		'a callback URL without a path',
		{ options: { callbackUrl: 'https://n8n.example.com:5678' } },
		"'Callback URL' is not a URL",
	],
	[
		'a value out of the range that the form was saved with',
		{
			parameters: {
				specifyParas: 'fields',
				paras: {
					mappingMode: 'defineBelow',
					value: { value: 101 },
					schema: [
						{ id: 'value', rules: { name: 'value', dataType: 'int', required: true, min: 0, max: 100 } },
					],
				},
			},
		},
		"'value' is 101, but it has to be from 0 to 100",
	],
];

describe('Bad input', () => {
	it.each(ROWS)('%s is reported for its item before any call', async (_what, given, words) => {
		const { items } = await runSend(platform, { settings: continues, ...given });
		expect(items[0]?.json.error).toContain(words);
		expect(items[0]?.json.error).toContain('[item 0]');
		expect(platform.requests).toEqual([]);
	});

	it.each([
		['SET_VALVE', '{"value": 101}', "'value' is 101, but it has to be from 0 to 100 %"],
		['SET_VALVE', '{"value": -1}', "'value' is -1"],
		['SET_VALVE', '{"value": 0.5}', "'value' is 0.5, but it has to be a whole number"],
		['SET_VALVE', '{"value": "50"}', '\'value\' is the text "50", but it has to be a whole number'],
		['SET_VALVE', '{}', "'value' has no value, but the command needs one"],
		['CONFIGURE', '{"mode": "fast"}', '\'mode\' is the text "fast", but it has to be one of auto, manual'],
		['CONFIGURE', '{"mode": "auto", "label": "seventeen letters"}', "'label' is 17 characters long"],
		[
			'CONFIGURE',
			'{"mode": "auto", "closeAbove": 20.3}',
			"'closeAbove' is 20.3, but it has to be a multiple",
		],
		['CONFIGURE', '{"mode": "auto", "schedule": "daily"}', '\'schedule\' is the text "daily"'],
	])('%s with %s is reported before a command is sent', async (method, parasJson, words) => {
		const parameters = { method: named(method), parasJson };
		const { items } = await runSend(platform, { parameters, settings: continues });
		expect(items[0]?.json.error).toContain(words);
		expect(posts(platform)).toEqual([]);
	});

	it('of one item keeps no other from being sent, except with Stop', async () => {
		const items = [item('device-1', 1), { deviceId: '', paras: {} }, item('device-1', 2)];
		const goesOn = await runSend(platform, { items, settings: { onError: 'continueErrorOutput' } });
		expect([goesOn.items.length, goesOn.failed.length]).toEqual([2, 1]);
		const { stopped } = await runSend(platform, { items });
		expect(stopped?.message).toContain("'Device' is empty");
		expect(posts(platform)).toHaveLength(2);
	});
});

it("another device's rules block nothing", async () => {
	await platform.addDevice('strict');
	await platform.addDevice('lenient', { deviceType: 'Other' });
	const outcome = await runSend(platform, { items: [item('strict', 50), item('lenient', 500)] });
	expect(sentIds(outcome)).toHaveLength(2);
});

describe('A method that the profile does not have', () => {
	it('is sent, and a hint says so', async () => {
		await platform.addDevice('device-1');
		const parameters = { method: named('SET_VALV') };
		const { items, hints } = await runSend(platform, { parameters });
		expect(items).toHaveLength(1);
		expect(hints).toEqual([
			expect.stringMatching(
				/device may ignore it.*: SET_VALV of Valve for device device-1 \(profile of device-1\)$/,
			),
		]);
	});

	it.each([
		['nothing is known of the device', { capabilities: [] }],
		['it is in the profile', {}],
	])('is not meant where %s', async (_what, info) => {
		await platform.addDevice('device-1', info);
		expect((await runSend(platform)).hints).toEqual([]);
	});

	it('is not the only thing: a parameter that it does not have is named too', async () => {
		await platform.addDevice('device-1');
		const items = [{ deviceId: 'device-1', paras: { value: 5, valu: 6 } }];
		const { items: sent, hints } = await runSend(platform, { items });
		expect(sent[0]?.json.paras).toEqual({ value: 5, valu: 6 });
		expect(hints).toEqual([
			expect.stringMatching(/: parameter 'valu' of SET_VALVE for device device-1 \(profile of device-1\)$/),
		]);
	});

	it('is told although the answer was lost and the command found by the next try', async () => {
		await platform.addDevice('device-1');
		platform.failNext({ kind: 'resetAfter', match: { method: 'POST', path: COMMANDS_PATH } });
		platform.failNext({ kind: 'resetBefore', match: { method: 'GET', path: COMMANDS_PATH }, skip: 1 });
		const { items, hints } = await runSend(platform, {
			parameters: { method: named('SET_VALV') },
			options: { maxRetries: 0 },
			settings: { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 },
		});
		expect(items).toHaveLength(1);
		expect(posts(platform)).toHaveLength(1);
		expect(hints).toEqual([expect.stringContaining('SET_VALV of Valve')]);
	});

	it('is told of every device, with the one whose profile was read for all', async () => {
		await platform.addDevice('with');
		await platform.addDevice('without', { deviceType: 'Other' });
		const { hints } = await runSend(platform, {
			items: [item('with'), item('without')],
			parameters: { method: named('SET_VALV') },
		});
		expect(hints).toEqual([
			expect.stringContaining(
				': SET_VALV of Valve for device with (profile of with), SET_VALV of Valve for device without (profile of with)',
			),
		]);
	});
});

it.each([
	['a misspelled name', { valeu: 40 }, "; it has no parameter 'valeu'"],
	['nothing', {}, ''],
])(
	'JSON with %s instead of a parameter is refused with the names and the field',
	async (_what, paras, more) => {
		await platform.addDevice('device-1');
		const { stopped } = await runSend(platform, { items: [{ deviceId: 'device-1', paras }] });
		expect(stopped?.message).toContain(
			`'value' has no value, but the command needs one${more} (SET_VALVE for device device-1)`,
		);
		expect(stopped?.description).toContain("Correct 'value' in 'Parameters (JSON)'");
		expect(stopped?.description).not.toContain('Values to Send');
		expect(posts(platform)).toEqual([]);
	},
);

it('rules are read once for a fleet', async () => {
	const items = await addDevices(platform, 20);
	await runSend(platform, { items });
	const reads = platform.requests.filter(({ path }) => path.endsWith('/deviceCapabilities'));
	expect(reads).toHaveLength(1);
	expect(posts(platform)).toHaveLength(20);
});

it('a value that is refused by the rules of its own device costs one look-up', async () => {
	await platform.addDevice('strict');
	const { stopped } = await runSend(platform, { items: [item('strict', 500)] });
	expect(stopped?.message).toContain("'value' is 500");
	const reads = platform.requests.filter(({ path }) => path.endsWith('/deviceCapabilities'));
	expect(reads).toHaveLength(1);
});

it('a form without parameters reads the rules once for a fleet', async () => {
	const items = await addDevices(platform, 20);
	const form = { mappingMode: 'defineBelow', value: {}, schema: [] };
	const parameters = { method: named('RESTART'), specifyParas: 'fields', paras: form };
	const { items: sent } = await runSend(platform, { items, parameters });
	expect(sent).toHaveLength(20);
	const reads = platform.requests.filter(({ path }) => path.endsWith('/deviceCapabilities'));
	expect(reads).toHaveLength(1);
});

it('rules are read once for credentials with the same secret, and for those with the same token', async () => {
	await platform.addDevice('strict');
	const token = platform.issueToken();
	const own = () => credentialFor(platform, { authentication: 'accessToken', token });
	const reads = () => platform.requests.filter(({ path }) => path.endsWith('/deviceCapabilities')).length;
	for (const items of [[item('strict')], [item('strict')]]) await runSend(platform, { items });
	expect(reads()).toBe(1);
	for (const credential of [own(), own()]) await runSend(platform, { items: [item('strict')], credential });
	expect(reads()).toBe(2);
});

it.each([
	['token', { authentication: 'accessToken', token: 'invented', secret: '' }, '1010005'],
	['token beside the right secret', { authentication: 'accessToken', token: 'invented-too' }, '1010005'],
	['secret', { secret: 'invented', token: '' }, '100208'],
	['secret beside the right token', { secret: 'invented-too' }, '100208'],
])(
	'an invented %s shows nothing of the rules that another credential has read',
	async (_what, invented, code) => {
		await platform.addDevice('strict');
		const token = platform.issueToken();
		const right = credentialFor(platform, { authentication: 'accessToken', token });
		await runSend(platform, { items: [item('strict')], credential: right });
		await runSend(platform, { items: [item('strict')] });
		const credential = credentialFor(platform, { token, ...invented });
		const { stopped } = await runSend(platform, { items: [item('strict', 500)], credential });
		expect(stopped?.message).toContain(code);
		expect(`${stopped?.message} ${stopped?.description}`).not.toContain('has to be');
	},
);

describe('Rules that do not come', () => {
	useFakeTime();

	it('hold up a command for 5 seconds, whatever the time-out', async () => {
		platform.failNext({ kind: 'hang', match: { path: 'deviceCapabilities' }, times: Infinity });
		const began = clockModule.clock.now();
		const outcome = await runSend(platform, { options: { timeout: 300 } });
		expect(sentIds(outcome)).toHaveLength(1);
		expect(posts(platform).map(({ at }) => at - began)).toEqual([5_000]);
	});
});

it('rules that could not be read are asked for again', async () => {
	await platform.addDevice('strict');
	platform.failNext({ kind: 'status', match: { path: 'deviceCapabilities' }, times: Infinity });
	await runSend(platform, { items: [item('strict', 50)], options: { maxRetries: 0 } });
	platform.clearFaults();
	const { clock } = clockModule;
	const { now } = clock;
	clock.now = () => now() + 31_000;
	const later = await runSend(platform, { items: [item('strict', 500)] });
	clock.now = now;
	expect(later.stopped?.message).toContain("'value' is 500");
});

describe('A refusal of the platform', () => {
	it.each([
		['20 queued commands', '100223', async () => void platform.queueCommands('device-1', 20), {}],
		['a dead device', '100612', async () => await platform.addDevice('device-1', { isZombie: true }), {}],
		['a device that is not online', '100428', async () => {}, { options: { expireTime: 0 } }],
		[
			'a service that is not in the profile',
			'100431',
			async () => {},
			{ parameters: { serviceId: named('Lamp') } },
		],
		['an unknown device', '100418', async () => {}, { items: [item('nobody')] }],
	])('for %s has its code and advice', async (_why, code, prepare, given) => {
		await prepare();
		const before = platform.commands().length;
		const { items } = await runSend(platform, { settings: continues, ...given });
		expect(items[0]?.json.error).toContain(code);
		expect(String(items[0]?.json.message).length).toBeGreaterThan(20);
		expect(platform.commands()).toHaveLength(before);
		expect(posts(platform)).toHaveLength(1);
	});
});
