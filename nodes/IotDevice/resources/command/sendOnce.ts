import type { Transport } from '../../../shared/client/transport';
import type { DeviceCommand } from '../../../shared/platform/commands';
import { sendCommand, type NewCommand } from '../../../shared/platform/sendCommand';
import { clock } from '../../../shared/values/clock';
import type { Failure, Result } from '../../../shared/values/results';
import { readPlatformTime } from '../../../shared/values/times';
import { claimedCommands, forgetOpen, rememberOpen } from './knownCommands';
import { findLost, listBefore, type Listed, type LostRequest } from './lostCommand';

/** How one request ended. */
export interface Sent {
	/** The platform has it. */
	command?: DeviceCommand;
	failure?: Failure;
	/** Its fate is not known: it must never be sent again. */
	lost?: LostRequest;
}

/** How often at most a lost command is looked up; the platform may list it a moment later. */
const LOOKS = 3;

/** Sends commands, each at most once, whatever becomes of the answers. One for each run of the node. */
export class Sender {
	private readonly lists = new Map<string | undefined, Promise<Result<Listed>>>();

	/** The latest creation time that the platform has answered with, by its own clock. */
	private latest = -Infinity;

	/**
	 * @param transport for what follows a lost answer
	 * @param isSingle whether the run sends one command only
	 */
	constructor(
		private readonly transport: Transport,
		private readonly isSingle: boolean,
	) {}

	/**
	 * Sends a command. Of the tries that fail only those are repeated of which it is certain that the platform did nothing.
	 * @param untilStop the transport for the first request
	 * @param before what the platform listed of the device, if that is known
	 */
	async send(
		untilStop: Transport,
		command: NewCommand,
		appId: string | undefined,
		before?: Listed,
	): Promise<Sent> {
		const listed = before ?? (await this.listOnce(untilStop, command, appId));
		const notBefore = Math.max(this.latest, listed?.latest ?? -Infinity);
		const sent = await sendCommand(untilStop, command, appId);
		if (sent.ok) return { command: this.taken(sent.value) };
		if (!sent.failure.maybeDone) return { failure: sent.failure };
		const lost: LostRequest = { command, appId, cause: sent.failure, before: listed, notBefore };
		rememberOpen(this.transport.application, command);
		return await this.lookUp(lost);
	}

	/** What became of a request whose answer was lost. It is not sent again. */
	async lookUp(lost: LostRequest): Promise<Sent> {
		const { transport } = this;
		if (transport.signal?.aborted) return { lost, failure: unknownFate(lost) };
		const looks = Math.min(LOOKS, transport.maxRetries + 1);
		for (let look = 1; ; look += 1) {
			const found = await findLost(transport, lost);
			if (!found.ok) {
				return { lost, failure: unknownFate(lost, 'it could not be looked up', found.failure) };
			}
			if (found.value === 'unclear') {
				const why = 'the platform lists one like it, which may be from another request';
				return { lost, failure: unknownFate(lost, why) };
			}
			if (found.value !== 'none') {
				forgetOpen(transport.application, lost.command);
				return { command: this.taken(found.value.command) };
			}
			const isOver = look >= looks || !(await transport.backOff(look));
			if (isOver) return { lost, failure: unknownFate(lost, 'the platform does not list it') };
		}
	}

	private taken(command: DeviceCommand): DeviceCommand {
		if (command.commandId) claimedCommands.add(this.transport.application, command.commandId);
		this.latest = Math.max(this.latest, readPlatformTime(command.creationTime) ?? -Infinity);
		return command;
	}

	/**
	 * One list for all devices, before the first request of the run. Without it a command is sent all the same, but could
	 * not be told from an older one if its answer were lost.
	 */
	private async listOnce(
		untilStop: Transport,
		{ deviceId }: NewCommand,
		appId: string | undefined,
	): Promise<Listed | undefined> {
		const scope = this.isSingle ? { deviceId, appId } : { appId };
		const known = this.lists.get(appId) ?? listBefore(untilStop, scope);
		this.lists.set(appId, known);
		const listed = await known;
		return listed.ok ? listed.value : undefined;
	}
}

/** What may have happened, and where to look. */
function unknownFate(
	{ command: { deviceId, serviceId, method }, cause }: LostRequest,
	why = 'the execution ended before it could be looked up',
	lookUp?: Failure,
): Failure {
	const until = new Date(clock.now()).toISOString();
	const what = lookUp ? `${cause.what}; ${lookUp.what}` : cause.what;
	return {
		...cause,
		maybeDone: true,
		what: `It is not known whether the command was sent, and ${why}: ${what}`,
		help: `The command was not sent again, because the device could execute it twice. Look for ${method} of service ${serviceId} in the commands of device ${deviceId} made shortly before ${until}: IoT Command Revoke, Command > Get Many with all statuses shows them. Send it again only if it is not there.`,
	};
}
