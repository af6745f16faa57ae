/**
 * The words that all floors share: results, failures, and what the platform sends.
 * Fields are optional where the platform's replies were seen without them.
 */

export type Result<T> = { ok: true; value: T } | { ok: false; failure: Failure };

/**
 * What may be done about a failure:
 * - `token`: the access token was refused; renew it and send again
 * - `throttled`: the application's threshold is crossed, or the platform is congested; wait and send again
 * - `transient`: may pass by itself; send again a limited number of times
 * - `final`: sending the same again gives the same
 * - `cancelled`: the execution was cancelled in n8n
 */
export type FailureKind = 'token' | 'throttled' | 'transient' | 'final' | 'cancelled';

export interface Failure {
	kind: FailureKind;
	/** The answer was lost or can't be read: the platform may have done the work all the same. */
	maybeDone: boolean;
	/** What happened, one sentence for a person, without the full stop. */
	what: string;
	/** What to do about it. */
	help: string;
	/** The platform's code, for example `100418`. */
	code?: string;
	httpStatus?: number;
}

/** A command as the platform describes it (platform page "Creating Device Command Revocation Tasks"). */
export interface DeviceCommand {
	commandId?: string | null;
	appId?: string | null;
	deviceId?: string | null;
	command?: { serviceId?: string | null; method?: string | null; paras?: unknown } | null;
	callbackUrl?: string | null;
	/** Seconds the command stays valid; 0 = deliver at once. */
	expireTime?: number | null;
	status?: string | null;
	result?: unknown;
	/** Times are UTC, `yyyyMMdd'T'HHmmss'Z'`. */
	creationTime?: string | null;
	executeTime?: string | null;
	platformIssuedTime?: string | null;
	deliveredTime?: string | null;
	issuedTimes?: number | null;
	maxRetransmit?: number | null;
}

/** A command revocation task. `deviceCommands` may be empty, null, missing, or shorter than `totalCount`. */
export interface RevocationTask {
	taskId: string;
	appId?: string | null;
	deviceId?: string | null;
	status?: string | null;
	totalCount?: number | null;
	deviceCommands?: DeviceCommand[] | null;
}

/** A device, and the application that owns it when that is not the caller's own. */
export interface DeviceAddress {
	deviceId: string;
	appId?: string;
}
