/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js beside n8n, never inside it */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';

import { temporaryFolder } from '../lab/folders';
import { createN8n, N8n } from '../lab/n8n';
import type { Log } from '../lab/command';
import { startPlatform, type Platform, type PlatformOptions } from '../platform/platform';
import { credential } from '../e2e/workflows';
import { httpRequestWorkflow, nodeWorkflow, type Way } from './workflows';

/** Everything that a run needs: a started n8n, the stand-in, and a workflow for each way to revoke. */
export interface Bed {
	n8n: N8n;
	platform: Platform;
	token: string;
	/** Queues commands for so many devices. */
	queue(devices: number, commands?: number): void;
	remove(): Promise<void>;
}

export interface BedOptions {
	/** The node's options. */
	node?: IDataObject;
	/** Whether HTTP Request is followed by Split Out. */
	split?: boolean;
	/** A third workflow, `batched`: HTTP Request with its Batching set. */
	batching?: { size: number; interval: number };
}

/** The default threshold of the node's credential would be waited for: where the platform has none, it is 0 there too. */
export async function makeBed(options: PlatformOptions & BedOptions, log: Log): Promise<Bed> {
	const { node, split, batching, ...platformOptions } = options;
	const platform = await startPlatform({ tokenLifetime: 1_000_000, ...platformOptions });
	const token = platform.issueToken();
	// Both ways trust the stand-in's certificate as n8n's machine does, and verify it: no option of theirs is changed.
	const folder = temporaryFolder('ca');
	const ca = join(folder, 'ca.pem');
	writeFileSync(ca, platform.certificates.ca);
	const n8n = await createN8n({ log, env: { NODE_EXTRA_CA_CERTS: ca } });
	const bed: Bed = {
		n8n,
		platform,
		token,
		queue(devices, commands = 1) {
			for (let at = 0; at < devices; at += 1) platform.queueCommands(`device-${at}`, commands);
		},
		async remove() {
			await n8n.remove();
			await platform.close();
			rmSync(folder, { recursive: true });
		},
	};
	let isReady = false;
	try {
		const requestsPerMinute = options.threshold ?? 0;
		await n8n.importCredentials([
			credential(platform, {
				authentication: 'accessToken',
				token,
				requestsPerMinute,
				customTls: false,
				caCertificate: '',
			}),
		]);
		const target = { url: platform.url, appId: platform.appId, token };
		const workflows = {
			node: nodeWorkflow('node', credential(platform).id, node),
			httpRequest: httpRequestWorkflow('httpRequest', target, { split }),
			...(batching ? { batched: httpRequestWorkflow('batched', target, { batching }) } : {}),
		} satisfies Partial<Record<Way | 'batched', object>>;
		await n8n.importWorkflows(Object.values(workflows));
		await n8n.start();
		for (const id of Object.keys(workflows)) await n8n.activate(id);
		isReady = true;
		return bed;
	} finally {
		if (!isReady) await bed.remove();
	}
}
