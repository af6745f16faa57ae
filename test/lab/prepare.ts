/* eslint-disable @n8n/community-nodes/no-restricted-globals, no-console -- a command for people, runs in Node.js beside n8n */
import { build } from './build';
import { together } from './command';
import { chosenVersion, ensureN8n } from './installation';
import { logTo, withProgress } from './progress';

const log = logTo(process.stdout);

/** The first half of `npm start` and `npm run dev`: builds the package while n8n is being installed. */
async function main(): Promise<void> {
	await together(withProgress(log, 'building the package', buildOrPrint), ensureN8n(chosenVersion(), log));
}

/** Prints at once what does not compile: the installation goes on for minutes. */
async function buildOrPrint(): Promise<void> {
	const { exitCode, stdout, stderr } = await build();
	if (exitCode === 0) return;
	log(`${stdout}${stderr}`);
	throw new Error('The package could not be built, see above');
}

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
