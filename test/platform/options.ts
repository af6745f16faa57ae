import { randomBytes } from 'node:crypto';
import type { Certificates } from './certificates';
import type { CommandStatus, RecordedRequest, StoredCommand, StoredTask, TaskOutcome } from './model';

/** How the stand-in behaves. "8.x" numbers what the platform's pages leave open. */
export interface PlatformOptions {
	appId?: string;
	/** Default: a random one. */
	secret?: string;
	/** Default 0: a free one. Always on 127.0.0.1. Can't be changed while running. */
	port?: number;
	/** Ask for client certificates and verify them (8.7). Can't be changed while running. */
	mutualTls?: boolean;
	/** Offer this TLS version only (8.7). Can't be changed while running. */
	tlsVersion?: 'TLSv1.2' | 'TLSv1.3';
	/** Names and IP addresses in the server's certificate; default `localhost` and `127.0.0.1`. Can't be changed while running. */
	hostNames?: string[];
	/** Short for the usual names, or for `iot.example.com` alone. Can't be changed while running. */
	certificateNames?: 'host' | 'other';
	/** An earlier set, to save making one. Can't be changed while running. */
	certificates?: Certificates;

	/** Seconds. */
	tokenLifetime?: number;
	expiresInAsString?: boolean;
	loginEndsOlderTokens?: boolean;
	/** Name of the header that carries the App Key. */
	keyHeader?: 'app_key' | 'x-app-key';
	/** Other applications whose devices `?appId=` may name. */
	authorizedAppIds?: string[];
	/** Applications that exist and are refused with 100217. Any other is 100203. */
	unauthorizedAppIds?: string[];
	/** HTTP status of 100203 and 100217: the pages list all three. */
	appIdRefusalStatus?: 200 | 403 | 500;

	/** Calls that are accepted in any `windowMs`; 0 = no limit. Refused calls don't count. */
	threshold?: number;
	windowMs?: number;
	/** Count each API for itself (8.4). */
	throttlePerApi?: boolean;
	/** Gateway refusals come with HTTP 200 (8.4). */
	gatewayRefusesWith200?: boolean;
	/** Content type of gateway refusals (8.4). */
	gatewayContentType?: string;
	/** `resultcode` as a number. */
	gatewayCodesAsNumbers?: boolean;

	/** Milliseconds between the work and each answer. */
	latencyMs?: number;
	/** The server lowers a `pageSize` above this, and says so. Default 1000, for devices 250. */
	pageSizeCap?: number;
	firstPage?: 0 | 1;
	/** What `pageNo` 0 is answered with where the first page is 1: the same as 1, nothing, or a refusal (8.6). */
	pageZero?: 'first' | 'empty' | 'refused';
	/** How fields without a value are sent. */
	nulls?: 'null' | 'missing';
	pendingSpelling?: 'PENDING' | 'DEFAULT' | 'PENDDING';

	/** `deviceCommands` of a task with `totalCount` 0 (8.2). */
	emptyTask?: 'empty' | 'null' | 'missing';
	/** What a finished task lists (8.1). */
	finishedTaskList?: 'all' | 'revoked' | 'none';
	/** Tasks list half of their commands (8.5): in every reply, or only in the one that creates the task. */
	commandsShorter?: boolean | 'created';
	/** How tasks show their commands (8.1): as they are, or still undelivered as when the task was made. */
	taskCommandsShown?: 'now' | 'created';
	/** What a second task for a device holds while one runs (8.3): none of its commands, or the same. */
	secondTask?: 'empty' | 'shared';
	/** How long a task can be found after it was made (8.3). */
	taskKeptMs?: number;
	/** What `totalSize` of the task list counts: one page of the vendor says commands. */
	taskTotal?: 'commands' | 'tasks';
	/** How long a task takes (8.3). 0: it is final when it is looked at first. */
	taskDurationMs?: number;
	/** How a task ends. Default: by what became of its commands. */
	taskOutcome?: TaskOutcome | ((task: StoredTask) => TaskOutcome);

	/** What becomes of an undelivered command that is canceled with HTTP 200. */
	cancelOutcome?: CommandStatus | ((command: StoredCommand) => CommandStatus);
	/** A new command for a device that is ONLINE is SENT whatever its `expireTime`; otherwise it is PENDING. */
	sendsToOnlineAtOnce?: boolean;
	/** Undelivered commands that a device may have before the API refuses another one. */
	pendingLimit?: number;
	/** A device that comes ONLINE receives its queued commands, one after another. */
	deliverOnWake?: boolean;
	/** Milliseconds from sending a command until its acknowledgement, when the next one leaves. */
	deliverEveryMs?: number;

	/** Parameters of the device list that the server ignores. */
	deviceListIgnores?: Array<'name' | 'status' | 'sort' | 'startTime' | 'endTime'>;
	/** The order of the device list when `sort` is left out or ignored. */
	deviceOrder?: 'ASC' | 'DESC';
	/** How a device without capabilities is answered: an empty list, null, or an entry without services. */
	noCapabilities?: 'empty' | 'null' | 'noServices';
	/** How capabilities write `min`, `max`, `step` and `maxLength`. */
	capabilityNumbers?: 'numbers' | 'texts';

	/** Whether another callback URL may subscribe to a type that is subscribed already. */
	sameTypeOtherUrl?: 'conflict' | 'allowed';
	pushTimeoutMs?: number;
	pushRetryMs?: number;

	/** How far the platform's clock is ahead of ours, in what it writes. */
	clockOffsetMs?: number;
	/** The same of the gateway's clock, which the `Date` header shows. Default: the platform's. */
	gatewayClockOffsetMs?: number;
	now?: () => number;
	/** Called when a call arrives, before anything is checked: what others do at that moment. The call waits for it. */
	onCall?: (request: RecordedRequest) => Promise<void> | void;
	/** Called when the connection of a call closes before its answer is complete. */
	onAbandon?: (request: RecordedRequest) => void;
	/**
	 * Called when the work of a call is done or refused and its answer is made, before the latency and before a fault
	 * spoils the answer; not when a fault leaves the call without any work and answer. What it does shows in the next
	 * answer: end tokens, deliver a command that was just listed, add, remove or move devices between two pages. It may
	 * also change this one: `answer.status` and `answer.body` (an object for JSON). The answer waits for it.
	 */
	onAnswer?: (request: RecordedRequest, answer: { status: number; body: unknown }) => Promise<void> | void;
}

/** Options without a default of their own. */
type Open =
	| 'certificates'
	| 'certificateNames'
	| 'gatewayClockOffsetMs'
	| 'hostNames'
	| 'pageSizeCap'
	| 'taskOutcome'
	| 'tlsVersion';

/** The options with all defaults filled in. */
export type Settings = Required<Omit<PlatformOptions, Open>> & Pick<PlatformOptions, Open>;

const DEFAULTS = {
	appId: 'app-under-test',
	port: 0,
	mutualTls: false,
	tokenLifetime: 3600,
	expiresInAsString: false,
	loginEndsOlderTokens: false,
	keyHeader: 'app_key',
	authorizedAppIds: [],
	unauthorizedAppIds: [],
	appIdRefusalStatus: 200,
	threshold: 0,
	windowMs: 60_000,
	throttlePerApi: false,
	gatewayRefusesWith200: false,
	gatewayContentType: 'application/json;charset=UTF-8',
	gatewayCodesAsNumbers: false,
	latencyMs: 0,
	firstPage: 0,
	pageZero: 'first',
	nulls: 'null',
	pendingSpelling: 'PENDING',
	emptyTask: 'empty',
	finishedTaskList: 'all',
	commandsShorter: false,
	taskCommandsShown: 'now',
	secondTask: 'empty',
	taskKeptMs: Infinity,
	taskTotal: 'commands',
	taskDurationMs: 0,
	cancelOutcome: 'CANCELED',
	sendsToOnlineAtOnce: false,
	pendingLimit: 20,
	deliverOnWake: false,
	deliverEveryMs: 50,
	deviceListIgnores: [],
	deviceOrder: 'ASC',
	noCapabilities: 'empty',
	capabilityNumbers: 'numbers',
	sameTypeOtherUrl: 'conflict',
	pushTimeoutMs: 15_000,
	pushRetryMs: 60_000,
	clockOffsetMs: 0,
	now: Date.now,
	onCall: () => {},
	onAbandon: () => {},
	onAnswer: () => {},
} satisfies PlatformOptions;

/** Fills in the defaults; an option that is `undefined` counts as left out. */
export function withDefaults(options: PlatformOptions): Settings {
	const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
	return { ...DEFAULTS, secret: randomBytes(16).toString('hex'), ...given };
}
