/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js beside n8n, never inside it */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { npmEnvironment, run, succeed, type Log } from './command';
import { labFolder } from './folders';
import { withLock } from './lock';
import type { NodeInstallation } from './node24';
import { withProgress } from './progress';

/** The compiled file, in the folder of the package sqlite3. */
export const DRIVER = 'build/Release/node_sqlite3.node';

/**
 * The compiled file of n8n's database driver, made by the package's own install script in a folder of its own: that takes
 * a minute where its prebuilt file can't be downloaded, and n8n can be installed meanwhile. All copies of n8n share it.
 */
export async function ensureSqlite(
	version: string,
	node24: Promise<NodeInstallation>,
	log: Log,
): Promise<string> {
	const installation = await node24;
	const folder = join(labFolder(), `sqlite3-${version}`);
	const driver = join(folder, 'node_modules/sqlite3', DRIVER);
	mkdirSync(folder, { recursive: true });
	return await withLock(`${folder}.lock`, log, async () => {
		if (!(await loads(driver, installation))) {
			await withProgress(
				log,
				`installing or compiling sqlite3 ${version}`,
				async () => await install(folder, version, installation),
			);
		}
		return driver;
	});
}

async function install(folder: string, version: string, { node, headers }: NodeInstallation): Promise<void> {
	rmSync(join(folder, 'node_modules'), { recursive: true, force: true });
	writeFileSync(join(folder, 'package.json'), '{"private":true}');
	const env = npmEnvironment(node);
	if (headers) env.npm_config_nodedir = headers;
	// Without its optional node-gyp, which is too old for newer versions of Python: npm has one of its own.
	const args = ['install', `sqlite3@${version}`, '--omit=optional', '--legacy-peer-deps'];
	await succeed('npm', [...args, '--ignore-scripts=false', '--no-package-lock', '--no-audit', '--no-fund'], {
		cwd: folder,
		env,
		timeout: 30 * 60_000,
	});
}

async function loads(driver: string, { node }: NodeInstallation): Promise<boolean> {
	if (!existsSync(driver)) return false;
	const script = 'require(process.argv[1])';
	return (await run(node, ['--eval', script, driver], { cwd: labFolder(), env: {} })).exitCode === 0;
}
