/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js beside n8n, never inside it */
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { succeed, type Log } from '../lab/command';
import { ensureN8n } from '../lab/installation';
import { createN8n, N8n } from '../lab/n8n';
import { freePort } from '../lab/service';
import { pack } from '../lab/tarball';
import { median } from './median';

export interface SizeFigures {
	/** Bytes. */
	tarball: number;
	unpacked: number;
	/** Loading node and credential in a process that has n8n-workflow already, in milliseconds. */
	load: number;
	/** From the start of n8n to its readiness, in milliseconds. */
	startWith: number;
	startWithout: number;
	rounds: number;
}

/** What the package adds to an installation and to n8n's start. */
export async function measureSize(rounds: number, log: Log): Promise<SizeFigures> {
	const { file, unpackedSize, packedSize } = await pack();
	const installation = await ensureN8n('2.41.1', log);
	const without = new N8n(installation, await freePort(), {});
	const having = await createN8n({ tarball: file, log });
	try {
		const loads: number[] = [];
		const starts: Record<'with' | 'without', number[]> = { with: [], without: [] };
		// The first start makes the database.
		for (const n8n of [without, having]) await timeStart(n8n);
		for (let round = 0; round < rounds; round += 1) {
			loads.push(await timeLoad(having));
			const order = round % 2 === 0 ? (['with', 'without'] as const) : (['without', 'with'] as const);
			for (const which of order) starts[which].push(await timeStart(which === 'with' ? having : without));
			log(`n8n's start: with ${starts.with.at(-1)} ms, without ${starts.without.at(-1)} ms`);
		}
		return {
			tarball: packedSize,
			unpacked: unpackedSize,
			load: median(loads),
			startWith: median(starts.with),
			startWithout: median(starts.without),
			rounds,
		};
	} finally {
		await having.remove();
		await without.remove();
		rmSync(dirname(file), { recursive: true });
	}
}

async function timeStart(n8n: N8n): Promise<number> {
	const began = Date.now();
	await n8n.start();
	const ms = Date.now() - began;
	await n8n.stop();
	return ms;
}

async function timeLoad(n8n: N8n): Promise<number> {
	const { node, folder } = n8n.installation;
	const dist = join(n8n.folder, '.n8n/nodes/node_modules/n8n-nodes-huawei-iot/dist');
	const script = `
		for (const there of ['n8n-workflow', 'luxon', 'crypto']) require(there);
		const began = performance.now();
		new (require('${dist}/nodes/IotCommandRevoke/IotCommandRevoke.node.js').IotCommandRevoke)();
		new (require('${dist}/credentials/HuaweiIotApi.credentials.js').HuaweiIotApi)();
		console.log(performance.now() - began);`;
	const env = { NODE_PATH: join(folder, 'node_modules') };
	return Number(await succeed(node, ['--eval', script], { cwd: n8n.folder, env }));
}
