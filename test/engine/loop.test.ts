import type { IDataObject, IExecuteFunctions, INode } from 'n8n-workflow';

import {
	credentialFor,
	IotCommandRevoke,
	NODE,
	nodeType,
	nodeUnderTest,
	runWorkflow,
	workflowOf,
} from './engine';
import { usePlatform } from './usePlatform';

/** n8n's Loop Over Items around the node, one device after another, with a device in the middle that has nothing queued. */

const platform = usePlatform();

const plain = (name: string, type: string): INode => ({
	id: name,
	name,
	type,
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
});

/** Gives one of its items to its second output each time it is reached, and all that came back to its first at the end. */
function loopOverItems() {
	let waiting: IDataObject[] | undefined;
	const done: IDataObject[] = [];
	return nodeType(
		async function () {
			const received = this.getInputData().map(({ json }) => json);
			if (waiting) done.push(...received);
			waiting ??= received;
			const next = waiting.shift();
			return next ? [[], [{ json: next }]] : [done.map((json) => ({ json })), []];
		},
		['main', 'main'],
	);
}

async function loop(parameters: IDataObject): Promise<string[]> {
	for (const deviceId of ['a', 'c', 'd']) platform.queueCommands(deviceId, 1);
	await platform.addDevice('b');
	const to = (node: string) => [{ node, type: 'main' as const, index: 0 }];
	const workflow = workflowOf(
		[plain('Start', 'start'), plain('Loop', 'loop'), nodeUnderTest({ parameters }), plain('Done', 'done')],
		{
			Start: { main: [to('Loop')] },
			Loop: { main: [to('Done'), to(NODE)] },
			[NODE]: { main: [to('Loop')] },
		},
		{
			start: nodeType(async () => [['a', 'b', 'c', 'd'].map((deviceId) => ({ json: { deviceId } }))]),
			loop: loopOverItems(),
			done: nodeType(async function () {
				return [this.getInputData()];
			}),
		},
	);
	const credential = credentialFor(platform, { sessionToken: platform.issueToken() });
	const run = await runWorkflow(workflow, { credential });
	expect(run.data.resultData.error).toBeUndefined();
	const done = run.data.resultData.runData.Done?.[0]?.data?.main?.[0] ?? [];
	return done.map(({ json }) => String(json.deviceId));
}

it('Without a summary, what an earlier iteration gave does not come out again when a later one fails', async () => {
	const items = [{ deviceId: 'a' }, { deviceId: 'a' }];
	const [queued] = platform.queueCommands('a', 1);
	const outputs: unknown[] = [];
	const credential = credentialFor(platform, { sessionToken: platform.issueToken() });
	const real = new IotCommandRevoke();
	const counting = nodeType(async function (this: IExecuteFunctions) {
		for (const [index, json] of items.entries()) {
			const proxy = this.getWorkflowDataProxy.bind(this);
			const context = Object.create(this, {
				getInputData: { value: () => [{ json }, { json: { deviceId: '' } }] },
				getWorkflowDataProxy: { value: (item: number) => ({ ...proxy(item), $runIndex: index }) },
			}) as IExecuteFunctions;
			const [given = []] = (await real.execute?.call(context)) as Array<Array<{ json: IDataObject }>>;
			outputs.push(given.flatMap(({ json: { commandId } }) => (commandId ? [commandId] : [])));
		}
		return [[]];
	});
	counting.description = real.description;
	await runWorkflow(
		workflowOf(
			[
				plain('Start', 'start'),
				nodeUnderTest({
					settings: { type: 'counting', retryOnFail: true, onError: 'continueRegularOutput' },
				}),
			],
			{ Start: { main: [[{ node: NODE, type: 'main', index: 0 }]] } },
			{ start: nodeType(async () => [items.map((json) => ({ json }))]), counting },
		),
		{ credential },
	);
	expect(outputs.slice(0, 2)).toEqual([[queued?.commandId], []]);
});

const pending = () => platform.commands().filter(({ status }) => status === 'PENDING');

it.each<[string, IDataObject]>([
	['Revoke All Pending', {}],
	['Revoke Selected', { operation: 'revokeSelected', filters: { method: 'SET_VALVE' } }],
])('%s with a summary goes through all devices', async (_name, parameters) => {
	expect(await loop({ ...parameters, options: { emptyResult: 'summary' } })).toEqual(['a', 'b', 'c', 'd']);
	expect(pending()).toEqual([]);
});

it('Get Many with a summary goes through all devices', async () => {
	expect(await loop({ operation: 'getAll', options: { emptyResult: 'summary' } })).toEqual([
		'a',
		'b',
		'c',
		'd',
	]);
});

it('Without a summary n8n ends the loop at the device that has nothing queued', async () => {
	expect(await loop({})).toEqual([]);
	expect(pending().map(({ deviceId }) => deviceId)).toEqual(['c', 'd']);
});
