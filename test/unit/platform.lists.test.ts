import { COMMANDS, refusal, TASKS, StandIn } from './standIn';

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

	it('of commands take a range that holds none, or ends before it begins', async () => {
		await standIn.start();
		standIn.platform.queueCommands('d', 3);
		for (const range of [
			'startTime=20200604T000000Z&endTime=20200605T000000Z',
			'startTime=20200604T000000Z&endTime=20200602T000000Z',
		]) {
			expect((await standIn.get(`${COMMANDS}?${range}`)).json).toMatchObject({
				pagination: { totalSize: 0 },
				data: [],
			});
		}
	});

	it('of commands page a range of time', async () => {
		await standIn.start();
		const creationTimes = [1, 2, 3, 4].map((day) => `2020010${day}T000000Z`);
		standIn.platform.queueCommands(
			'd',
			creationTimes.map((creationTime) => ({ creationTime })),
		);
		const range = 'startTime=20200101T000000Z&endTime=20200103T000000Z';
		expect((await standIn.get(`${COMMANDS}?${range}&pageNo=1&pageSize=2`)).json).toMatchObject({
			pagination: { totalSize: 3 },
			data: [{ creationTime: '20200103T000000Z' }],
		});
	});

	it.each([
		['first', 200],
		['empty', 200],
		['refused', 400],
	] as const)('that begin with page 1 answer page 0 with: %s', async (pageZero, status) => {
		await standIn.start({ firstPage: 1, pageZero });
		standIn.platform.queueCommands('d', 1);
		const answer = await standIn.get(`${COMMANDS}?pageNo=0`);
		const shown = { first: { data: [{}] }, empty: { data: [] }, refused: { error_code: '100022' } };
		expect(answer).toMatchObject({ status, json: shown[pageZero] });
	});
});
