/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions -- runs in Node.js beside n8n, never inside it */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, delimiter, join } from 'node:path';

import type { Installation } from './installation';
import { cleanEnvironment, mustRun, run } from './run';

const ROOT = join(__dirname, '..', '..');

export interface StoredCredential {
	id: string;
	name: string;
	type: string;
	data: Record<string, unknown>;
}

export interface WorkflowFile {
	id: string;
	name: string;
	nodes: unknown[];
	connections: unknown;
	[key: string]: unknown;
}

interface OutputItem {
	json: Record<string, unknown>;
	pairedItem?: unknown;
}

export interface Execution {
	exitCode: number;
	/** What the command line printed, logs included. */
	output: string;
	/** The items of a node's output; 1 is the error output. */
	items(node: string, output?: number): OutputItem[];
	/** Message and description of what stopped the workflow. */
	stopped?: { message: string; description?: string };
}

/** Packs the package as it would be published. @returns the path of the tarball */
export async function packTarball(): Promise<string> {
	const folder = mkdtempSync(join(tmpdir(), 'huawei-iot-pack-'));
	await mustRun('npm', ['pack', '--pack-destination', folder, '--ignore-scripts'], { cwd: ROOT });
	const [tarball] = readdirSync(folder);
	if (tarball === undefined) throw new Error('npm pack left no tarball');
	return join(folder, tarball);
}

export async function freePort(): Promise<number> {
	return await new Promise((resolve) => {
		const server = createServer().listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
		});
	});
}

/** A real n8n with a folder of its own: database, credentials, installed nodes. */
export class N8n {
	private readonly folder = mkdtempSync(join(tmpdir(), 'huawei-iot-n8n-'));

	private readonly environment: Record<string, string>;

	private server: ChildProcess | undefined;

	private log = '';

	url = '';

	readonly owner = { email: 'owner@example.com', password: `A1${randomBytes(9).toString('hex')}` };

	constructor(private readonly installation: Installation) {
		this.environment = {
			PATH: `${dirname(installation.node)}${delimiter}${process.env.PATH ?? ''}`,
			N8N_USER_FOLDER: this.folder,
			N8N_ENCRYPTION_KEY: randomBytes(16).toString('hex'),
			N8N_DIAGNOSTICS_ENABLED: 'false',
			N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
			N8N_TEMPLATES_ENABLED: 'false',
			N8N_PERSONALIZATION_ENABLED: 'false',
			N8N_SECURE_COOKIE: 'false',
			N8N_LISTEN_ADDRESS: '127.0.0.1',
			N8N_HOST: '127.0.0.1',
		};
	}

	/** Installs the tarball the way n8n keeps community nodes. */
	async install(tarball: string): Promise<void> {
		const nodes = join(this.folder, '.n8n', 'nodes');
		mkdirSync(nodes, { recursive: true });
		writeFileSync(join(nodes, 'package.json'), '{ "name": "installed-nodes", "private": true }');
		const flags = ['--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund'];
		await mustRun('npm', ['install', tarball, ...flags], { cwd: nodes });
	}

	async importCredentials(credentials: StoredCredential[]): Promise<void> {
		await this.import('credentials', credentials);
	}

	async importWorkflows(workflows: WorkflowFile[]): Promise<void> {
		await this.import(
			'workflow',
			workflows.map((workflow) => ({ active: false, ...workflow })),
		);
	}

	/** What is stored of the credentials, decrypted. */
	async exportCredentials(): Promise<StoredCredential[]> {
		const file = join(this.folder, 'exported.json');
		await mustRun(...this.command('export:credentials', '--all', '--decrypted', `--output=${file}`));
		return JSON.parse(readFileSync(file, 'utf8')) as StoredCredential[];
	}

	/** Runs a workflow with `n8n execute`. */
	async execute(workflowId: string): Promise<Execution> {
		const ports = await this.ports();
		const [node, args, options] = this.command('execute', `--id=${workflowId}`, '--rawOutput');
		const { exitCode, stdout, stderr } = await run(node, args, {
			...options,
			env: { ...options.env, ...ports },
		});
		return readExecution(exitCode, stdout, stderr);
	}

	/** Starts the server with an owner who can log in. */
	async start(): Promise<void> {
		const ports = await this.ports();
		const bcrypt = join(dirname(this.installation.n8n), '..', '..', 'bcryptjs');
		const [node, args, options] = this.command('start');
		const hash = await mustRun(node, [
			'-e',
			`console.log(require(${JSON.stringify(bcrypt)}).hashSync(${JSON.stringify(this.owner.password)}, 10))`,
		]);
		this.server = spawn(node, args, {
			cwd: options.cwd,
			env: cleanEnvironment({
				...options.env,
				...ports,
				N8N_INSTANCE_OWNER_MANAGED_BY_ENV: 'true',
				N8N_INSTANCE_OWNER_EMAIL: this.owner.email,
				N8N_INSTANCE_OWNER_FIRST_NAME: 'Olive',
				N8N_INSTANCE_OWNER_LAST_NAME: 'Owner',
				N8N_INSTANCE_OWNER_PASSWORD_HASH: hash.stdout.trim(),
			}),
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		this.server.stdout?.on('data', (chunk) => (this.log += chunk));
		this.server.stderr?.on('data', (chunk) => (this.log += chunk));
		this.url = `http://127.0.0.1:${ports.N8N_PORT}`;
		await this.ready();
	}

	/** Everything the server has logged. */
	serverLog(): string {
		return this.log;
	}

	/** A call of n8n's own interface, as the owner. */
	async rest<T>(method: string, path: string, body?: unknown): Promise<T> {
		this.cookie ??= await this.logIn();
		const response = await fetch(`${this.url}${path}`, {
			method,
			headers: { 'content-type': 'application/json', 'browser-id': 'test', cookie: this.cookie },
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
		if (!response.ok)
			throw new Error(`${method} ${path}: ${response.status} ${(await response.text()).slice(0, 500)}`);
		return (await response.json()) as T;
	}

	private cookie: string | undefined;

	private async logIn(): Promise<string> {
		const response = await fetch(`${this.url}/rest/login`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', 'browser-id': 'test' },
			body: JSON.stringify({ emailOrLdapLoginId: this.owner.email, password: this.owner.password }),
		});
		const cookie = response.headers.get('set-cookie');
		if (!response.ok || cookie === null) throw new Error(`The owner could not log in: ${response.status}`);
		return cookie.split(';')[0] ?? '';
	}

	/** Stops the server, if it runs, and removes the folder. */
	async stop(): Promise<void> {
		const { server } = this;
		this.server = undefined;
		if (server && server.exitCode === null) {
			const ended = new Promise((resolve) => server.once('exit', resolve));
			server.kill('SIGTERM');
			const timer = setTimeout(() => server.kill('SIGKILL'), 10_000);
			await ended;
			clearTimeout(timer);
		}
		rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
	}

	private async ready(): Promise<void> {
		for (let tries = 0; tries < 240; tries += 1) {
			if (this.server?.exitCode !== null) break;
			const response = await fetch(`${this.url}/healthz/readiness`).catch(() => undefined);
			if (response?.ok) return;
			await new Promise((wake) => setTimeout(wake, 500));
		}
		throw new Error(`n8n did not start:\n${this.log.slice(-3000)}`);
	}

	private async import(kind: 'credentials' | 'workflow', content: unknown): Promise<void> {
		const file = join(this.folder, `${kind}.json`);
		writeFileSync(file, JSON.stringify(content));
		await mustRun(...this.command(`import:${kind}`, `--input=${file}`));
		rmSync(file);
	}

	private command(...args: string[]): [string, string[], { cwd: string; env: Record<string, string> }] {
		return [
			this.installation.node,
			[this.installation.n8n, ...args],
			{ cwd: this.folder, env: this.environment },
		];
	}

	private async ports(): Promise<{ N8N_PORT: string; N8N_RUNNERS_BROKER_PORT: string }> {
		return { N8N_PORT: String(await freePort()), N8N_RUNNERS_BROKER_PORT: String(await freePort()) };
	}
}

interface RawRun {
	data: {
		resultData: {
			error?: { message: string; description?: string };
			runData: Record<string, Array<{ data?: { main: Array<OutputItem[] | null> } }>>;
		};
	};
}

function readExecution(exitCode: number, stdout: string, stderr: string): Execution {
	const from = stdout.indexOf('{\n');
	const raw = from < 0 ? undefined : (JSON.parse(stdout.slice(from, stdout.lastIndexOf('}') + 1)) as RawRun);
	const result = raw?.data.resultData;
	return {
		exitCode,
		output: `${stdout}\n${stderr}`,
		items: (node, output = 0) => result?.runData[node]?.at(-1)?.data?.main[output] ?? [],
		...(result?.error ? { stopped: result.error } : {}),
	};
}
