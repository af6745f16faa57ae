/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js beside n8n, never inside it */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The checkout. */
export const PROJECT = resolve(__dirname, '../..');

/** Where Node.js 24 and the copies of n8n are installed: `N8N_LAB_DIR`, or `.lab` in the checkout. */
export function labFolder(): string {
	return resolve(process.env.N8N_LAB_DIR ?? join(PROJECT, '.lab'));
}

export function temporaryFolder(purpose: string): string {
	return mkdtempSync(join(tmpdir(), `n8n-nodes-huawei-iot-${purpose}-`));
}
