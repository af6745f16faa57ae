import { chromium, selectors, type Browser } from 'playwright-core';

import { ensureProgram } from '../lab/debian';

/** Debian's Chromium, without a window; installed where it is missing and that is allowed. */
export async function launchBrowser(): Promise<Browser> {
	const executablePath = await ensureProgram('/usr/bin/chromium', ['chromium', 'fonts-liberation']);
	selectors.setTestIdAttribute('data-test-id');
	return await chromium.launch({
		executablePath,
		args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
	});
}
