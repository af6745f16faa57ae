import { COMMANDS, DEVICES, refusal, TASKS, StandIn } from './standIn';

const standIn = new StandIn();

afterEach(async () => await standIn.stop());

describe('Lists', () => {
	it.each([0, 1] as const)('come in pages from page %i on, capped by the server', async (firstPage) => {
		await standIn.start({ firstPage, pageSizeCap: 2 });
		const ids = standIn.platform.queueCommands('d', 3).map(({ commandId }) => commandId);
		const page = async (pageNo: number) => {
			const { json } = await standIn.get(`${COMMANDS}?pageNo=${pageNo}&pageSize=1000`);
			const { data, pagination } = json as {
				data: Array<{ commandId: string }>;
				pagination: Record<string, number>;
			};
			expect(pagination).toMatchObject({ pageSize: 2, totalSize: 3 });
			return data.map(({ commandId }) => commandId);
		};
		expect(await page(firstPage)).toEqual(ids.slice(0, 2));
		expect(await page(firstPage + 1)).toEqual(ids.slice(2));
		expect(await page(firstPage + 2)).toEqual([]);
		expect(await page(0)).toEqual(ids.slice(0, 2));
	});

	it.each([
		`${TASKS}?pageSize=1001`,
		`${TASKS}?pageSize=0`,
		`${TASKS}?pageNo=-1`,
		`${TASKS}?startTime=2020-06-03`,
		`${COMMANDS}?startTime=20200603T061701Z`,
		`${COMMANDS}?startTime=20201303T061701Z&endTime=20200603T061701Z`,
	])('are refused for %s', async (path) => {
		await standIn.start();
		expect(await standIn.get(path)).toMatchObject(refusal(400, '100022'));
	});

	it('of commands take both ends of a range of time', async () => {
		await standIn.start();
		const creationTimes = ['20200101T000003Z', '20200101T000001Z', '20200101T000002Z', '20200101T000000Z'];
		standIn.platform.queueCommands(
			'd',
			creationTimes.map((creationTime) => ({ creationTime })),
		);
		const { json } = await standIn.get(`${COMMANDS}?startTime=20200101T000001Z&endTime=20200101T000002Z`);
		expect(json).toMatchObject({
			data: [{ creationTime: '20200101T000001Z' }, { creationTime: '20200101T000002Z' }],
		});
	});

	it('of devices need a page number, and filter by status', async () => {
		await standIn.start();
		await standIn.platform.addDevice('awake', { status: 'ONLINE' });
		await standIn.platform.addDevice('asleep');
		expect(await standIn.get(DEVICES)).toMatchObject(refusal(400, '100218'));
		expect((await standIn.get(`${DEVICES}?pageNo=0&status=ONLINE`)).json).toMatchObject({
			totalCount: 1,
			pageSize: 25,
			devices: [{ deviceId: 'awake', deviceInfo: { status: 'ONLINE' } }],
		});
		expect(await standIn.get(`${DEVICES}/unknown`)).toMatchObject(refusal(404, '100403'));
	});
});
