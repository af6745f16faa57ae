import type { Backend } from './backend';
import type { DeviceSpec } from './devices';
import type {
	CommandSpec,
	DeviceInfo,
	DeviceStatus,
	StoredCommand,
	StoredDevice,
	StoredSubscription,
	StoredTask,
} from './model';

/** What happens on the platform's other side, where devices and their owner are. */
export interface Events {
	/**
	 * Registers a device and pushes `deviceAdded`, or changes without a push what is given of one that is there. A new one
	 * is an `OFFLINE` water meter with the capabilities of its type; `capabilities: []` makes one without any.
	 */
	addDevice(deviceId: string, info?: DeviceSpec, appId?: string): Promise<void>;
	/** Deletes a device and pushes `deviceDeleted`. */
	removeDevice(deviceId: string): Promise<void>;
	/** Puts a device at another place of the list, as when it shifts between pages; 0 is the first. */
	moveDevice(deviceId: string, place: number): void;
	/** Queues commands for a device, without the limit of the API; registers it if it is new. */
	queueCommands(
		deviceId: string,
		count: number | Array<Partial<CommandSpec>>,
		appId?: string,
	): StoredCommand[];
	/** A revocation task that another program makes. */
	createTask(deviceId: string, appId?: string): StoredTask;
	/** Pushes `deviceInfoChanged`. `ONLINE` delivers what is queued when `deliverOnWake` is set. */
	setStatus(deviceId: string, status: DeviceStatus): Promise<void>;
	/** Changes other information of a device and pushes `deviceInfoChanged`. */
	changeInfo(deviceId: string, change: Partial<DeviceInfo>): Promise<void>;
	/** Pushes `deviceDataChanged` and `deviceDatasChanged`. */
	reportData(deviceId: string, data: Record<string, unknown>, serviceId?: string): Promise<void>;
	/** Somebody else's subscription, unchecked. */
	addSubscription(notifyType: string, callbackUrl: string, appId?: string): StoredSubscription;
}

/** Promises end when each subscriber was tried once. */
export function eventsOf(backend: Backend): Events {
	const { settings, clock, devices, commands, tasks, subscriptions, notifications, delivery } = backend;

	async function forEach(deviceId: string, act: (device: StoredDevice) => Promise<void>): Promise<void> {
		const named = devices.named(deviceId);
		if (named.length === 0) throw new Error(`The stand-in has no device "${deviceId}"`);
		await Promise.all(named.map(act));
	}

	async function changeInfo(deviceId: string, change: Partial<DeviceInfo>): Promise<void> {
		await forEach(deviceId, async (device) => {
			Object.assign(device.deviceInfo, change);
			devices.changed(device);
			device.lastModifiedTime = clock.time();
			if (change.status === 'ONLINE' && settings.deliverOnWake) void delivery.wake(device);
			await notifications.deviceInfoChanged(device, change);
		});
	}

	return {
		changeInfo,
		async addDevice(deviceId, info, appId = settings.appId) {
			const isNew = !devices.find(appId, deviceId);
			const device = devices.add(appId, deviceId, info);
			if (isNew) await notifications.deviceAdded(device);
		},
		async removeDevice(deviceId) {
			await forEach(deviceId, async (device) => {
				devices.remove(device);
				await notifications.deviceDeleted(device);
			});
		},
		moveDevice(deviceId, place) {
			for (const device of devices.named(deviceId)) devices.move(device, place);
		},
		queueCommands(deviceId, count, appId = settings.appId) {
			const device = devices.find(appId, deviceId) ?? devices.add(appId, deviceId);
			const specs = typeof count === 'number' ? Array.from({ length: count }, () => ({})) : count;
			return specs.map((spec, value) => commands.add(device, { paras: { value }, ...spec }));
		},
		createTask(deviceId, appId = settings.appId) {
			tasks.advance();
			const device = devices.find(appId, deviceId);
			if (!device) throw new Error(`The stand-in has no device "${deviceId}"`);
			const task = tasks.create(device);
			tasks.start(task);
			return task;
		},
		async setStatus(deviceId, status) {
			await changeInfo(deviceId, { status, statusDetail: 'NONE' });
		},
		async reportData(deviceId, data, serviceId = 'Meter') {
			await forEach(deviceId, async (device) => await notifications.dataReported(device, serviceId, data));
		},
		addSubscription: (notifyType, callbackUrl, appId = settings.appId) =>
			subscriptions.add(appId, notifyType, callbackUrl),
	};
}
