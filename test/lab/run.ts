/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions -- runs in Node.js beside n8n, never inside it */
import { spawn } from 'node:child_process';

export interface RunResult {
	exitCode: number;
	stdout: string;
	stderr: string;
}

/** This process's environment without what npm adds to it: npm's settings for this project don't hold for others. */
export function cleanEnvironment(extra: Record<string, string> = {}): Record<string, string> {
	const environment: Record<string, string> = {};
	for (const [name, value] of Object.entries(process.env)) {
		if (value !== undefined && !/^npm_/i.test(name) && name !== 'INIT_CWD' && name !== 'NODE_OPTIONS') {
			environment[name] = value;
		}
	}
	return { ...environment, ...extra };
}

/** Runs a command to its end. Never rejects for an exit code. */
export async function run(
	command: string,
	args: string[],
	options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<RunResult> {
	return await new Promise((resolve, reject) => {
		const child = spawn(command, args, {
			cwd: options.cwd,
			env: cleanEnvironment(options.env),
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		let stdout = '';
		let stderr = '';
		child.stdout.on('data', (chunk) => (stdout += chunk));
		child.stderr.on('data', (chunk) => (stderr += chunk));
		child.on('error', reject);
		child.on('close', (code) => resolve({ exitCode: code ?? 1, stdout, stderr }));
	});
}

/** Runs a command that has to work. @throws with the end of its output if it does not */
export async function mustRun(...given: Parameters<typeof run>): Promise<RunResult> {
	const result = await run(...given);
	if (result.exitCode !== 0) {
		const said = `${result.stdout}\n${result.stderr}`.slice(-3000);
		throw new Error(`${given[0]} ${given[1].join(' ')} ended with ${result.exitCode}:\n${said}`);
	}
	return result;
}
