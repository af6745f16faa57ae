import type { StoredCommand } from './model';
import { callbackAddress, type Subscriptions } from './subscriptions';

/** Whether the platform has still something to say about a command. */
const OPEN_STATUSES = ['PENDING', 'SENT', 'DELIVERED'];

/** Host and port of the callback URLs of each application: all of them must be the same. */
export class Callbacks {
	/** The commands with a callback URL, by application and address. */
	private readonly commands = new Map<string, Map<string, Set<StoredCommand>>>();

	constructor(private readonly subscriptions: Subscriptions) {}

	add(command: StoredCommand): void {
		const address = command.callbackUrl === null ? undefined : callbackAddress(command.callbackUrl);
		if (address === undefined) return;
		const ofApplication = this.commands.get(command.appId) ?? new Map<string, Set<StoredCommand>>();
		this.commands.set(command.appId, ofApplication);
		ofApplication.set(address, (ofApplication.get(address) ?? new Set()).add(command));
	}

	/** Whether a subscription or a command that isn't final goes to another address. */
	conflict(appId: string, address: string): boolean {
		const subscriptions = this.subscriptions.list(appId);
		if (subscriptions.some(({ callbackUrl }) => callbackAddress(callbackUrl) !== address)) return true;
		for (const [other, commands] of this.commands.get(appId) ?? []) {
			if (other !== address && hasOpen(commands)) return true;
		}
		return false;
	}
}

/** Drops the final ones that it meets, so that each is looked at once. */
function hasOpen(commands: Set<StoredCommand>): boolean {
	for (const command of commands) {
		if (OPEN_STATUSES.includes(command.status)) return true;
		commands.delete(command);
	}
	return false;
}
