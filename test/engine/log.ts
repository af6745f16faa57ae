/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js: listens to n8n's logger and to the process */
import type { createRequire } from 'node:module';

import { loadOnce } from './loadOnce';

/** All files of a process share the logger, so what one of them wants to record stands beside its function. */
interface Log {
	(...said: unknown[]): void;
	record?: (...said: unknown[]) => void;
	isSilenced?: boolean;
}

/** The logger that n8n-core itself uses, not another copy of its package. */
const { createRequire: requireFrom } = loadOnce<{ createRequire: typeof createRequire }>('node:module');
const { Logger } = requireFrom(require.resolve('n8n-core'))('@n8n/backend-common') as {
	Logger: { prototype: { log: Log } };
};

const textOf = (said: unknown[]) =>
	said.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join(' ');

/**
 * Records, instead of printing it, what n8n's logger is told and what is written to the console, until
 * the end of the test. All files of a process share n8n's logger, so it is listened to by itself.
 */
export function recordLog(): string[] {
	const lines: string[] = [];
	const record = (...said: unknown[]) => void lines.push(textOf(said));
	Logger.prototype.log.record = record;
	for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const) {
		jest.spyOn(console, level).mockImplementation(record);
	}
	for (const stream of [process.stdout, process.stderr]) {
		jest.spyOn(stream, 'write').mockImplementation((chunk) => lines.push(String(chunk)) > 0);
	}
	return lines;
}

/** How the error of a node that stops ends, and how the nodes' own lines begin. */
const ERROR_OF_NODE = / \[item \d+\]( \(execution [\w-]+\))?\s*$/;
const LINE_OF_NODE = /^IoT (Command Revoke|Device)/;
/** What nobody expects, wherever it stands. */
const UNEXPECTED = /internal error/;

/**
 * Keeps out of the output what tests provoke: the errors of the nodes, which n8n logs besides giving them to the test, and
 * the nodes' lines in n8n's log. Everything else is printed as always.
 */
export function silenceExpected(): void {
	const { prototype } = Logger;
	const print = prototype.log;
	if (print.isSilenced) return;
	const log: Log = function (this: unknown, ...said) {
		if (log.record) return log.record(...said);
		const message = String(said[1]);
		const isExpected = ERROR_OF_NODE.test(message) || LINE_OF_NODE.test(message);
		if (!isExpected || UNEXPECTED.test(message)) print.apply(this, said);
	};
	log.isSilenced = true;
	prototype.log = log;
}

/** Ends what `recordLog` began. */
export function stopRecording(): void {
	delete Logger.prototype.log.record;
}

/** Lets a context write its lines of one level to `lines`, and the others where they went; n8n's own logger stays as it is. */
export function collectLines<L extends 'info' | 'warn'>(
	context: { logger: Record<L, (message: string) => void> },
	level: L,
	lines: string[],
): void {
	// n8n fixes the property on the object that it is first read from.
	const { logger: shared } = Object.create(context) as typeof context;
	const logger = Object.create(shared, {
		[level]: { value: (line: string) => void lines.push(line) },
	});
	Object.defineProperty(context, 'logger', { value: logger });
}
