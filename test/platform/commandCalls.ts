import type { Backend, Server } from './backend';
import { specOf } from './commandInput';
import { Refusal } from './errors';
import { jsonBody, pageOf, queryOf, requiredId, requiredText, timeRange } from './inputs';
import type { CommandSpec, StoredDevice } from './model';
import { callbackAddress } from './subscriptions';

const COMMANDS = '/iocm/app/cmd/v1.4.0/deviceCommands';
const RULES = { defaultSize: 1000, maxSize: 1000, refusal: '100022' } as const;

/** The calls of platform API, "Commands": list, cancel and create device commands. */
export function addCommandCalls(server: Server, backend: Backend): void {
	const { settings, callbacks, commands, delivery, devices } = backend;

	function deviceOf(appId: string, deviceId: unknown): StoredDevice {
		const device = devices.find(appId, requiredId(deviceId));
		if (!device) throw new Refusal('100418');
		return device;
	}

	server.get(COMMANDS, async (request) => {
		const query = queryOf(request);
		const { pageNo, pageSize, cut } = pageOf(query, settings, RULES);
		const { deviceId, startTime, endTime } = query;
		if ((startTime === undefined) !== (endTime === undefined)) throw new Refusal('100022');
		timeRange(query, RULES.refusal);
		const { applicationId } = request;
		const all =
			deviceId === undefined ? commands.list(applicationId) : deviceOf(applicationId, deviceId).commands;
		const { start, end } = commands.between(all, startTime, endTime);
		const data = cut(all, start, end).map((command) => commands.view(command));
		return { pagination: { pageNo, pageSize, totalSize: end - start }, data };
	});

	server.put<{ Params: { commandId: string } }>(`${COMMANDS}/:commandId`, async (request) => {
		const status = requiredText(jsonBody(request).status, 32);
		if (status !== 'CANCELED') throw new Refusal('100022');
		const command = commands.find(request.applicationId, request.params.commandId);
		if (!command) throw new Refusal('100434');
		if (command.status !== 'PENDING') throw new Refusal('100435');
		const { cancelOutcome } = settings;
		command.status = typeof cancelOutcome === 'function' ? cancelOutcome(command) : cancelOutcome;
		return commands.view(command);
	});

	server.post(COMMANDS, async (request, reply) => {
		const body = jsonBody(request);
		const spec = specOf(body);
		const device = deviceOf(request.applicationId, body.deviceId);
		const isForNow = isSentAtOnce(device, spec);
		const command = commands.add(device, spec);
		if (isForNow) delivery.sendAtOnce(command);
		return await reply.code(201).send(commands.view(command));
	});

	/** Whether a new command goes out at once; refused when the platform would not take it. */
	function isSentAtOnce(device: StoredDevice, { serviceId, callbackUrl, expireTime }: Partial<CommandSpec>) {
		if (device.isZombie) throw new Refusal('100612');
		const { capabilities } = device;
		if (capabilities.length > 0 && !capabilities.some((service) => service.serviceId === serviceId)) {
			throw new Refusal('100431');
		}
		const address = callbackUrl ? callbackAddress(callbackUrl) : undefined;
		if (address !== undefined && callbacks.conflict(device.appId, address)) throw new Refusal('100234');
		const isOnline = device.deviceInfo.status === 'ONLINE';
		if (expireTime === 0 && !isOnline) throw new Refusal('100428');
		if (isOnline && (expireTime === 0 || settings.sendsToOnlineAtOnce)) return true;
		const pending = device.commands.filter(({ status }) => status === 'PENDING').length;
		if (pending >= settings.pendingLimit) throw new Refusal('100223');
		return false;
	}
}
