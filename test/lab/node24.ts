/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js beside n8n, never inside it */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { npmEnvironment, run, succeed, withProgress, type Log } from './command';
import { labFolder } from './folders';
import { withLock } from './lock';

export interface NodeInstallation {
	/** The executable. */
	node: string;
	/** Holds `include/node`; undefined where the headers have to be fetched by node-gyp. */
	headers: string | undefined;
}

const WANTED = 24;

/** A Node.js that n8n 2.41 runs on: the running one if it is new enough, else one from npm in the lab folder. */
export async function ensureNode24(log: Log): Promise<NodeInstallation> {
	if (Number(process.versions.node.split('.')[0]) >= WANTED) {
		return { node: process.execPath, headers: withHeaders(dirname(dirname(process.execPath))) };
	}
	const lab = labFolder();
	const folder = join(lab, 'node-24');
	const installation = layout(folder);
	if (await answers(installation.node)) return installation;
	mkdirSync(lab, { recursive: true });
	return await withLock(`${folder}.lock`, log, async () => {
		if (!(await answers(installation.node))) await install(folder, log);
		if (!(await answers(installation.node))) throw new Error(`Node.js 24 in ${folder} does not run`);
		return layout(folder);
	});
}

async function install(folder: string, log: Log): Promise<void> {
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, 'package.json'), '{"private":true}');
	await withProgress(
		log,
		'installing Node.js 24',
		// Its install script is what brings the executable.
		async () =>
			await succeed(
				'npm',
				['install', `node@${WANTED}`, '--ignore-scripts=false', '--no-audit', '--no-fund'],
				{
					cwd: folder,
					env: npmEnvironment(),
				},
			),
	);
}

function layout(folder: string): NodeInstallation {
	const bundle = join(folder, 'node_modules/node');
	const prefix = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
	const platform = join(bundle, 'node_modules', `${prefix}-${process.platform}-${process.arch}`);
	return { node: join(bundle, 'bin/node'), headers: withHeaders(platform) };
}

function withHeaders(folder: string): string | undefined {
	return existsSync(join(folder, 'include/node/common.gypi')) ? folder : undefined;
}

async function answers(node: string): Promise<boolean> {
	if (!existsSync(node)) return false;
	const { exitCode, stdout } = await run(node, ['--version'], { cwd: dirname(node), env: {} });
	return exitCode === 0 && stdout.startsWith(`v${WANTED}.`);
}
