/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- writes the table in docs/ when it is asked to */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Platform } from '../platform/platform';
import { credentialFor, type Outcome } from './engine';
import { useFakeTime } from './fakeTime';
import { FAULTS, ON_ERROR, type FaultName } from './matrixFaults';
import { wordsOf } from './messages';
import { addDevices, COMMANDS_PATH, runSend, saysUnknown, sentIds } from './sends';
import { startWithClock } from './usePlatform';

/**
 * Each fault, at the first, a middle and the last item, with each setting of 'On Error', with and without Retry On Fail, and
 * with two concurrencies; once, and staying with that device. What comes out is written to docs/send-fault-matrix.md:
 * UPDATE_DOCS=1 renews the file.
 */

jest.setTimeout(300_000);

const DEVICES = 5;
const DOCUMENT = join(__dirname, '../../docs/send-fault-matrix.md');

const FAULT_NAMES: FaultName[] = [
	'reset before the work',
	'reset after the work',
	'time-out before the work',
	'time-out after the work',
	'a page instead of an answer, before the work',
	'HTTP 502 with a page, after the work',
	'half a JSON, after the work',
	'HTTP 500 with code 100001, before the work',
	'HTTP 500 with code 100001, after the work',
	'refused with HTTP 200',
	'over the rate limit',
	'expired token',
];
const POSITIONS = { first: 0, middle: 2, last: DEVICES - 1 };
const CONCURRENCIES = [1, 50];

interface Case {
	fault: FaultName;
	stays: boolean;
	position: keyof typeof POSITIONS;
	onError: keyof typeof ON_ERROR;
	retryOnFail: boolean;
	concurrency: number;
}

const cells = new Map<string, string>();
const cellKey = ({ fault, stays, position, onError, retryOnFail, concurrency }: Case) =>
	[fault, stays, position, onError, retryOnFail, concurrency].join();

useFakeTime();

/** Runs one case, checks the contract, and says in words what became of the item that met the fault. */
async function outcomeOf(given: Case): Promise<string> {
	const platform = await startWithClock();
	try {
		const items = await addDevices(platform, DEVICES);
		const device = `device-${POSITIONS[given.position]}`;
		// A fault that stays meets the look-up too.
		const match = { path: COMMANDS_PATH, deviceId: device, ...(given.stays ? {} : { method: 'POST' }) };
		platform.failNext({ ...FAULTS[given.fault], match, times: given.stays ? Infinity : 1 });
		const outcome = await runSend(platform, {
			credential: credentialFor(platform, { sessionToken: platform.issueToken() }),
			items,
			options: { concurrency: given.concurrency, maxRetries: 1 },
			settings: {
				onError: ON_ERROR[given.onError],
				retryOnFail: given.retryOnFail,
				maxTries: 3,
				waitBetweenTries: 1,
			},
		});
		expect(
			platform.requests.filter(({ fault: met }) => met === FAULTS[given.fault].kind).length,
		).toBeGreaterThan(0);
		for (const { deviceId } of items) {
			expect(platform.commands(String(deviceId)).length).toBeLessThanOrEqual(1);
		}
		return given.onError === 'Stop'
			? afterStop(platform, outcome, device)
			: afterContinue(platform, outcome, device);
	} finally {
		await platform.close();
	}
}

/** Each item has its one command, or says that none was sent, or that this is not known and where to look. */
function afterContinue(platform: Platform, { items, failed, stopped }: Outcome, device: string): string {
	expect(stopped).toBeUndefined();
	const all = [...items, ...failed];
	expect(all.map(({ pairedItem }) => (pairedItem as { item: number }).item).sort()).toEqual([0, 1, 2, 3, 4]);
	const fates = all.map(({ json, pairedItem }) => {
		const deviceId = `device-${(pairedItem as { item: number }).item}`;
		const onPlatform = platform.commands(deviceId).map(({ commandId }) => commandId);
		if (json.error === undefined) {
			expect(onPlatform).toEqual([json.commandId]);
			return { deviceId, fate: 'sent once' };
		}
		if (!saysUnknown(json, deviceId)) {
			expect(onPlatform).toEqual([]);
			return { deviceId, fate: 'not sent, says so' };
		}
		return { deviceId, fate: `says unknown, ${onPlatform.length === 1 ? 'sent once' : 'not sent'}` };
	});
	// Nobody else's fate is unknown.
	expect(fates.filter(({ deviceId, fate }) => deviceId !== device && /unknown/.test(fate))).toEqual([]);
	return fates.find(({ deviceId }) => deviceId === device)?.fate ?? '?';
}

/** The message names the command of every device, but for that whose fate is unknown: there it says where to look. */
function afterStop(platform: Platform, outcome: Outcome, device: string): string {
	const { stopped } = outcome;
	if (!stopped) {
		const made = platform.commands().map(({ commandId }) => commandId);
		expect([...sentIds(outcome)].sort()).toEqual(made.sort());
		return 'sent once';
	}
	const said = wordsOf(stopped);
	const isUnknown = saysUnknown({ error: stopped.message, message: stopped.description }, device);
	const unnamed = platform.commands().filter(({ commandId }) => !said.has(commandId));
	expect(unnamed.map(({ deviceId }) => deviceId)).toEqual(isUnknown && unnamed.length > 0 ? [device] : []);
	const sent = platform.commands(device).length === 1 ? 'sent once' : 'not sent';
	return isUnknown ? `stops, says unknown, ${sent}` : `stops, ${sent}, says so`;
}

describe.each([false, true])('A fault that stays with its device: %s', (stays) => {
	it.each(FAULT_NAMES)('%s makes no second command, and none without an item or a word', async (fault) => {
		for (const retryOnFail of [false, true]) {
			const cases = Object.keys(POSITIONS).flatMap((position) =>
				Object.keys(ON_ERROR).flatMap((onError) =>
					CONCURRENCIES.map(
						(concurrency) => ({ fault, stays, position, onError, retryOnFail, concurrency }) as Case,
					),
				),
			);
			await Promise.all(cases.map(async (given) => void cells.set(cellKey(given), await outcomeOf(given))));
		}
	});
});

function table(stays: boolean): string {
	const columns = [false, true].flatMap((retryOnFail) =>
		(Object.keys(ON_ERROR) as Array<Case['onError']>).map((onError) => ({ retryOnFail, onError })),
	);
	const rows = FAULT_NAMES.flatMap((fault) =>
		(Object.keys(POSITIONS) as Array<Case['position']>).flatMap((position) =>
			CONCURRENCIES.map((concurrency) => [
				fault,
				position,
				String(concurrency),
				...columns.map(
					(column) => cells.get(cellKey({ fault, stays, position, concurrency, ...column })) ?? '?',
				),
			]),
		),
	);
	const head = [
		'fault',
		'item',
		'concurrency',
		...columns.map(({ onError, retryOnFail }) => `'${onError}'${retryOnFail ? ', Retry On Fail' : ''}`),
	];
	return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

it('docs/send-fault-matrix.md says what these tests saw', () => {
	const made = `# Fault matrix of IoT Device > Send

What becomes of one of ${DEVICES} commands, each for a different device, when a call for it goes wrong. Made and checked by \`test/engine/send.faultMatrix.test.ts\`, with 1 retry. No input item ever leads to two commands: it leads to one, or to none and says so, or the item says that this is unknown and where to look. The other commands are sent once, or, with 'Stop' and with a token that stays refused, not sent.

"Sent once": the command is on the platform once, and its item came out. "Says unknown": the item, or the message with 'Stop', says that the fate of the command is not known and where to look for it; after the comma is what the test found on the platform. "Says so": the item or the message gives the reason why nothing was sent.

## A fault that comes once

${table(false)}

## A fault that stays with its device, look-ups included

${table(true)}
`;
	if (process.env.UPDATE_DOCS === '1') writeFileSync(DOCUMENT, made);
	expect(readFileSync(DOCUMENT, 'utf8')).toBe(made);
});
