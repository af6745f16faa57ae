/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- writes the table in docs/ when it is asked to */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';

import type { Platform } from '../platform/platform';
import { credentialFor, runNode, type Outcome } from './engine';
import { useFakeTime } from './fakeTime';
import { FAULTS, ON_ERROR, type FaultName } from './matrixFaults';
import { saysWhereToLook, wordsOf } from './messages';
import { startWithClock } from './usePlatform';

/**
 * Each fault, at the first, a middle and the last device, with each setting of 'On Error' and two concurrencies; once,
 * and staying with that device. What comes out is written to docs/fault-matrix.md: UPDATE_DOCS=1 renews the file.
 */

jest.setTimeout(120_000);

const DEVICES = 12;
const COMMANDS = 2;
const DOCUMENT = join(__dirname, '../../docs/fault-matrix.md');

const FAULT_NAMES: FaultName[] = [
	'reset before the work',
	'reset after the work',
	'time-out after the work',
	'HTTP 502 with a page, after the work',
	'half a JSON, after the work',
	'HTTP 500 with code 100001, after the work',
	'HTTP 500 with code 100001, before the work',
	'over the rate limit',
	'expired token',
];
const POSITIONS = { first: 0, middle: 6, last: DEVICES - 1 };
const CONCURRENCIES = [1, 10];

interface Case {
	fault: FaultName;
	stays: boolean;
	position: keyof typeof POSITIONS;
	onError: keyof typeof ON_ERROR;
	concurrency: number;
}

const ALL_REPORTED = 'all reported';

const cells = new Map<string, string>();
const cellKey = ({ fault, stays, position, onError, concurrency }: Case) =>
	[fault, stays, position, onError, concurrency].join();

useFakeTime();

/** Runs one case, checks the contract, and says in words what came out. */
async function outcomeOf(given: Case): Promise<string> {
	const platform = await startWithClock();
	try {
		const deviceIds = Array.from({ length: DEVICES }, (_, at) => `device-${at}`);
		for (const deviceId of deviceIds) platform.queueCommands(deviceId, COMMANDS);
		const deviceId = `device-${POSITIONS[given.position]}`;
		// A fault that stays meets the look-up too.
		const match = { path: 'deviceCommandCancelTasks', deviceId, ...(given.stays ? {} : { method: 'POST' }) };
		platform.failNext({ ...FAULTS[given.fault], match, times: given.stays ? Infinity : 1 });
		const credential = credentialFor(platform, { sessionToken: platform.issueToken() });
		const outcome = await runNode({
			credential,
			items: deviceIds.map((id) => ({ deviceId: id })),
			parameters: { options: { concurrency: given.concurrency, maxRetries: 1 } },
			settings: { onError: ON_ERROR[given.onError] },
		});
		const met = platform.requests.filter(({ fault: kind }) => kind === FAULTS[given.fault].kind).length;
		expect(given.stays ? Math.min(met, 1) : met).toBe(1);
		if (given.onError !== 'Stop') return afterContinue(platform, outcome, given);
		platform.clearFaults();
		const list = { resource: 'revocationTask', operation: 'getAll', returnAll: true, simplify: false };
		const listed = await runNode({ credential, parameters: list });
		return afterStop(platform, outcome, listed.items.map(({ json }) => json) as Task[], given);
	} finally {
		await platform.close();
	}
}

/** Each revoked command came out once, or the item of its device says what happened. */
function afterContinue(platform: Platform, { items, failed, stopped }: Outcome, { onError }: Case): string {
	expect(stopped).toBeUndefined();
	const all = [...items, ...failed];
	const reported = all.flatMap(({ json }) => (typeof json.commandId === 'string' ? [json.commandId] : []));
	expect(new Set(reported).size).toBe(reported.length);
	const told = all.filter(({ json }) => json.error !== undefined);
	expect(told.length).toBeLessThanOrEqual(1);
	expect(onError === 'Error output' ? failed : []).toEqual(onError === 'Error output' ? told : []);
	const inputs = items.map(({ pairedItem }) => (pairedItem as { item: number }).item);
	expect(inputs).toEqual([...inputs].sort((a, b) => a - b));

	const missing = revokedOn(platform).filter(({ commandId }) => !reported.includes(commandId));
	const toldDevice = told.map(({ pairedItem }) => `device-${(pairedItem as { item: number }).item}`);
	for (const { deviceId } of missing) {
		expect(toldDevice).toEqual([deviceId]);
		expect(saysWhereToLook(told[0]?.json.message, deviceId)).toBe(true);
	}
	expect(reported.length).toBe((DEVICES - told.length) * COMMANDS);
	return told.length === 0
		? ALL_REPORTED
		: `11 devices reported, 1 item tells${missing.length > 0 ? ' where to look' : ''}`;
}

/** A revocation task as Get Many lists it. */
interface Task extends IDataObject {
	taskId: string;
	deviceId: string;
	deviceCommands: Array<{ commandId: string }>;
}

/**
 * The message has the number of devices done and their tasks; with them, and with what Revocation Task → Get Many lists for
 * the devices that it names, a person finds everything that was revoked.
 */
function afterStop(platform: Platform, { items, stopped }: Outcome, listed: Task[], given: Case): string {
	if (!stopped) {
		expect(items.map(({ json }) => json.commandId)).toEqual(
			platform.commands().map(({ commandId }) => commandId),
		);
		return ALL_REPORTED;
	}
	const said = wordsOf(stopped);
	const done = Number(/(\d+) of 12 devices were done/.exec(stopped.message)?.[1]);
	if (given.concurrency === 1) expect(done).toBe(POSITIONS[given.position]);
	const named = listed.filter(({ taskId }) => said.has(taskId));
	expect(new Set(named.map(({ deviceId }) => deviceId)).size).toBe(done);
	const toLookAt = listed.filter(({ taskId, deviceId }) => !said.has(taskId) && said.has(deviceId));
	const found = [...named, ...toLookAt].flatMap(({ deviceCommands }) => deviceCommands);
	expect(found.map(({ commandId }) => commandId).sort()).toEqual(
		revokedOn(platform)
			.map(({ commandId }) => commandId)
			.sort(),
	);
	// How many others were done by then is a matter of time.
	return `stops, names the tasks of the ${given.concurrency === 1 ? `${done} done` : 'done'}`;
}

const revokedOn = (platform: Platform) => platform.commands().filter(({ status }) => status === 'CANCELED');

/** What refuses calls for good is about the application, not about a device. */
const faultsThat = (stays: boolean) =>
	FAULT_NAMES.filter((fault) => !stays || FAULTS[fault].kind !== 'throttle');

const casesOf = (fault: FaultName, stays: boolean) =>
	Object.keys(POSITIONS).flatMap((position) =>
		Object.keys(ON_ERROR).flatMap((onError) =>
			CONCURRENCIES.map((concurrency) => ({ fault, stays, position, onError, concurrency }) as Case),
		),
	);

describe.each([false, true])('A fault that stays with its device: %s', (stays) => {
	it.each(faultsThat(stays))(
		'%s leaves no revoked command without an item or a word, whatever the device and the settings',
		async (fault) => {
			await Promise.all(
				casesOf(fault, stays).map(async (given) => {
					cells.set(cellKey(given), await outcomeOf(given));
				}),
			);
		},
	);
});

function table(stays: boolean): string {
	const columns = Object.keys(ON_ERROR) as Array<Case['onError']>;
	const rows = faultsThat(stays).flatMap((fault) =>
		(Object.keys(POSITIONS) as Array<Case['position']>).flatMap((position) =>
			CONCURRENCIES.map((concurrency) => [
				fault,
				position,
				String(concurrency),
				...columns.map(
					(onError) => cells.get(cellKey({ fault, stays, position, onError, concurrency })) ?? '?',
				),
			]),
		),
	);
	const head = ['fault', 'device', 'concurrency', ...columns.map((name) => `'${name}'`)];
	return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

it('docs/fault-matrix.md says what these tests saw', () => {
	const once = faultsThat(false).flatMap((fault) => casesOf(fault, false).map(cellKey));
	expect(once.filter((key) => cells.get(key) !== ALL_REPORTED)).toEqual([]);
	const made = `# Fault matrix

**No revoked command goes unreported.** A fault that comes once is repaired: in all ${once.length} runs each command came out exactly once. If a fault stays with one device, 'Continue' and 'Error output' report the other devices, and that device's item says what happened and, if its commands may have been revoked, where to look. With 'Stop' the message names what was done, and which devices to look at.

What comes out of Revoke All Pending for ${DEVICES} devices with ${COMMANDS} queued commands each when a call for one of them goes wrong. Made and checked by \`test/engine/faultMatrix.test.ts\`, with 1 retry.

"All reported": each command came out exactly once. "1 item tells": the item of that device has \`error\` and \`message\`; "where to look" when its commands may have been revoked. "Names the tasks": the message has the number of devices done and their task IDs; Revocation Task → Get Many finds the others.

## A fault that comes once

${table(false)}

## A fault that stays with its device, look-ups included

${table(true)}
`;
	if (process.env.UPDATE_DOCS === '1') writeFileSync(DOCUMENT, made);
	expect(readFileSync(DOCUMENT, 'utf8')).toBe(made);
});
