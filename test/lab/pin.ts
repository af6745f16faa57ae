/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console -- a command for people, runs in Node.js beside n8n */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { npmEnvironment, succeed } from './command';
import { temporaryFolder } from './folders';
import { chosenVersion } from './installation';
import { ensureNode24 } from './node24';
import { fileOf, manifestOf } from './packages';
import { logTo, withProgress } from './progress';

/** What installing does not read. */
const LEFT_OUT = ['resolved', 'license', 'funding', 'deprecated', 'engines'];

/**
 * `N8N_VERSION=2.41.1 npx tsx test/lab/pin.ts` looks up the packages of a version of n8n again and writes them into
 * `packages/`. Under Node.js 24, as npm prefers versions that suit the Node.js it runs on.
 */
async function main(): Promise<void> {
	const version = chosenVersion();
	const log = logTo(process.stdout);
	const { node } = await ensureNode24(log);
	const folder = temporaryFolder('pin');
	try {
		writeFileSync(join(folder, 'package.json'), JSON.stringify(manifestOf(version)));
		const args = ['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'];
		const options = { cwd: folder, env: npmEnvironment(node), timeout: 30 * 60_000 };
		await withProgress(log, `looking up n8n ${version}`, async () => await succeed('npm', args, options));
		writeFileSync(fileOf(version), slim(readFileSync(join(folder, 'package-lock.json'), 'utf8')));
	} finally {
		rmSync(folder, { recursive: true });
	}
}

/** Without the name, which is that of the temporary folder. */
function slim(text: string): string {
	const { lockfileVersion, packages } = JSON.parse(text) as {
		lockfileVersion: number;
		packages: Record<string, Record<string, unknown>>;
	};
	for (const entry of Object.values(packages)) {
		for (const field of LEFT_OUT) delete entry[field];
	}
	return `${JSON.stringify({ lockfileVersion, packages }, undefined, '\t')}\n`;
}

main().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
