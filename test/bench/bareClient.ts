/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- a process of its own beside n8n, never inside it */
import { readFileSync } from 'node:fs';
import { request } from 'node:https';

import { inParallel, type Concurrency } from '../../nodes/shared/values/concurrency';
import { PATH } from './workflows';

/** What the calls of a run cost without n8n: the same bodies and headers, a new TLS connection for each, as n8n does. */
export interface BareRun {
	url: string;
	appId: string;
	token: string;
	ca: string;
	devices: number;
	concurrency: Concurrency;
}

/** Calls before the clock starts, so that code and connections are as warm as n8n's. */
const WARM_UP = 200;

async function call({ url, appId, token, ca }: BareRun, deviceId: string): Promise<void> {
	const headers = {
		app_key: appId,
		Authorization: `Bearer ${token}`,
		'Content-Type': 'application/json',
		Accept: 'application/json',
	};
	await new Promise<void>((resolve, reject) => {
		const sent = request(url + PATH, { method: 'POST', headers, ca, agent: false }, (reply) => {
			let text = '';
			reply.setEncoding('utf8');
			reply.on('data', (part: string) => (text += part));
			reply.on('end', () => {
				JSON.parse(text);
				if (reply.statusCode === 201) resolve();
				else reject(new Error(`${reply.statusCode}: ${text}`));
			});
		});
		sent.on('error', reject);
		sent.end(JSON.stringify({ deviceId }));
	});
}

async function callAll(run: BareRun, devices: number): Promise<void> {
	await inParallel([...Array(devices).keys()], run.concurrency, async (device) => {
		await call(run, `device-${device}`);
		return true;
	});
}

/** Reads a run from standard input and prints its milliseconds. */
async function main(): Promise<void> {
	const run = JSON.parse(readFileSync(0, 'utf8')) as BareRun;
	await callAll({ ...run }, Math.min(WARM_UP, run.devices));
	const began = performance.now();
	await callAll(run, run.devices);
	process.stdout.write(String(performance.now() - began));
}

void main();
