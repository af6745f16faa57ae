/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js beside n8n, never inside it */
import { join } from 'node:path';

import { npmEnvironment, run, type CommandResult } from './command';
import { PROJECT } from './folders';

const GULP = join(PROJECT, 'node_modules/gulp/bin/gulp.js');

/** `npm run build`, whatever its exit code. */
export async function build(): Promise<CommandResult> {
	return await run(process.execPath, [GULP, 'build'], { cwd: PROJECT, env: npmEnvironment() });
}
