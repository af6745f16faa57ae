/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js beside n8n, never inside it */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { npmEnvironment, run, succeed, withProgress, type Log } from './command';
import { labFolder } from './folders';
import { withLock } from './lock';
import { ensureNode24, type NodeInstallation } from './node24';

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

/** 2.20 takes its xlsx from an address of its own, not from the registry. */
const OVERRIDES: Record<N8nVersion, Record<string, string>> = {
	'2.41.1': {},
	'2.20.12': { xlsx: '0.18.5' },
};

/**
 * A real n8n, installed into the lab folder unless it is there. Takes about five minutes the first time and continues
 * where an earlier try ended; later calls return at once.
 */
export async function ensureN8n(version: N8nVersion, log: Log): Promise<N8nInstallation> {
	const node24 = await ensureNode24(log);
	const folder = join(labFolder(), `n8n-${version}`);
	const installation = { version, node: node24.node, n8n: join(folder, 'node_modules/n8n/bin/n8n'), folder };
	if (isStamped(installation)) return installation;
	mkdirSync(folder, { recursive: true });
	return await withLock(`${folder}.lock`, log, async () => {
		if (!isStamped(installation)) await complete(installation, node24, log);
		return installation;
	});
}

/** Each step is left out where its result is there and works. The stamp comes last, so it stands for all of them. */
async function complete(installation: N8nInstallation, node24: NodeInstallation, log: Log): Promise<void> {
	const { version, folder } = installation;
	if (!(await isInstalled(installation))) {
		await withProgress(log, `installing n8n ${version}`, async () => await install(installation));
	}
	if (!(await loadsSqlite(installation))) {
		await withProgress(
			log,
			`compiling sqlite3 for n8n ${version}`,
			async () => await compileSqlite(folder, node24),
		);
	}
	if (!(await isInstalled(installation))) throw new Error(`n8n ${version} in ${folder} does not run`);
	if (!(await loadsSqlite(installation))) throw new Error(`sqlite3 in ${folder} does not load`);
	writeFileSync(stampFile(installation), stamp(installation));
}

async function install({ version, folder, node }: N8nInstallation): Promise<void> {
	for (const rest of ['node_modules', 'package-lock.json']) {
		rmSync(join(folder, rest), { recursive: true, force: true });
	}
	writeFileSync(
		join(folder, 'package.json'),
		JSON.stringify({ private: true, overrides: OVERRIDES[version] }),
	);
	// Without scripts: some packages fetch or compile what n8n does not need here, and fail where they can't.
	const args = ['install', `n8n@${version}`, '--save-exact', '--ignore-scripts', '--no-audit', '--no-fund'];
	await succeed('npm', args, { cwd: folder, env: npmEnvironment(node), timeout: 30 * 60_000 });
}

async function compileSqlite(folder: string, { node, headers }: NodeInstallation): Promise<void> {
	const env = npmEnvironment(node);
	if (headers) env.npm_config_nodedir = headers;
	await succeed('npm', ['rebuild', 'sqlite3', '--ignore-scripts=false'], {
		cwd: folder,
		env,
		timeout: 30 * 60_000,
	});
}

async function isInstalled({ version, folder, node, n8n }: N8nInstallation): Promise<boolean> {
	// npm writes this file when all packages are in place.
	if (!existsSync(join(folder, 'node_modules/.package-lock.json')) || !existsSync(n8n)) return false;
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
