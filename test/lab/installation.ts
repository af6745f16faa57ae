/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js beside n8n, never inside it */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { npmEnvironment, run, succeed, together, type Log } from './command';
import { labFolder } from './folders';
import { withLock } from './lock';
import { ensureNode24, node24 } from './node24';
import { manifestOf, packagesOf } from './packages';
import { withProgress } from './progress';
import { DRIVER, ensureSqlite } from './sqlite';

/** The newest n8n that installs, and the oldest that the package supports. */
export const N8N_VERSIONS = ['2.41.1', '2.20.12'] as const;
export type N8nVersion = (typeof N8N_VERSIONS)[number];

/** The version that tests run with: `N8N_VERSION`, or the newest. */
export function chosenVersion(): N8nVersion {
	const { N8N_VERSION: chosen } = process.env;
	if (chosen === undefined || chosen === '') return N8N_VERSIONS[0];
	const known = N8N_VERSIONS.find((version) => version === chosen);
	if (!known) throw new Error(`N8N_VERSION is ${chosen}; there are ${N8N_VERSIONS.join(' and ')}`);
	return known;
}

export interface N8nInstallation {
	version: N8nVersion;
	/** The Node.js that runs it. */
	node: string;
	/** The script behind the command `n8n`. */
	n8n: string;
	/** The folder with its `node_modules`. */
	folder: string;
}

/**
 * A real n8n, installed into the lab folder unless it is there. Takes a few minutes the first time and continues where an
 * earlier try ended; later calls return at once.
 */
export async function ensureN8n(version: N8nVersion, log: Log): Promise<N8nInstallation> {
	const folder = join(labFolder(), `n8n-${version}`);
	const installation = {
		version,
		node: node24().node,
		n8n: join(folder, 'node_modules/n8n/bin/n8n'),
		folder,
	};
	if (isStamped(installation)) {
		await ensureNode24(log);
		return installation;
	}
	mkdirSync(folder, { recursive: true });
	return await withLock(`${folder}.lock`, log, async () => {
		if (!isStamped(installation)) await complete(installation, log);
		return installation;
	});
}

/**
 * All steps at the same time, each left out where its result is there and works. The stamp comes last, so it stands for
 * all of them.
 */
async function complete(installation: N8nInstallation, log: Log): Promise<void> {
	const { version, folder } = installation;
	const hasPackages = await isInstalled(installation);
	const hasSqlite = hasPackages && (await loadsSqlite(installation));
	const node = ensureNode24(log);
	const sqlite = hasSqlite ? undefined : ensureSqlite(packagesOf(version).sqlite3, node, log);
	const packages = hasPackages
		? undefined
		: withProgress(log, `installing n8n ${version}`, async () => await install(installation));
	await together(node, sqlite ?? node, packages ?? node);
	if (sqlite) putInPlace(await sqlite, folder);
	if (!(await isInstalled(installation))) throw new Error(`n8n ${version} in ${folder} does not run`);
	if (!(await loadsSqlite(installation))) throw new Error(`sqlite3 in ${folder} does not load`);
	writeFileSync(stampFile(installation), stamp(installation));
}

/** Exactly the packages that `packages/` names, so that npm has nothing to look up and every copy is the same. */
async function install({ version, folder }: N8nInstallation): Promise<void> {
	rmSync(join(folder, 'node_modules'), { recursive: true, force: true });
	writeFileSync(join(folder, 'package.json'), JSON.stringify(manifestOf(version)));
	writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(packagesOf(version).lockfile));
	// Without scripts: some packages fetch or compile what n8n does not need here, and fail where they can't. The Node.js
	// that runs this may be older than n8n wants; it only unpacks.
	const args = ['ci', '--ignore-scripts', '--engine-strict=false', '--no-audit', '--no-fund'];
	await succeed('npm', args, { cwd: folder, env: npmEnvironment(), timeout: 30 * 60_000 });
}

function putInPlace(driver: string, folder: string): void {
	const target = join(folder, 'node_modules/sqlite3', DRIVER);
	mkdirSync(dirname(target), { recursive: true });
	copyFileSync(driver, target);
}

async function isInstalled({ version, folder, node, n8n }: N8nInstallation): Promise<boolean> {
	// npm writes the first of these files when all packages are in place.
	const files = [join(folder, 'node_modules/.package-lock.json'), n8n, node];
	if (!files.every((file) => existsSync(file))) return false;
	const { exitCode, stdout } = await run(node, [n8n, '--version'], { cwd: folder, env: {} });
	return exitCode === 0 && stdout.trim() === version;
}

async function loadsSqlite({ folder, node }: N8nInstallation): Promise<boolean> {
	const script = "new (require('sqlite3').Database)(':memory:')";
	return (await run(node, ['--eval', script], { cwd: folder, env: {} })).exitCode === 0;
}

function isStamped(installation: N8nInstallation): boolean {
	const file = stampFile(installation);
	return existsSync(file) && readFileSync(file, 'utf8') === stamp(installation);
}

function stampFile({ folder }: N8nInstallation): string {
	return join(folder, 'installed.json');
}

function stamp({ version, node }: N8nInstallation): string {
	return JSON.stringify({ n8n: version, nodeFolder: dirname(node) });
}
