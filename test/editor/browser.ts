/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js beside n8n, never inside it */
import { existsSync } from 'node:fs';
import { chromium, selectors, type Browser } from 'playwright-core';

import { npmEnvironment, succeed } from '../lab/command';

const CHROMIUM = '/usr/bin/chromium';
const PACKAGES = ['chromium', 'fonts-liberation'];

/** Debian's Chromium, without a window. Installs it where that is possible. */
export async function launchBrowser(): Promise<Browser> {
	if (!existsSync(CHROMIUM)) await install();
	selectors.setTestIdAttribute('data-test-id');
	return await chromium.launch({
		executablePath: CHROMIUM,
		args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
	});
}

async function install(): Promise<void> {
	if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
		throw new Error(`The editor's tests need Chromium: apt-get install ${PACKAGES.join(' ')}`);
	}
	const env = { ...npmEnvironment(), DEBIAN_FRONTEND: 'noninteractive' };
	await succeed('apt-get', ['update', '-qq'], { cwd: '/', env });
	await succeed('apt-get', ['install', '-y', '-qq', ...PACKAGES], { cwd: '/', env });
}
