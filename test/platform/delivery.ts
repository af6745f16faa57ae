import type { PlatformClock } from './clock';
import type { StoredCommand, StoredDevice } from './model';
import type { Notifications } from './notifications';
import type { Settings } from './options';
import type { Timers } from './timers';

/** Sends commands to devices. */
export class Delivery {
	private readonly busy = new Set<StoredDevice>();

	constructor(
		private readonly settings: Settings,
		private readonly clock: PlatformClock,
		private readonly timers: Timers,
		private readonly notifications: Notifications,
	) {}

	/** Sends the queued commands of a device that woke, each after the acknowledgement of the one before. */
	async wake(device: StoredDevice): Promise<void> {
		if (this.busy.has(device)) return;
		this.busy.add(device);
		while (device.deviceInfo.status === 'ONLINE') {
			const command = device.commands.find(({ status }) => status === 'PENDING');
			if (!command) break;
			this.send(command);
			await this.timers.wait(this.settings.deliverEveryMs);
			this.acknowledge(command);
		}
		this.busy.delete(device);
	}

	/** Sends a command past the queue. The device acknowledges it when it acknowledges queued ones too. */
	sendAtOnce(command: StoredCommand): void {
		this.send(command);
		const { deliverOnWake, deliverEveryMs } = this.settings;
		if (deliverOnWake) this.timers.later(deliverEveryMs, () => this.acknowledge(command));
	}

	private send(command: StoredCommand): void {
		Object.assign(command, { status: 'SENT', platformIssuedTime: this.clock.time(), issuedTimes: 1 });
		void this.notifications.commandChanged({ ...command });
	}

	private acknowledge(command: StoredCommand): void {
		Object.assign(command, { status: 'DELIVERED', deliveredTime: this.clock.time() });
		void this.notifications.commandChanged({ ...command });
	}
}
