/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions -- runs in Node.js beside n8n, never inside it */
import { spawn } from 'node:child_process';
import { delimiter, dirname } from 'node:path';

/** Prints a line. */
export interface Log {
	(line: string): void;
	/** Shows that something is being done, until the returned function is called. Only where lines can be redrawn. */
	busy?: (what: string) => () => void;
}

export type Environment = Record<string, string>;

export interface CommandResult {
	/** null when a signal ended it. */
	exitCode: number | null;
	stdout: string;
	stderr: string;
}

export interface CommandOptions {
	cwd: string;
	env: Environment;
	/** Milliseconds, ten minutes unless told; then the command is ended and rejects. */
	timeout?: number;
}

const TEN_MINUTES = 600_000;

/** The settings of npm that say where packages come from and how they are reached; the others belong to the caller. */
const NPM_SOURCE =
	/^npm_config_(registry|proxy|https_proxy|noproxy|cafile|strict_ssl|cache|userconfig|globalconfig)$/i;

/**
 * The environment for npm under the given Node.js. `npm run` hands its whole configuration on in variables; this
 * project's `ignore-scripts` among them would break the installation of n8n.
 */
export function npmEnvironment(node = process.execPath): Environment {
	const kept = Object.entries(process.env).filter(
		([name, value]) =>
			value !== undefined &&
			(NPM_SOURCE.test(name) ||
				!/^(npm_|INIT_CWD|NODE_|JEST_|N8N_)/i.test(name) ||
				name === 'NODE_EXTRA_CA_CERTS'),
	) as Array<[string, string]>;
	return { ...Object.fromEntries(kept), PATH: [dirname(node), process.env.PATH].join(delimiter) };
}

/** Runs a command to its end, whatever its exit code. Rejects when it can't be started or takes too long. */
export async function run(file: string, args: string[], options: CommandOptions): Promise<CommandResult> {
	return await new Promise((resolve, reject) => {
		const child = spawn(file, args, {
			cwd: options.cwd,
			env: options.env,
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		const stdout: Buffer[] = [];
		const stderr: Buffer[] = [];
		const timeout = options.timeout ?? TEN_MINUTES;
		const timer = setTimeout(() => {
			child.kill('SIGKILL');
			reject(
				new Error(`${describe(file, args)} was ended after ${timeout / 1000} s\n${tail(stdout, stderr)}`),
			);
		}, timeout);
		child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
		child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
		child.on('error', (error) => {
			clearTimeout(timer);
			reject(error);
		});
		child.on('close', (exitCode) => {
			clearTimeout(timer);
			resolve({ exitCode, stdout: text(stdout), stderr: text(stderr) });
		});
	});
}

/** Like `run`, and rejects with the end of the output unless the exit code is 0. */
export async function succeed(file: string, args: string[], options: CommandOptions): Promise<string> {
	const { exitCode, stdout, stderr } = await run(file, args, options);
	if (exitCode === 0) return stdout;
	throw new Error(`${describe(file, args)} ended with ${exitCode}\n${(stdout + stderr).slice(-4000)}`);
}

/** Waits for all of it, and only then rejects if something did: nothing goes on behind the caller's back. */
export async function together(...work: Array<Promise<unknown>>): Promise<void> {
	await Promise.allSettled(work);
	await Promise.all(work);
}

function describe(file: string, args: string[]): string {
	return [file, ...args].join(' ');
}

function text(chunks: Buffer[]): string {
	return Buffer.concat(chunks).toString();
}

function tail(stdout: Buffer[], stderr: Buffer[]): string {
	return (text(stdout) + text(stderr)).slice(-4000);
}
