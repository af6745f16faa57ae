/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js beside n8n, never inside it */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { npmEnvironment, type Environment } from './command';
import { labFolder, PROJECT } from './folders';
import { Service } from './service';

/** The scripts of package.json. */
export function scripts(): Record<string, string> {
	const manifest = readFileSync(join(PROJECT, 'package.json'), 'utf8');
	return (JSON.parse(manifest) as { scripts: Record<string, string> }).scripts;
}

/**
 * Starts what a script of package.json runs after the build, which has to be there. Without npm and its shell in between,
 * as those do not hand signals on.
 */
export function startScript(name: string, args: string[] = [], checkout = PROJECT): Service {
	const command = scripts()[name]?.split(' && ').at(-1);
	const [program, ...own] = command?.split(' ') ?? [];
	if (program === undefined) throw new Error(`package.json has no script ${name}`);
	const env: Environment = { ...npmEnvironment(), N8N_LAB_DIR: labFolder() };
	return new Service(join(checkout, 'node_modules/.bin', program), [...own, ...args], { cwd: checkout, env });
}
