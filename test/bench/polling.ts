/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console -- a command for people, runs in Node.js beside the compiled node */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

import { credentialFor } from '../engine/engine';
import { PolledWorkflow } from '../engine/pollEngine';
import { PROJECT } from '../lab/folders';
import { startPlatform } from '../platform/platform';
import { count } from './figures';
import { median } from './median';

const FLEETS = [100, 1000, 10_000, 25_000];
const ROUNDS = 5;
/** The share of the devices that come back, and of those that fall silent, between two polls. */
const MOVING = 0.01;
/** The largest page of the platform's device list. */
const PAGE = 250;

interface Measured {
	devices: number;
	pages: number;
	calls: number;
	events: number;
	/** Milliseconds: the median of the rounds. */
	poll: number;
	stateBytes: number;
}

/** `npm run bench:polling`: what a poll costs, into docs/polling-benchmark.md. */
async function main(): Promise<void> {
	const measured: Measured[] = [];
	for (const devices of FLEETS) measured.push(await measure(devices));
	const text = report(measured);
	console.log(text);
	writeFileSync(join(PROJECT, 'docs/polling-benchmark.md'), text);
}

async function measure(devices: number): Promise<Measured> {
	const platform = await startPlatform();
	try {
		const moving = Math.ceil(devices * MOVING);
		for (let index = 0; index < devices; index += 1) {
			await platform.addDevice(`device-${index}`, { status: 'OFFLINE' });
		}
		for (let index = 0; index < moving; index += 1) {
			await platform.addDevice(`other-${index}`, { status: 'ONLINE' });
		}
		const credential = credentialFor(platform, { sessionToken: platform.issueToken() });
		const workflow = new PolledWorkflow({ credential });
		await workflow.start();
		const times: number[] = [];
		let events = 0;
		let calls = 0;
		for (let round = 0; round < ROUNDS; round += 1) {
			for (let index = 0; index < moving; index += 1) {
				const [back, silent] = round % 2 === 0 ? ['device', 'other'] : ['other', 'device'];
				await platform.setStatus(`${back}-${index}`, 'ONLINE');
				await platform.setStatus(`${silent}-${index}`, 'OFFLINE');
			}
			platform.requests.length = 0;
			const began = performance.now();
			events = (await workflow.poll()).length;
			times.push(performance.now() - began);
			calls = platform.requests.length;
		}
		const stateBytes = JSON.stringify(workflow.stored).length;
		// ABNORMAL is empty, and an empty list is a page.
		const pages = Math.ceil(devices / PAGE) + 1;
		return { devices, pages, calls, events, poll: median(times), stateBytes };
	} finally {
		await platform.close();
	}
}

function report(measured: Measured[]): string {
	const head = [
		'Silent devices',
		'Pages of 250',
		'Calls',
		'Events',
		'Poll, ms',
		'Static data, bytes',
		'Bytes for each device',
	];
	const rows = measured.map(({ devices, pages, calls, events, poll, stateBytes }) => [
		...[devices, pages, calls, events, Math.round(poll), stateBytes].map(count),
		(stateBytes / devices).toFixed(1),
	]);
	const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
	return [
		'# What a poll costs',
		'',
		`One poll of IoT Device Polling Trigger with its default statuses (ABNORMAL and OFFLINE), without a rate limit, in n8n-core's own poll context against the stand-in of the platform in \`test/platform/\` on loopback. Between two polls one device in a hundred comes back, and as many fall silent. Median of ${ROUNDS} polls, written by \`npm run bench:polling\` with Node.js ${process.version} on ${cpus().length} cores.`,
		'',
		line(head),
		line(head.map(() => '---')),
		...rows.map(line),
		'',
		'Pages overlap by at least one device, so that a device that shifts over the border of two pages while the list is read is neither lost nor reported twice. That is why there are a few more calls than pages. One page belongs to the list of ABNORMAL devices, which is empty here.',
		'',
		'n8n keeps what the last poll found in the static data of the workflow: 8 bytes of a salted hash for each device.',
		'',
	].join('\n');
}

main().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
