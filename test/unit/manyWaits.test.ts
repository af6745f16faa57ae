/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js: starts a process */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

// In a process of their own: in one with other tests they take a minute, and sometimes all of the memory.
it('A run that is canceled ends 120,000 waits at once, and 120,000 calls that wait for the rate limit', async () => {
	const program = join(__dirname, 'manyWaitsAtOnce.ts');
	const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', program]);
	expect(stdout).toBe('all ended');
}, 120_000);
