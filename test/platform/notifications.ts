import type { PlatformClock } from './clock';
import { NO_INFO } from './devices';
import { writeNulls } from './inputs';
import type { DeviceInfo, StoredCommand, StoredDevice } from './model';
import type { Settings } from './options';
import type { Pusher } from './pusher';
import type { Subscriptions } from './subscriptions';

/** Tells subscribers what happens to devices, with the bodies of platform API, "Subscriptions and notifications". */
export class Notifications {
	constructor(
		private readonly settings: Settings,
		private readonly clock: PlatformClock,
		private readonly subscriptions: Subscriptions,
		private readonly pusher: Pusher,
	) {}

	async deviceAdded(device: StoredDevice): Promise<void> {
		const { deviceId, gatewayId, nodeType } = device;
		const deviceInfo = writeNulls(device.deviceInfo, this.settings);
		await this.publish(device, 'deviceAdded', { deviceId, gatewayId, nodeType, deviceInfo });
	}

	async deviceDeleted(device: StoredDevice): Promise<void> {
		const { deviceId, gatewayId } = device;
		await this.publish(device, 'deviceDeleted', { deviceId, gatewayId });
	}

	/** What did not change is null. */
	async deviceInfoChanged(device: StoredDevice, change: Partial<DeviceInfo>): Promise<void> {
		const { deviceId, gatewayId } = device;
		const deviceInfo = writeNulls({ ...NO_INFO, ...change }, this.settings);
		const body = { deviceId, gatewayId, networkStatus: null, deviceInfo };
		await this.publish(device, 'deviceInfoChanged', body);
	}

	/** A report goes to the subscribers of single services and of several at once. */
	async dataReported(device: StoredDevice, serviceId: string, data: object): Promise<void> {
		const { deviceId, gatewayId } = device;
		const service = { serviceId, serviceType: serviceId, data, eventTime: this.clock.time() };
		const head = { deviceId, gatewayId, requestId: null };
		await Promise.all([
			this.publish(device, 'deviceDataChanged', { ...head, service }),
			this.publish(device, 'deviceDatasChanged', { ...head, services: [service] }),
		]);
	}

	/** To the callback URL of the command itself, if it has one. */
	async commandChanged({ callbackUrl, deviceId, commandId, status }: StoredCommand): Promise<void> {
		if (callbackUrl === null) return;
		const result = writeNulls({ resultCode: status, resultDetail: null }, this.settings);
		await this.pusher.push(callbackUrl, { deviceId, commandId, result });
	}

	private async publish({ appId }: StoredDevice, notifyType: string, body: object): Promise<void> {
		const subscribers = this.subscriptions.list(appId, notifyType);
		const written = writeNulls({ notifyType, ...body }, this.settings);
		await Promise.all(
			subscribers.map(
				async (subscriber) =>
					await this.pusher.push(subscriber.callbackUrl, written, () => this.subscriptions.has(subscriber)),
			),
		);
	}
}
