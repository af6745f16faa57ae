import { randomUUID } from 'node:crypto';
import type { StoredSubscription } from './model';

/** What can be subscribed to (platform API, "Subscriptions and notifications"). */
export const NOTIFY_TYPES = [
	'deviceAdded',
	'bindDevice',
	'deviceInfoChanged',
	'deviceDataChanged',
	'deviceDatasChanged',
	'deviceDeleted',
	'messageConfirm',
	'commandRsp',
	'deviceEvent',
	'serviceInfoChanged',
	'ruleEvent',
	'deviceModelAdded',
	'deviceModelDeleted',
	'deviceDesiredPropertiesModifyStatusChanged',
	'deviceCapabilitiesAdded',
	'deviceCapabilitiesChanged',
	'deviceCapabilitiesDeleted',
];

/** A callback URL with an explicit port and a path, and what of it all callback URLs of an application must share. */
const CALLBACK_URL = /^https?:\/\/((?:[^/:@?#[\]]+|\[[\da-f:.]+\]):(\d{1,5}))\//i;

/** Host and port of a callback URL; undefined when it is none, or lacks port or path. */
export function callbackAddress(callbackUrl: string): string | undefined {
	const [, address, port] = CALLBACK_URL.exec(callbackUrl) ?? [];
	return Number(port) >= 1 && Number(port) <= 65_535 ? address?.toLowerCase() : undefined;
}

/** Who wants to be told what. */
export class Subscriptions {
	private readonly byId = new Map<string, StoredSubscription>();

	add(appId: string, notifyType: string, callbackUrl: string): StoredSubscription {
		const subscription = { subscriptionId: randomUUID(), appId, notifyType, callbackUrl };
		this.byId.set(subscription.subscriptionId, subscription);
		return subscription;
	}

	find(appId: string, subscriptionId: string): StoredSubscription | undefined {
		const subscription = this.byId.get(subscriptionId);
		return subscription?.appId === appId ? subscription : undefined;
	}

	/** Those of an application, newest last. */
	list(appId: string, notifyType?: string): StoredSubscription[] {
		return this.all().filter(
			(entry) => entry.appId === appId && (notifyType === undefined || entry.notifyType === notifyType),
		);
	}

	all(): StoredSubscription[] {
		return [...this.byId.values()];
	}

	has({ subscriptionId }: StoredSubscription): boolean {
		return this.byId.has(subscriptionId);
	}

	remove({ subscriptionId }: StoredSubscription): void {
		this.byId.delete(subscriptionId);
	}
}
