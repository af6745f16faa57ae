import type { PlatformClock } from './clock';
import type { StoredDevice } from './model';
import type { Notifications } from './notifications';
import type { Settings } from './options';
import type { Timers } from './timers';

/** Sends the queued commands of a device that woke, each after the acknowledgement of the one before. */
export class Delivery {
	private readonly busy = new Set<StoredDevice>();

	constructor(
		private readonly settings: Settings,
		private readonly clock: PlatformClock,
		private readonly timers: Timers,
		private readonly notifications: Notifications,
	) {}

	async wake(device: StoredDevice): Promise<void> {
		if (this.busy.has(device)) return;
		this.busy.add(device);
		while (device.deviceInfo.status === 'ONLINE') {
			const command = device.commands.find(({ status }) => status === 'PENDING');
			if (!command) break;
			Object.assign(command, { status: 'SENT', platformIssuedTime: this.clock.time(), issuedTimes: 1 });
			void this.notifications.commandChanged({ ...command });
			await this.timers.wait(this.settings.deliverEveryMs);
			Object.assign(command, { status: 'DELIVERED', deliveredTime: this.clock.time() });
			void this.notifications.commandChanged({ ...command });
		}
		this.busy.delete(device);
	}
}
