/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js beside n8n, never inside it */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { npmEnvironment, run, succeed, type Log } from './command';
import { labFolder } from './folders';
import { withLock } from './lock';
import { withProgress } from './progress';

export interface NodeInstallation {
	/** The executable. */
	node: string;
	/** Holds `include/node`; undefined where the headers have to be fetched by node-gyp. */
	headers: string | undefined;
}

const WANTED = 24;

/** A Node.js that n8n 2.41 runs on: the running one if it is new enough, else one in the lab folder. It may be missing. */
export function node24(): NodeInstallation {
	if (isNewEnough()) {
		return { node: process.execPath, headers: withHeaders(dirname(dirname(process.execPath))) };
	}
	return layout(folder());
}

/** The same, installed from npm unless it is there. */
export async function ensureNode24(log: Log): Promise<NodeInstallation> {
	const { node } = node24();
	if (isNewEnough() || (await answers(node))) return node24();
	mkdirSync(labFolder(), { recursive: true });
	return await withLock(`${folder()}.lock`, log, async () => {
		if (!(await answers(node))) await install(folder(), log);
		if (!(await answers(node))) throw new Error(`Node.js 24 in ${folder()} does not run`);
		return node24();
	});
}

function isNewEnough(): boolean {
	return Number(process.versions.node.split('.')[0]) >= WANTED;
}

function folder(): string {
	return join(labFolder(), 'node-24');
}

async function install(into: string, log: Log): Promise<void> {
	mkdirSync(into, { recursive: true });
	writeFileSync(join(into, 'package.json'), '{"private":true}');
	await withProgress(
		log,
		'installing Node.js 24',
		// Its install script is what brings the executable.
		async () =>
			await succeed(
				'npm',
				['install', `node@${WANTED}`, '--ignore-scripts=false', '--no-audit', '--no-fund'],
				{
					cwd: into,
					env: npmEnvironment(),
				},
			),
	);
}

function layout(root: string): NodeInstallation {
	const bundle = join(root, 'node_modules/node');
	const prefix = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
	const platform = join(bundle, 'node_modules', `${prefix}-${process.platform}-${process.arch}`);
	return { node: join(bundle, 'bin/node'), headers: withHeaders(platform) };
}

function withHeaders(prefix: string): string | undefined {
	return existsSync(join(prefix, 'include/node/common.gypi')) ? prefix : undefined;
}

async function answers(node: string): Promise<boolean> {
	if (!existsSync(node)) return false;
	const { exitCode, stdout } = await run(node, ['--version'], { cwd: dirname(node), env: {} });
	return exitCode === 0 && stdout.startsWith(`v${WANTED}.`);
}
