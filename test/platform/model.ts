import type { ServiceCapability } from './capabilities';

/** What the stand-in stores and records. Times in replies are the platform's own (`20170222T164000Z`). */

export type CommandStatus =
	'PENDING' | 'SENT' | 'DELIVERED' | 'SUCCESSFUL' | 'FAILED' | 'TIMEOUT' | 'EXPIRED' | 'CANCELED';

export interface StoredCommand {
	commandId: string;
	appId: string;
	deviceId: string;
	command: { serviceId: string; method: string; paras: Record<string, unknown> | null };
	callbackUrl: string | null;
	/** Seconds. The stand-in doesn't expire commands by itself. */
	expireTime: number | null;
	/** An undelivered one is `PENDING` here, however replies spell it. */
	status: CommandStatus;
	result: Record<string, unknown> | null;
	creationTime: string;
	executeTime: string | null;
	platformIssuedTime: string | null;
	deliveredTime: string | null;
	issuedTimes: number | null;
	maxRetransmit: number | null;
}

/** What a test may say of a command that it queues; the rest is filled in. */
export type CommandSpec = Omit<StoredCommand, 'appId' | 'deviceId' | 'command'> & StoredCommand['command'];

export type TaskOutcome = 'SUCCESS' | 'PART_SUCCESS' | 'FAILED';

export interface StoredTask {
	taskId: string;
	appId: string;
	deviceId: string;
	status: 'WAITTING' | 'RUNNING' | TaskOutcome;
	totalCount: number;
	/** The commands themselves, with the status they have now. */
	commands: StoredCommand[];
	/** Milliseconds, the platform's clock. */
	createdAt: number;
	/** Milliseconds, the platform's clock. */
	endsAt: number;
}

export const DEVICE_STATUSES = ['ONLINE', 'OFFLINE', 'ABNORMAL', 'INACTIVE'] as const;
export type DeviceStatus = (typeof DEVICE_STATUSES)[number];

export interface DeviceInfo {
	nodeId: string | null;
	name: string | null;
	description: string | null;
	manufacturerId: string | null;
	manufacturerName: string | null;
	mac: string | null;
	location: string | null;
	deviceType: string | null;
	model: string | null;
	swVersion: string | null;
	fwVersion: string | null;
	hwVersion: string | null;
	protocolType: string | null;
	bridgeId: string | null;
	status: DeviceStatus | null;
	statusDetail: string | null;
	mute: string | null;
}

export interface StoredDevice {
	deviceId: string;
	appId: string;
	gatewayId: string;
	nodeType: string;
	createTime: string;
	/** `createTime` in milliseconds. */
	registeredAt: number;
	lastModifiedTime: string;
	deviceInfo: DeviceInfo;
	/** Empty when nothing is known. */
	capabilities: ServiceCapability[];
	/** Offline for more than 7 days: commands for it are refused. */
	isZombie: boolean;
	/** In order of creation. */
	commands: StoredCommand[];
}

export interface StoredSubscription {
	subscriptionId: string;
	appId: string;
	notifyType: string;
	callbackUrl: string;
}

/** One call that reached the stand-in. */
export interface RecordedRequest {
	/** Milliseconds, by the injected clock without the platform's offset. */
	at: number;
	answeredAt?: number;
	method: string;
	path: string;
	query: Record<string, string>;
	headers: Record<string, string | string[] | undefined>;
	body: unknown;
	/** What was answered; missing while it wasn't, and when the connection was cut. */
	status?: number;
	reply?: unknown;
	/** The kind of the fault that this call met. */
	fault?: string;
}

/** One attempt to push a notification. */
export interface RecordedPush {
	at: number;
	url: string;
	body: unknown;
	/** What the receiver answered; missing when it did not. */
	status?: number;
	ms?: number;
}
