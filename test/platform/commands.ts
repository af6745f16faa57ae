import { randomBytes } from 'node:crypto';
import type { PlatformClock } from './clock';
import { writeNulls } from './inputs';
import type { CommandSpec, StoredCommand, StoredDevice } from './model';
import type { Settings } from './options';

/** All device commands; those of one device are kept with the device as well. */
export class Commands {
	private readonly byId = new Map<string, StoredCommand>();
	private readonly byApplication = new Map<string, StoredCommand[]>();

	constructor(
		private readonly settings: Settings,
		private readonly clock: PlatformClock,
	) {}

	add(device: StoredDevice, spec: Partial<CommandSpec>): StoredCommand {
		const { serviceId, method, paras, ...rest } = spec;
		const command: StoredCommand = {
			commandId: randomBytes(16).toString('hex'),
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
		insertByTime(device.commands, command);
		insertByTime(this.list(device.appId), command);
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

/** Keeps a list in order of creation; as a rule the new one is the newest. */
function insertByTime(commands: StoredCommand[], command: StoredCommand): void {
	let index = commands.length;
	while (index > 0 && (commands[index - 1]?.creationTime ?? '') > command.creationTime) index -= 1;
	if (index === commands.length) commands.push(command);
	else commands.splice(index, 0, command);
}
