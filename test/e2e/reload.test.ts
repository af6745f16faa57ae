/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js beside n8n, never inside it */
import { cpSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { npmEnvironment, succeed } from '../lab/command';
import { PROJECT, temporaryFolder } from '../lab/folders';
import { RestSession } from '../lab/rest';
import { startScript } from '../lab/script';
import type { Service } from '../lab/service';

/** `npm run dev` in a clone, as CONTRIBUTING describes it. */

const START_MS = 10 * 60_000;
const RELOAD_MS = 2 * 60_000;

const clone = temporaryFolder('clone');
let dev: Service;

beforeAll(async () => {
	const options = { cwd: PROJECT, env: npmEnvironment() };
	// What is not committed yet belongs to it too.
	const files = await succeed('git', ['ls-files', '--cached', '--others', '--exclude-standard'], options);
	for (const file of files.split('\n').filter((name) => name !== '' && existsSync(join(PROJECT, name)))) {
		cpSync(join(PROJECT, file), join(clone, file), { recursive: true });
	}
	rmSync(join(clone, 'node_modules'), { recursive: true, force: true });
	symlinkSync(join(PROJECT, 'node_modules'), join(clone, 'node_modules'));
	await succeed('npm', ['run', 'build'], { ...options, cwd: clone });
	dev = startScript('dev', [], clone);
	await dev.until(() => dev.output.includes('Waiting for changes'), START_MS);
});

afterAll(async () => {
	await dev?.stop();
	rmSync(clone, { recursive: true });
});

const printed = (label: string) => new RegExp(`^${label} +(\\S+)$`, 'm').exec(dev.output)?.[1] ?? '';

it('shows a changed display name in the editor without a restart', async () => {
	const { origin } = new URL(printed('Open'));
	const session = new RestSession(origin);
	await session.login({ email: printed('Email'), password: printed('Password') });
	const types = async () => JSON.stringify((await session.send('GET', '/types/nodes.json')).body);
	expect(await types()).toContain('"Max Retries"');

	const source = join(clone, 'nodes/shared/items/fields.ts');
	writeFileSync(source, readFileSync(source, 'utf8').replace("'Max Retries'", "'Max Tries'"));
	await dev.until(async () => (await types()).includes('"Max Tries"'), RELOAD_MS);
});
