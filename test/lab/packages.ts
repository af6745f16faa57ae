/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js beside n8n, never inside it */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { N8nVersion } from './installation';

/** The fields of a package-lock.json that are read here. */
export interface Lockfile {
	packages: Record<string, { version?: string; name?: string; resolved?: string }>;
}

export interface Packages {
	lockfile: Lockfile;
	/** The version of n8n's database driver. */
	sqlite3: string;
}

/** 2.20 takes its xlsx from an address of its own, not from the registry. */
const OVERRIDES: Record<N8nVersion, Record<string, string>> = {
	'2.41.1': {},
	'2.20.12': { xlsx: '0.18.5' },
};

/** The package.json beside which a copy of n8n is installed. */
export function manifestOf(version: N8nVersion): object {
	return { private: true, dependencies: { n8n: version }, overrides: OVERRIDES[version] };
}

/** Every package of that n8n, with its version and checksum. */
export function packagesOf(version: N8nVersion): Packages {
	const lockfile = JSON.parse(readFileSync(fileOf(version), 'utf8')) as Lockfile;
	for (const [path, entry] of Object.entries(lockfile.packages)) {
		if (path !== '') entry.resolved = addressOf(path, entry);
	}
	const sqlite3 = lockfile.packages['node_modules/sqlite3']?.version;
	if (!sqlite3) throw new Error(`${fileOf(version)} holds no sqlite3`);
	return { lockfile, sqlite3 };
}

export function fileOf(version: N8nVersion): string {
	return join(__dirname, 'packages', `n8n-${version}.json`);
}

/** Without it npm asks for each package's list of versions first. npm puts the configured registry in the host's place. */
function addressOf(path: string, { name, version }: { name?: string; version?: string }): string {
	const fullName = name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
	return `https://registry.npmjs.org/${fullName}/-/${fullName.split('/').at(-1)}-${version}.tgz`;
}
