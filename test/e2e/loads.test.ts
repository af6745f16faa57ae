import { chosenVersion } from '../lab/installation';
import { createN8n, type N8n } from '../lab/n8n';

describe(`the packed tarball in n8n ${chosenVersion()}`, () => {
	let n8n: N8n;

	beforeAll(async () => {
		n8n = await createN8n();
		await n8n.start();
	});

	afterAll(async () => await n8n?.remove());

	it.each([
		['nodes', 'n8n-nodes-huawei-iot.iotCommandRevoke'],
		['nodes', 'n8n-nodes-huawei-iot.iotCommandRevokeTool'],
		['credentials', 'huaweiIotApi'],
	])('offers under %s the type %s', async (kind, name) => {
		const { status, body } = await n8n.rest('GET', `/types/${kind}.json`);
		expect(status).toBe(200);
		expect((body as Array<{ name: string }>).map((type) => type.name)).toContain(name);
	});
});
