import type { IDataObject, INode } from 'n8n-workflow';

import { credentialFor, runNode, type Outcome } from '../engine/engine';
import { fakeTime as clock } from '../engine/fakeTime';
import { saysWhereToLook, wordsOf } from '../engine/messages';
import { startWithClock } from '../engine/usePlatform';
import type { Fault, Platform, RecordedRequest } from '../platform/platform';
import { Dice } from './dice';
import { isObject } from '../../nodes/shared/values/json';

/**
 * Many runs of the node in n8n's engine, with everything going wrong that can: answers lost, tokens expired, the threshold
 * changed, devices that several runs name. At the end every command that was ever queued is accounted for.
 */
export interface SoakPlan {
	/** The same seed gives the same runs; how they interleave is a matter of time. */
	seed: number;
	rounds: number;
	log?: (line: string) => void;
}

export interface SoakResult {
	runs: number;
	calls: number;
	/** How many calls met each kind of fault. */
	met: Record<string, number>;
	/** Calls that the platform itself refused for their token, and for being one too many. */
	tokensRefused: number;
	overThreshold: number;
	queued: number;
	/** Came out as an item. */
	reported: number;
	/** Revoked, and an item or the message of the run that stopped says where to look. */
	told: number;
	/** Ids of commands that came out twice. */
	twice: string[];
	/** Ids of commands that were revoked without an item or a word. */
	lost: string[];
	/** Ids of commands that nobody took back. */
	left: string[];
	/** How long it would have taken, in hours. */
	hours: number;
}

const DEVICES = 60;
const MATCH = 'deviceCommandCancelTasks';
const KINDS: Array<Pick<Fault, 'kind' | 'status' | 'body'>> = [
	{ kind: 'resetBefore' },
	{ kind: 'resetAfter' },
	{ kind: 'hangAfter' },
	{ kind: 'halfJson' },
	{ kind: '500After' },
	{ kind: '502After' },
	{ kind: 'html' },
	{ kind: 'empty' },
	{ kind: '503' },
	{ kind: 'throttle' },
	{ kind: 'reply', status: 500, body: { error_code: '100001', error_desc: 'Internal server error.' } },
	{
		kind: 'reply',
		status: 403,
		body: { resultcode: '1010005', resultmsg: 'Invalid access token or appId.' },
	},
	{ kind: 'reply', status: 400, body: { error_code: '100022', error_desc: 'The input is invalid.' } },
];
const THRESHOLDS = [0, 10, 20, 30, 100];

export async function soak({ seed, rounds, log = () => {} }: SoakPlan): Promise<SoakResult> {
	const dice = new Dice(seed);
	clock.install();
	const platform = await startWithClock({ tokenLifetime: 600 });
	const credential = credentialFor(platform, { requestsPerMinute: 60 });
	const books = new Books(platform);
	const began = clock.now();
	let runs = 0;
	let faults = 0;
	const run = async (items: IDataObject[], settings: ReturnType<typeof settingsOf> | object = {}) => {
		runs += 1;
		const since = clock.now();
		books.enter(items, await runNode({ credential, items, ...settings }), since);
	};
	const all = Array.from({ length: DEVICES }, (_, device) => ({ deviceId: `device-${device}` }));
	try {
		for (const { deviceId } of all) platform.queueCommands(deviceId, 0);
		for (let round = 0; round < rounds; round += 1) {
			for (const { deviceId } of all) {
				if (dice.chance(0.3)) platform.queueCommands(deviceId, dice.upTo(3));
			}
			for (let left = dice.upTo(8); left > 0; left -= 1) {
				platform.failNext(faultOf(dice, faults));
				faults += 1;
			}
			const others = disturb(platform, dice);
			const parallel = dice.chance(0.3) ? 2 : 1;
			await Promise.all(
				Array.from({ length: parallel }, async () => await run(devicesOf(dice), settingsOf(dice))),
			);
			others.stop();
			platform.clearFaults();
			log(`round ${round + 1} of ${rounds}: ${books.summary()}`);
		}
		// What is queued still is taken back by a run with nothing in its way.
		platform.set({ threshold: 0 });
		await run(all);
		const hours = (clock.now() - began) / 3_600_000;
		return { runs, hours, ...seenBy(platform), ...books.close() };
	} finally {
		clock.uninstall();
		await platform.close();
	}
}

function devicesOf(dice: Dice): IDataObject[] {
	return Array.from({ length: 1 + dice.upTo(40) }, () => ({ deviceId: `device-${dice.upTo(DEVICES - 1)}` }));
}

function settingsOf(dice: Dice): { parameters: IDataObject; settings: Partial<INode> } {
	const onError = dice.one(['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const);
	const retry = dice.chance(0.2) ? { retryOnFail: true, maxTries: 3, waitBetweenTries: 0 } : {};
	const options = { concurrency: dice.one([1, 5, 10]), maxRetries: dice.one([0, 1, 5]), timeout: 1 };
	return { parameters: { options }, settings: { onError, ...retry } };
}

/** The kinds take turns, so that each of them is met even in a short run. */
function faultOf(dice: Dice, turn: number): Fault {
	const kind = KINDS[turn % KINDS.length];
	if (!kind) throw new Error('No kind of fault');
	return {
		...kind,
		skip: dice.upTo(10),
		times: dice.chance(0.2) ? 4 : 1,
		match: {
			path: MATCH,
			...(dice.chance(0.7) ? { method: 'POST' } : {}),
			...(dice.chance(0.3) ? { deviceId: `device-${dice.upTo(DEVICES - 1)}` } : {}),
		},
	};
}

type Seen = Pick<SoakResult, 'calls' | 'met' | 'tokensRefused' | 'overThreshold'>;

/** What the calls met, by the platform's own record. */
function seenBy({ requests }: Platform): Seen {
	const count = (holds: (request: RecordedRequest) => boolean) => requests.filter(holds).length;
	const refusedWith = (code: string) =>
		count(({ fault, reply }) => fault === undefined && isObject(reply) && reply.resultcode === code);
	return {
		calls: requests.length,
		met: Object.fromEntries(KINDS.map(({ kind }) => [kind, count(({ fault }) => fault === kind)])),
		tokensRefused: refusedWith('1010005'),
		overThreshold: refusedWith('1010009'),
	};
}

/** The operator and other programs: while runs go on, tokens end and the threshold changes. */
function disturb(platform: Platform, dice: Dice): { stop: () => void } {
	const { length } = platform.requests;
	const expireAt = dice.chance(0.4) ? length + dice.upTo(20) : Infinity;
	const changeAt = dice.chance(0.6) ? length + dice.upTo(20) : Infinity;
	const threshold = dice.one(THRESHOLDS);
	const onCall = () => {
		const { length: count } = platform.requests;
		if (count === expireAt) platform.expireTokens();
		if (count === changeAt) platform.set({ threshold });
	};
	platform.set({ onCall });
	return { stop: () => platform.set({ onCall: () => {} }) };
}

/** Which commands came out, and of which a person was told. */
class Books {
	private readonly reported = new Map<string, number>();
	private readonly told = new Set<string>();

	constructor(private readonly platform: Platform) {}

	enter(inputs: IDataObject[], { items, failed, stopped }: Outcome, since: number): void {
		for (const { json, pairedItem } of [...items, ...failed]) {
			if (typeof json.commandId === 'string') {
				this.reported.set(json.commandId, (this.reported.get(json.commandId) ?? 0) + 1);
				continue;
			}
			const [first] = [pairedItem].flat();
			const deviceId = inputs[typeof first === 'object' ? first.item : (first ?? 0)]?.deviceId;
			if (saysWhereToLook(json.message, deviceId)) {
				this.tell(since, ({ deviceId: device }) => device === deviceId);
			}
		}
		if (!stopped) return;
		const words = wordsOf(stopped);
		this.tell(since, ({ taskId, deviceId }) => words.has(taskId) || words.has(deviceId));
	}

	/** The tasks that a person finds when looking where the message says, since the run began. */
	private tell(since: number, isNamed: (task: { taskId: string; deviceId: string }) => boolean): void {
		for (const task of this.platform.tasks().filter(isNamed)) {
			if (task.createdAt < since) continue;
			for (const { commandId } of task.commands) this.told.add(commandId);
		}
	}

	summary(): string {
		return `${this.platform.requests.length} calls, ${this.reported.size} commands reported, ${this.told.size} told`;
	}

	close(): Pick<SoakResult, 'queued' | 'reported' | 'told' | 'twice' | 'lost' | 'left'> {
		const commands = this.platform.commands();
		const idsWhere = (holds: (id: string, status: string) => boolean) =>
			commands.flatMap(({ commandId, status }) => (holds(commandId, status) ? [commandId] : []));
		const isUnknown = (id: string) => !this.reported.has(id) && !this.told.has(id);
		return {
			queued: commands.length,
			reported: this.reported.size,
			told: idsWhere((id) => !this.reported.has(id) && this.told.has(id)).length,
			twice: idsWhere((id) => (this.reported.get(id) ?? 0) > 1),
			lost: idsWhere((id, status) => status === 'CANCELED' && isUnknown(id)),
			left: idsWhere((_, status) => status !== 'CANCELED'),
		};
	}
}
