/** How the stand-in behaves; where the platform's behaviour is unknown there is a switch for each possibility. */
export interface PlatformOptions {
	appId: string;
	secret: string;
	/** 0 = a free one. */
	port: number;
	/** Asks for a client certificate of the operator's CA. */
	mutualTls: boolean;
	/** Whether the server's certificate names localhost and 127.0.0.1, or only iot.example.com. */
	certificateNames: 'host' | 'other';
	/** Seconds. */
	tokenLifetime: number;
	/** Unknown: whether a new login ends the older tokens. */
	loginEndsOlderTokens: boolean;
	/** Calls in a window; 0 = none. */
	threshold: number;
	windowMs: number;
	/** Milliseconds before each answer. */
	latencyMs: number;
	pageSizeCap: number;
	/** Unknown (8.6): with 1, page 0 is answered like page 1. */
	firstPage: 0 | 1;
	/** Unknown (8.2): the list of a task without commands. */
	emptyTask: 'empty' | 'null' | 'missing';
	/** Unknown (8.1): the list of a finished task. */
	finishedTaskList: 'all' | 'revoked' | 'none';
	/** Unknown (8.5): lists are one shorter than totalCount. */
	commandsShorter: boolean;
	nulls: 'null' | 'missing';
	pendingSpelling: 'PENDING' | 'DEFAULT' | 'PENDDING';
	/** Unknown (8.4): the gateway's refusals come with HTTP 200. */
	gatewayRefusesWith200: boolean;
	/** Milliseconds until a task is final; the first half of them it is WAITTING, then RUNNING. */
	taskDurationMs: number;
	taskOutcome: 'SUCCESS' | 'PART_SUCCESS' | 'FAILED';
	keyHeader: 'app_key' | 'x-app-key';
	/** The platform's clock minus ours, in milliseconds. */
	clockOffsetMs: number;
	/** Other applications whose devices ours may use. */
	authorizedAppIds: string[];
	/** Other applications that exist, and have not authorized ours. */
	unauthorizedAppIds: string[];
}

export const DEFAULTS: Omit<PlatformOptions, 'secret'> = {
	appId: 'stand-in-application',
	port: 0,
	mutualTls: false,
	certificateNames: 'host',
	tokenLifetime: 3600,
	loginEndsOlderTokens: false,
	threshold: 0,
	windowMs: 60_000,
	latencyMs: 0,
	pageSizeCap: 1000,
	firstPage: 0,
	emptyTask: 'empty',
	finishedTaskList: 'all',
	commandsShorter: false,
	nulls: 'null',
	pendingSpelling: 'PENDING',
	gatewayRefusesWith200: false,
	taskDurationMs: 0,
	taskOutcome: 'SUCCESS',
	keyHeader: 'app_key',
	clockOffsetMs: 0,
	authorizedAppIds: [],
	unauthorizedAppIds: [],
};
