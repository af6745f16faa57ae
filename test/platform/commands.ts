import type { Callbacks } from './callbacks';
import type { PlatformClock } from './clock';
import { newId } from './ids';
import { writeNulls } from './inputs';
import type { CommandSpec, StoredCommand, StoredDevice } from './model';
import type { Settings } from './options';
import { firstNot, insertInOrder } from './order';

/** All device commands; those of one device are kept with the device as well. */
export class Commands {
	private readonly byId = new Map<string, StoredCommand>();
	private readonly byApplication = new Map<string, StoredCommand[]>();

	constructor(
		private readonly settings: Settings,
		private readonly clock: PlatformClock,
		private readonly callbacks: Callbacks,
	) {}

	add(device: StoredDevice, spec: Partial<CommandSpec>): StoredCommand {
		const { serviceId, method, paras, ...rest } = spec;
		const command: StoredCommand = {
			commandId: newId(),
			appId: device.appId,
			deviceId: device.deviceId,
			command: { serviceId: serviceId ?? 'Valve', method: method ?? 'SET_VALVE', paras: paras ?? null },
			callbackUrl: null,
			expireTime: null,
			status: 'PENDING',
			result: null,
			creationTime: this.clock.time(),
			executeTime: null,
			platformIssuedTime: null,
			deliveredTime: null,
			issuedTimes: null,
			maxRetransmit: 3,
			...rest,
		};
		this.byId.set(command.commandId, command);
		this.callbacks.add(command);
		insertInOrder(device.commands, command, timeOf);
		insertInOrder(this.list(device.appId), command, timeOf);
		return command;
	}

	find(appId: string, commandId: string): StoredCommand | undefined {
		const command = this.byId.get(commandId);
		return command?.appId === appId ? command : undefined;
	}

	/** The commands of an application, newest last. */
	list(appId: string): StoredCommand[] {
		const commands = this.byApplication.get(appId) ?? [];
		this.byApplication.set(appId, commands);
		return commands;
	}

	/** Where in a list the commands of a range of time are; both ends belong to it. */
	between(commands: StoredCommand[], startTime = '', endTime?: string): { start: number; end: number } {
		const start = firstNot(commands, (command) => timeOf(command) < startTime);
		if (endTime === undefined) return { start, end: commands.length };
		const end = firstNot(commands, (command) => timeOf(command) <= endTime);
		return { start, end: Math.max(start, end) };
	}

	all(): StoredCommand[] {
		return [...this.byId.values()];
	}

	/** A command as replies show it, at this moment. */
	view(command: StoredCommand): object {
		const { pendingSpelling } = this.settings;
		const status = command.status === 'PENDING' ? pendingSpelling : command.status;
		return writeNulls({ ...command, status }, this.settings);
	}
}

/** Times of the platform are in the order of their texts. */
function timeOf({ creationTime }: StoredCommand): string {
	return creationTime;
}
