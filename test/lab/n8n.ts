/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js beside n8n, never inside it */
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'flatted';
import type { IRun } from 'n8n-workflow';

import { npmEnvironment, run, succeed, type CommandResult, type Environment, type Log } from './command';
import { temporaryFolder } from './folders';
import { chosenVersion, ensureN8n, type N8nInstallation, type N8nVersion } from './installation';
import { RestSession, type Owner, type RestAnswer } from './rest';
import { parseRun, RunData } from './runData';
import { freePort, Service } from './service';
import { pack } from './tarball';

export interface N8nOptions {
	/** The one of `N8N_VERSION`, or the newest, unless told. */
	version?: N8nVersion;
	/** The package's tarball; packed from dist unless told. */
	tarball?: string;
	/** Added to the environment of every n8n process of this folder. */
	env?: Environment;
	log?: Log;
}

export interface CredentialToImport {
	id: string;
	name: string;
	type: string;
	/** Plain values: n8n encrypts them. */
	data: Record<string, unknown>;
}

/** The JSON of a workflow; what the editor downloads, with an id. */
export interface WorkflowToImport {
	id: string;
	name: string;
	nodes: object[];
	connections: object;
}

export interface ExecutionResult extends CommandResult {
	/** undefined when n8n printed no run. */
	run: RunData | undefined;
}

const PACKAGE = 'n8n-nodes-huawei-iot';
const START_MS = 120_000;

/** A fresh n8n: a folder of its own with the packed package installed as a community node. Nothing runs yet. */
export async function createN8n(options: N8nOptions = {}): Promise<N8n> {
	const installation = await ensureN8n(options.version ?? chosenVersion(), options.log ?? (() => {}));
	const n8n = new N8n(installation, await freePort(), options.env ?? {});
	if (options.tarball) {
		await n8n.installPackage(options.tarball);
		return n8n;
	}
	const { file } = await pack();
	await n8n.installPackage(file);
	rmSync(dirname(file), { recursive: true });
	return n8n;
}

export class N8n {
	/** n8n's user folder; what n8n writes goes to `.n8n` in it. */
	readonly folder = temporaryFolder('n8n');
	/** Where the editor and the webhooks answer after `start()`. */
	readonly url: string;
	readonly owner: Owner = {
		email: 'owner@example.com',
		password: `Aa1-${randomBytes(9).toString('base64url')}`,
	};

	private readonly encryptionKey = randomBytes(24).toString('hex');
	private readonly services: Service[] = [];
	private session: RestSession | undefined;
	private passwordHash: string | undefined;

	constructor(
		readonly installation: N8nInstallation,
		readonly port: number,
		private readonly extraEnvironment: Environment,
	) {
		this.url = `http://127.0.0.1:${port}`;
	}

	/** As n8n's community package installer does it: beside the package, no second n8n-workflow. */
	async installPackage(tarball: string): Promise<void> {
		const cwd = join(this.folder, '.n8n/nodes');
		mkdirSync(cwd, { recursive: true });
		writeFileSync(join(cwd, 'package.json'), '{"name":"installed-nodes","private":true}');
		// Offline: a package without dependencies needs nothing else.
		const args = [
			'install',
			tarball,
			'--legacy-peer-deps',
			'--ignore-scripts',
			'--offline',
			'--no-audit',
			'--no-fund',
		];
		await succeed('npm', args, { cwd, env: npmEnvironment() });
	}

	/** Copies built files over those of the installed package; n8n loads them again if it was started for that. */
	updatePackage(dist: string): void {
		cpSync(dist, join(this.folder, '.n8n/nodes/node_modules', PACKAGE, 'dist'), { recursive: true });
	}

	/** As the editor does it where n8n runs, which takes a moment; by the command line otherwise. */
	async importCredentials(credentials: CredentialToImport[]): Promise<void> {
		await this.importAny('import:credentials', credentials);
	}

	/** The same. Imported workflows are inactive, see `activate`. */
	async importWorkflows(workflows: WorkflowToImport[]): Promise<void> {
		// n8n's exports contain it; without it the editor can't run a node by itself.
		const whole = workflows.map((workflow) => ({ pinData: {}, ...workflow }));
		await this.importAny('import:workflow', whole);
	}

	/** All credentials as stored now, decrypted. */
	async exportCredentials(): Promise<CredentialToImport[]> {
		const file = join(this.folder, 'exported-credentials.json');
		await this.succeedWith(['export:credentials', '--all', '--decrypted', `--output=${file}`]);
		const credentials = JSON.parse(readFileSync(file, 'utf8')) as CredentialToImport[];
		rmSync(file);
		return credentials;
	}

	/** `n8n execute`, from the workflow's Manual Trigger on. Exit code 1 when the workflow stopped. */
	async execute(workflowId: string, env: Environment = {}): Promise<ExecutionResult> {
		const result = await this.command(['execute', `--id=${workflowId}`, '--rawOutput'], env);
		return { ...result, run: parseRun(result.stdout) };
	}

	/** The same in the n8n that runs, as the editor starts it. */
	async runManually(workflowId: string): Promise<ExecutionResult> {
		const before = this.output().length;
		const workflowData = await this.stored('workflows', workflowId);
		const nodes = workflowData.nodes as Array<{ type: string; name: string }>;
		const trigger = nodes.find(({ type }) => type === 'n8n-nodes-base.manualTrigger');
		const { data } = (await this.expectOk('POST', `/rest/workflows/${workflowId}/run`, {
			workflowData,
			triggerToStartFrom: { name: trigger?.name },
		})) as { data: { executionId: string } };
		for (; ; await sleep(50)) {
			const answer = await this.rest('GET', `/rest/executions/${data.executionId}`);
			// n8n 2.20 has an error for an execution that has just begun.
			if (answer.status === 500) continue;
			const { status } = (answer.body as { data: { status: string } }).data;
			if (['new', 'running', 'waiting'].includes(status)) continue;
			return {
				exitCode: status === 'success' ? 0 : 1,
				stdout: this.output().slice(before),
				stderr: '',
				run: await this.executionData(data.executionId),
			};
		}
	}

	/** Any command of n8n, to its end. */
	async command(args: string[], env: Environment = {}): Promise<CommandResult> {
		const { node, n8n } = this.installation;
		return await run(node, [n8n, ...args], {
			cwd: this.folder,
			env: { ...(await this.environment()), ...env },
		});
	}

	/** `n8n start` with an owner; resolves when it is ready and logged in. */
	async start(env: Environment = {}): Promise<void> {
		const service = await this.startService('start', {
			...this.ownerEnvironment(),
			N8N_PORT: String(this.port),
			...env,
		});
		// Said once published workflows are active; the readiness check answers before that.
		const isUp = () => service.output.includes('Editor is now accessible');
		await service.until(async () => isUp() && (await this.isReady()), START_MS);
		this.session = new RestSession(this.url);
		await this.session.login(this.owner);
	}

	/** `n8n worker`, for queue mode: give `EXECUTIONS_MODE` and Redis in the options' `env`. */
	async startWorker(env: Environment = {}): Promise<Service> {
		const service = await this.startService('worker', env);
		await service.until(() => service.output.includes('n8n worker is now ready'), START_MS);
		return service;
	}

	/** A request of the logged-in owner to the running n8n, as in `rest('GET', '/rest/workflows')`. */
	async rest(method: string, path: string, body?: unknown): Promise<RestAnswer> {
		if (!this.session) throw new Error('n8n is not running: start() first');
		return await this.session.send(method, path, body);
	}

	/**
	 * Publishes a workflow, so that its webhooks and triggers work. While n8n runs that happens at once, and what a trigger
	 * says against it rejects; before that it takes effect with `start()`.
	 */
	async activate(workflowId: string): Promise<void> {
		if (!this.session) {
			await this.succeedWith(['publish:workflow', `--id=${workflowId}`]);
			return;
		}
		const { data } = (await this.expectOk('GET', `/rest/workflows/${workflowId}`)) as {
			data: { versionId: string };
		};
		await this.expectOk('POST', `/rest/workflows/${workflowId}/activate`, { versionId: data.versionId });
		await this.untilPublished(workflowId);
	}

	async deactivate(workflowId: string): Promise<void> {
		await this.expectOk('POST', `/rest/workflows/${workflowId}/deactivate`, {});
		await this.untilPublished(workflowId);
	}

	/** The id of the process that `start()` started. */
	get pid(): number | undefined {
		return this.services[0]?.pid;
	}

	/** What the processes that run now have printed. */
	output(): string {
		return this.services.map((service) => service.output).join('\n');
	}

	/** Ends the processes that this object started. */
	async stop(): Promise<void> {
		this.session = undefined;
		await Promise.all(this.services.splice(0).map(async (service) => await service.stop()));
	}

	/** Ends them at once, as a power cut would. */
	async crash(): Promise<void> {
		for (const service of this.services) service.kill();
		await this.stop();
	}

	/** The data of a stored execution. */
	async executionData(executionId: string): Promise<RunData> {
		const { data, ...execution } = await this.stored('executions', executionId);
		// n8n keeps runs in this form.
		return new RunData({ ...execution, data: parse(String(data)) } as IRun);
	}

	/** What n8n has of a workflow or an execution. */
	private async stored(what: 'workflows' | 'executions', id: string): Promise<Record<string, unknown>> {
		const { data } = (await this.expectOk('GET', `/rest/${what}/${id}`)) as {
			data: Record<string, unknown>;
		};
		return data;
	}

	/** Stops, and deletes the folder. */
	async remove(): Promise<void> {
		await this.stop();
		rmSync(this.folder, { recursive: true, force: true });
	}

	private async importAny(
		command: 'import:credentials' | 'import:workflow',
		entries: Array<{ id: string }>,
	): Promise<void> {
		const unknown = this.session ? [] : entries;
		for (const entry of this.session ? entries : []) {
			const path = command === 'import:workflow' ? '/rest/workflows' : '/rest/credentials';
			const { status } = await this.rest('GET', `${path}/${entry.id}`);
			if (status < 300) await this.expectOk('PATCH', `${path}/${entry.id}`, entry);
			else if (command === 'import:workflow') await this.expectOk('POST', path, entry);
			// Here n8n would give it an ID of its own.
			else unknown.push(entry);
		}
		if (unknown.length > 0) await this.import(command, unknown);
	}

	private async import(command: string, entries: object[]): Promise<void> {
		const file = join(this.folder, 'import.json');
		writeFileSync(file, JSON.stringify(entries));
		const output = await this.succeedWith([command, `--input=${file}`]);
		rmSync(file);
		// n8n reports what went wrong and ends with 0.
		if (!output.includes('Successfully imported'))
			throw new Error(`n8n ${command} imported nothing:\n${output}`);
	}

	private async succeedWith(args: string[]): Promise<string> {
		const { exitCode, stdout, stderr } = await this.command(args);
		if (exitCode === 0) return stdout;
		throw new Error(`n8n ${args.join(' ')} ended with ${exitCode}\n${stdout}${stderr}`);
	}

	private async expectOk(method: string, path: string, body?: unknown): Promise<unknown> {
		const answer = await this.rest(method, path, body);
		if (answer.status < 300) return answer.body;
		throw new Error(`${method} ${path} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
	}

	/** n8n 2.41 turns triggers on and off after it has answered; older versions know no such status and do it before. */
	private async untilPublished(workflowId: string): Promise<void> {
		for (const deadline = Date.now() + START_MS; Date.now() < deadline; await sleep(100)) {
			const { status, body } = await this.rest('GET', `/rest/workflows/${workflowId}/publication-status`);
			if (status === 404) return;
			const { data } = body as {
				data: { status: string; triggers: Array<{ errorMessage: string | null }> };
			};
			if (data.status === 'in_progress') continue;
			const said = data.triggers.flatMap(({ errorMessage }) => errorMessage ?? []);
			if (said.length > 0) throw new Error(said.join('\n'));
			return;
		}
		throw new Error(`n8n did not settle the triggers of ${workflowId} in ${START_MS} ms`);
	}

	private async startService(command: string, env: Environment): Promise<Service> {
		const { node, n8n } = this.installation;
		const service = new Service(node, [n8n, command], {
			cwd: this.folder,
			env: { ...(await this.environment()), ...env },
		});
		this.services.push(service);
		return service;
	}

	/** Nothing of the caller's environment but the path: no proxy, no extra CA, no settings for another n8n. */
	private async environment(): Promise<Environment> {
		return {
			PATH: `${dirname(this.installation.node)}:${process.env.PATH ?? ''}`,
			HOME: this.folder,
			N8N_USER_FOLDER: this.folder,
			N8N_ENCRYPTION_KEY: this.encryptionKey,
			N8N_HOST: '127.0.0.1',
			N8N_LISTEN_ADDRESS: '127.0.0.1',
			N8N_RUNNERS_BROKER_PORT: String(await freePort()),
			N8N_SECURE_COOKIE: 'false',
			// Nothing that would ask servers outside.
			N8N_DIAGNOSTICS_ENABLED: 'false',
			N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
			N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
			N8N_DYNAMIC_BANNERS_ENABLED: 'false',
			N8N_TEMPLATES_ENABLED: 'false',
			N8N_PERSONALIZATION_ENABLED: 'false',
			N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
			N8N_VERIFIED_PACKAGES_ENABLED: 'false',
			...(this.installation.version === '2.41.1' ? { N8N_DISABLED_MODULES: 'mcp-registry' } : {}),
			...this.extraEnvironment,
		};
	}

	private ownerEnvironment(): Environment {
		return {
			N8N_INSTANCE_OWNER_MANAGED_BY_ENV: 'true',
			N8N_INSTANCE_OWNER_EMAIL: this.owner.email,
			N8N_INSTANCE_OWNER_FIRST_NAME: 'Owner',
			N8N_INSTANCE_OWNER_LAST_NAME: 'Example',
			N8N_INSTANCE_OWNER_PASSWORD_HASH: (this.passwordHash ??= this.hash(this.owner.password)),
		};
	}

	/** With the bcrypt that n8n itself checks it with. */
	private hash(password: string): string {
		const { hashSync } = createRequire(this.installation.n8n)('bcryptjs') as {
			hashSync(password: string, rounds: number): string;
		};
		return hashSync(password, 10);
	}

	private async isReady(): Promise<boolean> {
		try {
			return (await fetch(`${this.url}/healthz/readiness`)).ok;
		} catch {
			return false;
		}
	}
}
