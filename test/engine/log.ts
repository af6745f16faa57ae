/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js: listens to n8n's logger and to the process */
import { createRequire } from 'node:module';

/** The logger that n8n-core itself uses, not another copy of its package. */
const { Logger } = createRequire(require.resolve('n8n-core'))('@n8n/backend-common') as {
	Logger: { prototype: { log: (...said: unknown[]) => void } };
};

/**
 * Records, instead of printing it, what n8n's logger is told and what is written to the console, until
 * `jest.restoreAllMocks()`. n8n's logger holds on to the console that it met first, so it is listened to by itself.
 */
export function recordLog(): string[] {
	const lines: string[] = [];
	const record = (...said: unknown[]) =>
		void lines.push(said.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join(' '));
	jest.spyOn(Logger.prototype, 'log').mockImplementation(record);
	for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const) {
		jest.spyOn(console, level).mockImplementation(record);
	}
	for (const stream of [process.stdout, process.stderr]) {
		jest.spyOn(stream, 'write').mockImplementation((chunk) => lines.push(String(chunk)) > 0);
	}
	return lines;
}
