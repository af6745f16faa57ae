import type { IDataObject } from 'n8n-workflow';

import type { WorkflowToImport } from '../lab/n8n';
import { useN8n, usePlatform } from './useN8n';
import { chain, DEVICE_OF_ITEM, NODE } from './workflows';

/** IoT Device in a real n8n: from the list of silent devices to their commands, and commands that are sent. */

const DEVICE = 'IoT Device';
const COMMANDS = '/iocm/app/cmd/v1.4.0/deviceCommands';

const n8n = useN8n();
const platform = usePlatform(n8n);

async function run(workflow: WorkflowToImport) {
	await n8n.importWorkflows([workflow]);
	const { run: finished, stdout, stderr } = await n8n.runManually(workflow.id);
	if (!finished) throw new Error(`n8n printed no run:\n${stdout}${stderr}`);
	expect(finished.errorMessage()).toBeUndefined();
	return finished;
}

const named = (value: string) => ({ __rl: true, mode: 'name', value });

const sendNode = (parameters: IDataObject) => ({
	name: DEVICE,
	type: 'n8n-nodes-huawei-iot.iotDevice',
	parameters: {
		resource: 'command',
		operation: 'send',
		deviceId: DEVICE_OF_ITEM,
		serviceId: named('Valve'),
		method: named('CONFIGURE'),
		...parameters,
	},
});

/** What the node sent, as the platform received it. */
const sent = () =>
	platform.requests
		.filter(({ method, path }) => method === 'POST' && path === COMMANDS)
		.map(({ query, body }) => ({ query, body }));

/** A water meter, with all the types that a parameter can have. */
const PARAS = {
	mode: 'manual',
	label: '0042',
	closeAbove: 20.5,
	volume: 4294967295,
	startAt: '20260131T080000Z',
	schedule: { days: [1, 2] },
};

it('lists the silent devices, and revokes what waits for them: one item for each command', async () => {
	const statuses = { silent: 'OFFLINE', ill: 'ABNORMAL', awake: 'ONLINE', new: 'INACTIVE' } as const;
	for (const [deviceId, status] of Object.entries(statuses)) {
		await platform.addDevice(deviceId, { status });
	}
	const queued = ['silent', 'ill'].flatMap((deviceId) => platform.queueCommands(deviceId, 2));
	const kept = platform.queueCommands('new', 1);
	const list = {
		name: DEVICE,
		type: 'n8n-nodes-huawei-iot.iotDevice',
		parameters: {
			resource: 'device',
			operation: 'getAll',
			returnAll: true,
			filters: { statuses: ['OFFLINE', 'ABNORMAL'] },
		},
	};
	const revoke = {
		name: NODE,
		type: 'n8n-nodes-huawei-iot.iotCommandRevoke',
		parameters: { resource: 'command', operation: 'revoke', deviceId: DEVICE_OF_ITEM },
	};
	const finished = await run(chain('list-revoke', [{}], [list, revoke]));
	expect(finished.items(DEVICE).map(({ deviceId, status }) => [deviceId, status])).toEqual([
		['silent', 'OFFLINE'],
		['ill', 'ABNORMAL'],
	]);
	expect(finished.items(NODE).map(({ commandId }) => commandId)).toEqual(
		queued.map(({ commandId }) => commandId),
	);
	expect(platform.commands().filter(({ status }) => status === 'PENDING')).toEqual([
		expect.objectContaining({ commandId: kept[0]?.commandId }),
	]);
});

it.each([
	['a form', { paras: { mappingMode: 'defineBelow', value: PARAS, matchingColumns: [], schema: [] } }],
	[
		'a form whose fields are texts',
		{
			paras: {
				mappingMode: 'defineBelow',
				value: {
					...PARAS,
					label: 42,
					closeAbove: '20.5',
					volume: '4294967295',
					startAt: '2026-01-31T09:00:00+01:00',
					schedule: '{"days": [1, 2]}',
				},
				matchingColumns: [],
				schema: [],
			},
			expected: { ...PARAS, label: '42' },
		},
	],
	['JSON', { specifyParas: 'json', parasJson: JSON.stringify(PARAS) }],
	['an expression', { specifyParas: 'json', parasJson: '={{ $json.paras }}' }],
])('sends from %s exactly the documented request, with the types kept', async (_form, given) => {
	const { expected = PARAS, ...parameters } = given as IDataObject;
	await platform.addDevice('device-1');
	const workflow = chain(
		'send-types',
		[{ deviceId: 'device-1', paras: PARAS }],
		[sendNode(parameters as IDataObject)],
	);
	const finished = await run(workflow);
	const command = { serviceId: 'Valve', method: 'CONFIGURE', paras: expected };
	expect(sent()).toEqual([{ query: {}, body: { deviceId: 'device-1', command } }]);
	expect(finished.items(DEVICE)).toEqual([
		{
			commandId: platform.commands()[0]?.commandId,
			deviceId: 'device-1',
			appId: platform.appId,
			...command,
			status: 'PENDING',
			creationTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
			expireTime: 172800,
		},
	]);
});

it('sends the options that are set', async () => {
	await platform.addDevice('device-1', { status: 'ONLINE' });
	const options = { expireTime: 0, maxRetransmit: 2, callbackUrl: 'https://n8n.example.com:443/hook' };
	await run(
		chain(
			'send-options',
			[{ deviceId: 'device-1' }],
			[sendNode({ specifyParas: 'json', parasJson: '{ "mode": "auto" }', options })],
		),
	);
	const command = { serviceId: 'Valve', method: 'CONFIGURE', paras: { mode: 'auto' } };
	expect(sent()).toEqual([{ query: {}, body: { deviceId: 'device-1', command, ...options } }]);
});

it('reports bad input for its item, and sends the others', async () => {
	for (const deviceId of ['device-1', 'device-2']) await platform.addDevice(deviceId);
	const paras = [{ mode: 'auto', closeAbove: 1000 }, { mode: 'auto' }];
	const items = paras.map((each, at) => ({ deviceId: `device-${at + 1}`, paras: each }));
	const node = sendNode({ specifyParas: 'json', parasJson: '={{ $json.paras }}' });
	const finished = await run(chain('send-bad', items, [{ ...node, onError: 'continueRegularOutput' }]));
	const [bad, good] = finished.items(DEVICE);
	expect(String(bad?.error)).toContain('closeAbove');
	expect(good).toMatchObject({ deviceId: 'device-2', paras: paras[1] });
	expect(sent()).toHaveLength(1);
});
