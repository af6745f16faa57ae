import {
	IRREVERSIBLE_NOTICE,
	NODE_FORMS,
	POLLING_TRIGGER_FORM,
	TRIGGER_ACTIONS,
	TRIGGER_FORM,
	WAITING_FORM,
	type Form,
} from './forms';
import { setStage, type Stage } from './stage';

/** Every form of the nodes, as a person meets it who adds the node. */

/** What n8n offers for nodes without a trigger. */
const PROPOSALS = ['On a Schedule', 'On a Webhook call'];

let stage: Stage;

beforeAll(async () => {
	stage = await setStage();
});

beforeEach(async () => await stage.editor.newWorkflow());

afterAll(async () => await stage?.close());

describe.each(Object.entries(NODE_FORMS))('%s', (node, forms) => {
	it('offers these actions and no others', async () => {
		const names = await stage.editor.openActions(node);
		const own = (await names.allInnerTexts()).filter((name) => !PROPOSALS.includes(name));
		expect(own.sort()).toEqual([...Object.keys(forms), ...(TRIGGER_ACTIONS[node] ?? [])].sort());
	});

	it.each(Object.entries(forms))(
		'shows for "%s" its labels, defaults and choices',
		async (action, fields) => {
			await stage.editor.addNode(node, action);
			const notices = action.endsWith('(irreversible)') ? [IRREVERSIBLE_NOTICE] : [];
			await expectForm({ notices, fields });
		},
	);
});

it("offers 'Wait Timeout' once 'Wait for Completion' is on", async () => {
	const { editor } = stage;
	await editor.addNode('IoT Command Revoke', 'Revoke all pending commands of device (irreversible)');
	const form = editor.at('node-parameters');
	await editor.addEverything(form);
	await editor.field('waitForCompletion').locator('.el-switch').click();
	await editor.addEverything(form);
	expect((await editor.fields(form)).slice(-WAITING_FORM.length)).toEqual(WAITING_FORM);
	await editor.closeNode();
});

it('IoT Device Trigger shows its notices, labels, defaults and choices', async () => {
	await stage.editor.addNode('IoT Device', 'On device status changed');
	await expectForm(TRIGGER_FORM);
});

it('IoT Device Polling Trigger shows its notice, labels, defaults and choices', async () => {
	await stage.editor.addNode('IoT Device Polling Trigger');
	await expectForm(POLLING_TRIGGER_FORM);
});

async function expectForm({ notices, fields }: Form): Promise<void> {
	const { editor } = stage;
	const form = editor.at('node-parameters');
	await editor.addEverything(form);
	expect(await editor.notices()).toEqual(notices);
	expect(await editor.fields(form)).toEqual(fields);
	await editor.closeNode();
}
