import type { Backend, Server } from './backend';
import { readPlatformTime } from './clock';
import { Refusal } from './errors';
import { jsonBody, optionalInteger, pageOf, queryOf, requiredId, requiredText, timeRange } from './inputs';
import type { CommandSpec, StoredDevice } from './model';
import { isObject } from '../../nodes/shared/values/json';

const COMMANDS = '/iocm/app/cmd/v1.4.0/deviceCommands';
/** 48 hours: what the platform takes when a command doesn't say when it expires. */
const DEFAULT_EXPIRE_TIME = 172_800;
const RULES = { defaultSize: 1000, maxSize: 1000, refusal: '100022' } as const;

/** The calls of section 5: list, cancel and create device commands. */
export function addCommandCalls(server: Server, { settings, clock, commands, devices }: Backend): void {
	function deviceOf(appId: string, deviceId: unknown): StoredDevice {
		const device = devices.find(appId, requiredId(deviceId));
		if (!device) throw new Refusal('100418');
		return device;
	}

	server.get(COMMANDS, async (request) => {
		const query = queryOf(request);
		const { pageNo, pageSize, cut } = pageOf(query, settings, RULES);
		if ((query.startTime === undefined) !== (query.endTime === undefined)) throw new Refusal('100022');
		const isInTime = timeRange(query, RULES.refusal);
		const { applicationId } = request;
		const all =
			query.deviceId === undefined
				? commands.list(applicationId)
				: deviceOf(applicationId, query.deviceId).commands;
		const found =
			query.startTime === undefined
				? all
				: all.filter(({ creationTime }) => isInTime(readPlatformTime(creationTime) ?? NaN));
		const data = cut(found).map((command) => commands.view(command));
		return { pagination: { pageNo, pageSize, totalSize: found.length }, data };
	});

	server.put<{ Params: { commandId: string } }>(`${COMMANDS}/:commandId`, async (request) => {
		const status = requiredText(jsonBody(request).status, 32);
		if (status !== 'CANCELED') throw new Refusal('100022');
		const command = commands.find(request.applicationId, request.params.commandId);
		if (!command) throw new Refusal('100434');
		if (command.status !== 'PENDING') throw new Refusal('100435');
		command.status = 'CANCELED';
		return commands.view(command);
	});

	server.post(COMMANDS, async (request, reply) => {
		const body = jsonBody(request);
		const spec = specOf(body);
		const device = deviceOf(request.applicationId, body.deviceId);
		if (spec.expireTime === 0) {
			if (device.deviceInfo.status !== 'ONLINE') throw new Refusal('100428');
			Object.assign(spec, { status: 'SENT', platformIssuedTime: clock.time(), issuedTimes: 1 });
		}
		const pending = device.commands.filter(({ status }) => status === 'PENDING').length;
		if (pending >= settings.pendingLimit) throw new Refusal('100223');
		return await reply.code(201).send(commands.view(commands.add(device, spec)));
	});
}

function specOf(body: Record<string, unknown>): Partial<CommandSpec> {
	const { deviceId, command, callbackUrl, expireTime, maxRetransmit } = body;
	requiredId(deviceId);
	if (command === undefined || command === null) throw new Refusal('102202');
	if (!isObject(command)) throw new Refusal('100022');
	const { paras } = command;
	if (paras !== undefined && paras !== null && !isObject(paras)) throw new Refusal('100022');
	const spec: Partial<CommandSpec> = {
		serviceId: requiredText(command.serviceId, 64),
		method: requiredText(command.method, 128),
		paras: paras ?? null,
		expireTime: optionalInteger(expireTime, Number.MAX_SAFE_INTEGER) ?? DEFAULT_EXPIRE_TIME,
		maxRetransmit: optionalInteger(maxRetransmit, 3),
	};
	if (callbackUrl !== undefined && callbackUrl !== null) spec.callbackUrl = requiredText(callbackUrl, 1024);
	return spec;
}
