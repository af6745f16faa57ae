/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js beside n8n, never inside it */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { PROJECT, temporaryFolder } from '../lab/folders';
import { createN8n, N8n, type WorkflowToImport } from '../lab/n8n';
import type { Log } from '../lab/command';
import { startPlatform, type Platform, type PlatformOptions } from '../platform/platform';
import { credential } from '../e2e/workflows';
import { Probe, type Observation } from './probe';
import type { Target } from './workflows';

const HELPER_NODE = join(PROJECT, 'test/bench/helperNode');

/** Everything that a run needs: a started n8n with active workflows, and the stand-in. */
export interface Bed {
	n8n: N8n;
	platform: Platform;
	token: string;
	/** Registers so many devices, `device-0` and so on, and queues commands for them, one for each unless given. */
	queue(devices: number, commands?: number | ((device: number) => number)): void;
	/** Does something while n8n is watched from inside. @param interval microseconds between two samples */
	observe<T>(interval: number, work: () => Promise<T>): Promise<T & { seen: Observation }>;
	remove(): Promise<void>;
}

export interface BedOptions {
	platform?: PlatformOptions;
	/** Calls in a minute; 0 by default, that is none, for the platform and in the node's credential. */
	rateLimit?: number;
	/** What n8n runs. */
	workflows(target: Target): WorkflowToImport[];
}

export async function makeBed(options: BedOptions, log: Log): Promise<Bed> {
	const { rateLimit = 0 } = options;
	const platform = await startPlatform({
		tokenLifetime: 1_000_000,
		threshold: rateLimit,
		...options.platform,
	});
	const token = platform.issueToken();
	// Both ways trust the stand-in's certificate as n8n's machine does, and verify it: no option of theirs is changed.
	const folder = temporaryFolder('bench');
	const ca = join(folder, 'ca.pem');
	writeFileSync(ca, platform.certificates.ca);
	const probe = new Probe(folder);
	const n8n = await createN8n({
		log,
		env: { NODE_EXTRA_CA_CERTS: ca, N8N_CUSTOM_EXTENSIONS: HELPER_NODE, ...probe.environment },
	});
	const bed: Bed = {
		n8n,
		platform,
		token,
		queue(devices, commands = 1) {
			platform.requests.length = 0;
			for (let at = 0; at < devices; at += 1) {
				platform.queueCommands(`device-${at}`, typeof commands === 'number' ? commands : commands(at));
			}
		},
		async observe(interval, work) {
			await probe.start(interval);
			let seen: Observation | undefined;
			const result = await work().finally(async () => (seen = await probe.stop()));
			if (!seen) throw new Error("n8n's probe saw nothing");
			return { ...result, seen };
		},
		async remove() {
			await n8n.remove();
			await platform.close();
			rmSync(folder, { recursive: true });
		},
	};
	let isReady = false;
	try {
		const own = credential(platform, {
			authentication: 'accessToken',
			token,
			requestsPerMinute: rateLimit,
			customTls: false,
			caCertificate: '',
		});
		await n8n.importCredentials([own]);
		const { url, appId } = platform;
		const workflows = options.workflows({ url, appId, token, credentialId: own.id });
		await n8n.importWorkflows(workflows);
		await n8n.start();
		for (const { id } of workflows) await n8n.activate(id);
		isReady = true;
		return bed;
	} finally {
		if (!isReady) await bed.remove();
	}
}
