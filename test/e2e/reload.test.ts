/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js beside n8n, never inside it */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { PROJECT, temporaryFolder } from '../lab/folders';
import { createN8n, type N8n } from '../lab/n8n';

/** What `npm run dev` rests on: n8n loads again what was built again. */

let n8n: N8n;
const dist = temporaryFolder('dist');

beforeAll(async () => {
	// Whatever version the other tests run with: this is the one for people who develop.
	n8n = await createN8n({ version: '2.41.1' });
	await n8n.start({ N8N_DEV_RELOAD: 'true' });
});

afterAll(async () => {
	await n8n.remove();
	rmSync(dist, { recursive: true });
});

it('shows a changed field in the editor without a restart', async () => {
	const fields = async () => JSON.stringify((await n8n.rest('GET', '/types/nodes.json')).body);
	expect(await fields()).toContain('"Max Retries"');
	cpSync(join(PROJECT, 'dist'), dist, { recursive: true });
	const code = join(dist, 'package.js');
	writeFileSync(code, readFileSync(code, 'utf8').replaceAll('Max Retries', 'Max Tries'));
	n8n.updatePackage(dist);
	for (let waited = 0; waited < 30 && !(await fields()).includes('"Max Tries"'); waited += 1) {
		await new Promise((resolve) => setTimeout(resolve, 1000));
	}
	expect(await fields()).toContain('"Max Tries"');
});
