import { credential } from '../e2e/workflows';
import { JSON_PARAS_FORM } from './forms';
import { PUMP } from './pump';
import { SERVER, setStage, type Stage } from './stage';

/** From a device to a command on its way, in the editor, with the lists and the form that come from the platform. */

const METER = '4b0c6f1e-52d3-4f0a-8a37-9c1e2d7b6a55';
const SEND = 'Send command to device (irreversible once delivered)';
const FIELDS_BELOW = 'Specify Parameters: Using Fields Below (Using Fields Below | Using JSON)';

let stage: Stage;

beforeAll(async () => {
	stage = await setStage();
	await stage.platform.addDevice(METER, { name: 'Water Meter 3' });
	await stage.platform.addDevice('silent', { name: 'Siren 1', capabilities: [] });
	await newNode();
});

afterAll(async () => await stage?.close());

async function newNode(): Promise<void> {
	await stage.editor.newWorkflow();
	await stage.editor.addNode('IoT Device', SEND);
}

/** The part of the form that is about the parameters of the command. */
async function paraFields(): Promise<string[]> {
	const fields = await stage.editor.fields(stage.editor.at('node-parameters'));
	const start = fields.findIndex((line) => line.startsWith('Specify Parameters'));
	return fields.slice(start, fields.indexOf('Options'));
}

const marks = () => stage.editor.at('mapping-fields-container').getByTestId('parameter-issues');

describe('The lists', () => {
	it('of services asks for the device first', async () => {
		const [said] = await stage.editor.openList('serviceId');
		expect(said).toContain("'Device' is not chosen yet");
		expect(said).toContain("Choose 'Device' first");
		await stage.editor.closeList();
	});

	it('of services is that of the chosen device', async () => {
		const { editor } = stage;
		await editor.pick('deviceId', 'Water Meter 3');
		expect(await editor.openList('serviceId')).toEqual(['Valve (The valve of the meter)', 'Meter']);
		await editor.closeList();
		await editor.pick('deviceId', 'Pump 7');
		expect(await editor.openList('serviceId')).toEqual(['Pump', 'Valve']);
		await editor.closeList();
	});

	it('of methods is that of the chosen service', async () => {
		const { editor } = stage;
		await editor.pick('serviceId', 'Valve');
		expect(await editor.openList('method')).toEqual(['SET_VALVE']);
		await editor.closeList();
		await editor.pick('serviceId', 'Pump');
		expect(await editor.openList('method')).toEqual(['SET_SPEED']);
		await editor.closeList();
	});
});

describe('The form of a method', () => {
	it('has a field for each parameter, with its unit, range and choices', async () => {
		await stage.editor.pick('method', 'SET_SPEED');
		await stage.editor.field('startAt').waitFor();
		expect(await paraFields()).toEqual([
			FIELDS_BELOW,
			'Values to Send',
			'mode:  (auto | manual)',
			'speed (0 to 3000 rpm): ',
			'startAt: ',
		]);
	});

	it('marks what the command needs, until it is there', async () => {
		const { editor } = stage;
		expect(await marks().count()).toBe(1);
		await editor.choose('mode', 'manual');
		await marks().waitFor({ state: 'detached' });
	});

	it('sends exactly what was filled in', async () => {
		const { editor, platform } = stage;
		await editor.fill('speed', '1450');
		// In the time zone of n8n's workflows, which is New York unless somebody changes it.
		await editor.fill('startAt', '2030-05-01 08:00:00');
		await editor.field('startAt').locator('input').press('Enter');
		await editor.executeStep();
		const sent = platform.requests.filter(
			({ method, path }) => method === 'POST' && path.includes('deviceCommands'),
		);
		const paras = { mode: 'manual', speed: 1450, startAt: '20300501T120000Z' };
		const command = { serviceId: 'Pump', method: 'SET_SPEED', paras };
		expect(sent.map(({ body }) => body)).toEqual([{ deviceId: PUMP, command }]);
		expect(platform.commands()).toMatchObject([{ deviceId: PUMP, command, status: 'PENDING' }]);
		expect(await editor.show('JSON')).toContain(platform.commands()[0]?.commandId);
	});

	it('has fields of every type', async () => {
		const { editor } = stage;
		await newNode();
		await editor.pick('deviceId', 'Water Meter 3');
		await editor.pick('serviceId', 'Valve');
		await editor.pick('method', 'CONFIGURE');
		await editor.field('schedule').waitFor();
		expect(await paraFields()).toEqual([
			FIELDS_BELOW,
			'Values to Send',
			'mode:  (auto | manual)',
			'label (max. length 16): ',
			'closeAbove (-10 to 60.5 °C, step 0.5): ',
			'volume (0 to 4294967295 L, whole number): ',
			'startAt: ',
			'schedule',
		]);
	});

	it('says that there is nothing to fill in', async () => {
		await stage.editor.pick('method', 'RESTART');
		await stage.editor.page.getByText('This method has no parameters.').waitFor();
		expect(await paraFields()).toEqual([FIELDS_BELOW]);
	});

	it('does not send what the device would not take', async () => {
		const { editor, platform } = stage;
		const before = platform.commands().length;
		await editor.pick('method', 'SET_VALVE');
		await editor.field('value').waitFor();
		await editor.fill('value', '150');
		await editor.at('node-execute-button').click();
		const said = editor.at('node-error-message');
		await said.waitFor();
		expect(await said.innerText()).toContain("'value' is 150, but it has to be from 0 to 100 %");
		expect(platform.commands()).toHaveLength(before);
	});

	it('makes way for JSON', async () => {
		await stage.editor.choose('specifyParas', 'Using JSON');
		await stage.editor.field('parasJson').waitFor();
		expect(await paraFields()).toEqual(JSON_PARAS_FORM);
	});
});

describe('In words', () => {
	it('the list says that nothing is known of a device', async () => {
		const { editor } = stage;
		await newNode();
		await editor.pick('deviceId', 'Siren 1');
		const [said] = await editor.openList('serviceId');
		expect(said).toContain('The platform knows no capabilities of this device');
		expect(said).toContain("Choose 'By Name'");
		await editor.closeList();
	});

	it('the lists say that the token was refused', async () => {
		const { editor, n8n, platform } = stage;
		const changes = { server: SERVER, authentication: 'accessToken', token: 'not-a-token' };
		await n8n.importCredentials([credential(platform, changes)]);
		await newNode();
		await editor.chooseCredential('Platform');
		const saying = expect.stringMatching(
			/The platform refused the App Key or the access token \(1010005.*enter a new one in 'Access Token'/s,
		);
		expect(await editor.openList('deviceId')).toEqual([saying]);
		await editor.closeList();
		await editor.enter('deviceId', 'By ID', PUMP);
		expect(await editor.openList('serviceId')).toEqual([saying]);
	});
});
