/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js beside n8n, never inside it */
import { existsSync, mkdtempSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The checkout. */
export const PROJECT = resolve(__dirname, '../..');

const PACKAGE = 'n8n-nodes-huawei-iot';

/**
 * Where Node.js 24 and the copies of n8n are installed: `N8N_LAB_DIR`; or `.lab` in the checkout if it is there; or a
 * folder in the user's cache, which all checkouts share.
 */
export function labFolder(): string {
	const { N8N_LAB_DIR: chosen } = process.env;
	if (chosen) return resolve(chosen);
	const own = join(PROJECT, '.lab');
	return existsSync(own) ? own : join(cacheFolder(), PACKAGE);
}

function cacheFolder(): string {
	const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
	if (process.platform === 'darwin') return join(homedir(), 'Library/Caches');
	if (process.platform === 'win32') return LOCALAPPDATA ?? join(homedir(), 'AppData/Local');
	return XDG_CACHE_HOME ? resolve(XDG_CACHE_HOME) : join(homedir(), '.cache');
}

export function temporaryFolder(purpose: string): string {
	return mkdtempSync(join(tmpdir(), `${PACKAGE}-${purpose}-`));
}
