import type { LoadOptionsContext } from 'n8n-core';
import type { IDataObject, INodeListSearchResult, ResourceMapperFields } from 'n8n-workflow';

import { editorContext } from './editorContext';
import { credentialFor, IotDevice, type CredentialStore } from './engine';
import { named, posts, runSend } from './sends';
import { usePlatform } from './usePlatform';

/** The lists behind 'Service' and 'Method' and the form behind 'Values to Send', as the editor asks for them. */

const platform = usePlatform();
const DEVICE = { mode: 'list', value: 'device-1', __rl: true };

beforeEach(async () => await platform.addDevice('device-1'));

const contextFor = (
	parameters: IDataObject,
	store: CredentialStore = credentialFor(platform, { sessionToken: platform.issueToken() }),
) => editorContext(new IotDevice(), store, parameters);

type Given = Parameters<typeof contextFor>;
const { methods } = new IotDevice();

async function list(
	name: 'searchServices' | 'searchMethods',
	filter: string,
	...given: Given
): Promise<unknown> {
	const search = methods?.listSearch?.[name];
	const found = (await search?.call(contextFor(...given), filter)) as INodeListSearchResult;
	return found.results;
}

async function form(...given: Given): Promise<ResourceMapperFields> {
	const load = methods?.resourceMapping?.getParas as (
		this: LoadOptionsContext,
	) => Promise<ResourceMapperFields>;
	return await load.call(contextFor(...given));
}

it("the services are those of the device's profile", async () => {
	expect(await list('searchServices', '', { deviceId: DEVICE })).toEqual([
		{ name: 'Valve (The valve of the meter)', value: 'Valve' },
		{ name: 'Meter', value: 'Meter' },
	]);
	expect(await list('searchServices', 'met', { deviceId: DEVICE })).toHaveLength(2);
	expect(await list('searchServices', 'valv', { deviceId: DEVICE })).toHaveLength(1);
});

it('the methods are those of the service', async () => {
	const parameters = { deviceId: DEVICE, serviceId: named('Valve') };
	expect(await list('searchMethods', '', parameters)).toEqual(
		['SET_VALVE', 'CONFIGURE', 'RESTART'].map((value) => ({ name: value, value })),
	);
	expect(await list('searchMethods', 'set', parameters)).toHaveLength(1);
	expect(await list('searchMethods', '', { deviceId: DEVICE, serviceId: named('Meter') })).toEqual([]);
});

it('the form has a field for each parameter of the method', async () => {
	const parameters = { deviceId: DEVICE, serviceId: named('Valve'), method: named('CONFIGURE') };
	const { fields } = await form(parameters);
	expect(fields.map(({ id, displayName, type, required }) => [id, displayName, type, required])).toEqual([
		['mode', 'mode', 'options', true],
		['label', 'label (max. length 16)', 'string', false],
		['closeAbove', 'closeAbove (-10 to 60.5 °C, step 0.5)', 'number', false],
		['volume', 'volume (0 to 4294967295 L, whole number)', 'string', false],
		['startAt', 'startAt', 'dateTime', false],
		['schedule', 'schedule', 'object', false],
	]);
	expect(fields[0]?.options).toEqual([
		{ name: 'auto', value: 'auto' },
		{ name: 'manual', value: 'manual' },
	]);
});

it('the form of a method without parameters says so', async () => {
	const parameters = { deviceId: DEVICE, serviceId: named('Valve'), method: named('RESTART') };
	expect(await form(parameters)).toEqual({
		fields: [],
		emptyFieldsNotice: 'This method has no parameters.',
	});
});

it('what the form is filled with is checked without a call', async () => {
	const parameters = { deviceId: DEVICE, serviceId: named('Valve'), method: named('SET_VALVE') };
	const { fields } = await form(parameters);
	const before = platform.requests.length;
	const { items } = await runSend(platform, {
		parameters: {
			specifyParas: 'fields',
			paras: {
				mappingMode: 'defineBelow',
				value: { value: 101 },
				schema: fields as unknown as IDataObject[],
			},
		},
		settings: { onError: 'continueRegularOutput' },
	});
	expect(items[0]?.json.error).toContain("'value' is 101");
	expect(platform.requests).toHaveLength(before);
	expect(posts(platform)).toEqual([]);
});

describe('There is a reason in words', () => {
	const services = async (...given: Given) => await list('searchServices', '', ...given);

	it.each([
		['no device is chosen', {}, "'Device' is not chosen yet"],
		['the device is empty', { deviceId: { mode: 'list', value: '' } }, "'Device' is not chosen yet"],
		[
			'an expression has no value in the editor',
			{ deviceId: { mode: 'id', value: '={{ $json.deviceId }}' } },
			"The expression in 'Device' has no value in the editor",
		],
		['the platform does not know the device', { deviceId: { value: 'nobody' } }, '100418'],
	])('when %s', async (_when, parameters, words) => {
		await expect(services(parameters)).rejects.toThrow(words);
	});

	it.each(['empty', 'null', 'noServices'] as const)(
		'when a device has no capabilities, answered by %s',
		async (noCapabilities) => {
			platform.set({ noCapabilities });
			await platform.addDevice('lamp', { deviceType: 'Lamp' });
			await expect(services({ deviceId: { value: 'lamp' } })).rejects.toThrow(
				'The platform knows no capabilities of this device',
			);
		},
	);

	it('when the token is refused', async () => {
		const store = credentialFor(platform, { authentication: 'accessToken', token: 'old-token' });
		await expect(services({ deviceId: DEVICE }, store)).rejects.toThrow('1010005');
	});

	it('when no service or no method is chosen', async () => {
		await expect(list('searchMethods', '', { deviceId: DEVICE })).rejects.toThrow(
			"'Service' is not chosen yet",
		);
		const parameters = { deviceId: DEVICE, serviceId: named('Valve') };
		await expect(form(parameters)).rejects.toThrow("'Method' is not chosen yet");
		await expect(form({ ...parameters, method: named('FLY') })).rejects.toThrow("no method 'FLY'");
	});
});
