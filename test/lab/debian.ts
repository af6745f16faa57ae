/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js beside n8n, never inside it */
import { existsSync } from 'node:fs';

import { npmEnvironment, succeed } from './command';

/**
 * Makes sure that a program is there: installs it from Debian's or Ubuntu's packages where that is allowed.
 * @throws Error that says what to install, where it is not
 */
export async function ensureProgram(path: string, packages: string[]): Promise<string> {
	if (existsSync(path)) return path;
	if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
		throw new Error(`${path} is missing: apt-get install ${packages.join(' ')}`);
	}
	const env = { ...npmEnvironment(), DEBIAN_FRONTEND: 'noninteractive' };
	await succeed('apt-get', ['update', '-qq'], { cwd: '/', env });
	await succeed('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
		cwd: '/',
		env,
	});
	return path;
}
