import type { IDataObject, INodeListSearchResult } from 'n8n-workflow';

import { editorContext } from './editorContext';
import { credentialFor, IotCommandRevoke, runNode } from './engine';
import { queueFor } from './revocations';
import { usePlatform } from './usePlatform';

/** The list behind the field 'Task ID', as the editor asks for it. */

const platform = usePlatform();

const credential = (changes: IDataObject = {}) =>
	credentialFor(platform, { sessionToken: platform.issueToken(), ...changes });

async function search(text?: string, store = credential()): Promise<INodeListSearchResult['results']> {
	const type = new IotCommandRevoke();
	const list = type.methods?.listSearch?.searchTasks;
	if (!list) throw new Error('The node has no list of tasks');
	return (await list.call(editorContext(type, store), text)).results;
}

const revoke = async (devices: number) =>
	await runNode({ credential: credential(), items: queueFor(platform, devices, 2) });

it('shows the device, the state and the number of commands of each task', async () => {
	await revoke(2);
	const [first, second] = platform.tasks();
	expect(await search()).toEqual([
		{ name: `device-0 (SUCCESS, 2 commands) ${first?.taskId}`, value: first?.taskId },
		{ name: `device-1 (SUCCESS, 2 commands) ${second?.taskId}`, value: second?.taskId },
	]);
});

it("finds tasks by a part of the device's or the task's ID, in any case", async () => {
	await revoke(3);
	const third = platform.tasks()[2]?.taskId;
	expect((await search('DEVICE-2')).map(({ value }) => value)).toEqual([third]);
	expect((await search(third?.slice(3, 20))).map(({ value }) => value)).toEqual([third]);
	expect(await search('nothing like it')).toEqual([]);
});

it('shows 250 tasks at most', async () => {
	await revoke(260);
	expect(await search()).toHaveLength(250);
	expect(await search('device-259')).toHaveLength(1);
});

it.each([
	['is refused', { authentication: 'accessToken', token: 'not-a-token' }, '1010005', "'Access Token'"],
	['can not be used', { server: 'ftp://example.com' }, "'Server'", 'https://'],
])(
	'says why there is no list, with what to do, where the credential %s',
	async (_what, changes, message, description) => {
		await expect(search('', credential(changes))).rejects.toMatchObject({
			name: 'NodeApiError',
			message: expect.stringContaining(message),
			description: expect.stringContaining(description),
		});
	},
);

it('runs with the task that was chosen', async () => {
	await revoke(1);
	const [task] = platform.tasks();
	const { items } = await runNode({
		credential: credential(),
		items: [{}],
		parameters: {
			resource: 'revocationTask',
			operation: 'get',
			taskId: { __rl: true, mode: 'list', value: task?.taskId, cachedResultName: 'A task' },
		},
	});
	expect(items.map(({ json }) => json.taskId)).toEqual([task?.taskId]);
});
