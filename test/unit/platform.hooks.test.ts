import { COMMANDS, DEVICES, gatewayRefusal, refusal, StandIn, TASKS } from './standIn';

const standIn = new StandIn();

afterEach(async () => await standIn.stop());

const pageOf = async (pageNo: number): Promise<string> => {
	const { json } = await standIn.get(`${DEVICES}?pageNo=${pageNo}&pageSize=2`);
	return (json as { devices: Array<{ deviceId: string }> }).devices.map(({ deviceId }) => deviceId).join('');
};

describe('onAnswer', () => {
	it.each([
		['removes a device, so that one is skipped', async () => await standIn.platform.removeDevice('a'), 'd'],
		['moves a device, so that one comes twice', () => standIn.platform.moveDevice('d', 0), 'bc'],
		['adds a device', async () => await standIn.platform.addDevice('e'), 'cd'],
	])('%s between two pages of a list', async (_what, act, second) => {
		const platform = await standIn.start();
		for (const deviceId of 'abcd') await platform.addDevice(deviceId);
		platform.set({
			onAnswer: async ({ query }) => {
				if (query.pageNo === '0') await act();
			},
		});
		expect(await pageOf(0)).toBe('ab');
		expect(await pageOf(1)).toBe(second);
	});

	it('does not change the answer that is made already', async () => {
		const platform = await standIn.start();
		await platform.addDevice('d');
		platform.set({ onAnswer: async () => await platform.setStatus('d', 'ABNORMAL') });
		const shown = async () => (await standIn.get(`${DEVICES}/d`)).json;
		expect(await shown()).toMatchObject({ deviceInfo: { status: 'OFFLINE' } });
		expect(platform.requests[0]?.reply).toMatchObject({ deviceInfo: { status: 'OFFLINE' } });
		expect(await shown()).toMatchObject({ deviceInfo: { status: 'ABNORMAL' } });
	});

	it('ends all tokens when so many tasks are made', async () => {
		const platform = await standIn.start();
		platform.queueCommands('d', 1);
		const token = platform.issueToken();
		platform.set({
			onAnswer: () => {
				if (platform.tasks().length === 2) platform.expireTokens();
			},
		});
		for (const status of [201, 201]) expect(await standIn.revoke('d', { token })).toMatchObject({ status });
		expect(await standIn.revoke('d', { token })).toMatchObject(gatewayRefusal('1010005'));
	});

	it('lets a command leave between its listing and its cancellation', async () => {
		const platform = await standIn.start();
		const [command] = platform.queueCommands('d', 1);
		platform.set({
			onAnswer: ({ method }) => {
				if (command && method === 'GET') command.status = 'SENT';
			},
		});
		expect((await standIn.get(COMMANDS)).json).toMatchObject({ data: [{ status: 'PENDING' }] });
		const cancel = await standIn.put(`${COMMANDS}/${command?.commandId}`, { status: 'CANCELED' });
		expect(cancel).toMatchObject(refusal(200, '100435'));
	});

	it('may change status and body of an answer, and the record says what was sent', async () => {
		const platform = await standIn.start();
		platform.set({
			onAnswer: (_request, answer) => {
				answer.status = 202;
				answer.body = { shown: answer.body };
			},
		});
		const { status, json } = await standIn.get(TASKS);
		expect({ status, json }).toEqual({
			status: 202,
			json: { shown: expect.objectContaining({ data: [] }) as object },
		});
		expect(platform.requests).toMatchObject([{ status, reply: json }]);
	});

	it('comes once for each answer: a refusal, one without a body, one that gets lost, one by a fault', async () => {
		const platform = await standIn.start();
		const seen: unknown[] = [];
		platform.set({ onAnswer: ({ method }, answer) => void seen.push([method, answer.status]) });
		await standIn.revoke('unknown');
		await standIn.remove('/iocm/app/sub/v1.2.0/subscriptions');
		platform.failNext({ kind: 'resetAfter' });
		await expect(standIn.get(TASKS)).rejects.toThrow();
		platform.failNext({ kind: 'html' });
		await standIn.get(TASKS);
		platform.failNext({ kind: 'resetBefore' });
		await expect(standIn.get(TASKS)).rejects.toThrow();
		expect(seen).toEqual([
			['POST', 200],
			['DELETE', 204],
			['GET', 200],
			['GET', 200],
		]);
	});
});

describe('onCall', () => {
	it('holds a call until what others do at that moment is done', async () => {
		const platform = await standIn.start();
		const [command] = platform.queueCommands('d', 1);
		platform.set({
			onCall: async () => {
				await platform.setStatus('d', 'ONLINE');
				if (command) command.status = 'DELIVERED';
			},
		});
		expect((await standIn.revoke('d')).json).toMatchObject({ totalCount: 0 });
	});
});
