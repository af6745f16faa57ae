import type { FastifyRequest } from 'fastify';
import type { Backend, Server } from './backend';
import type { Events } from './events';
import { type Fault, isFaultKind } from './faults';
import { commandsInARow } from './fleet';
import { CONTROL_PREFIX } from './gate';
import { isObject } from './inputs';
import { DEVICE_STATUSES } from './model';

/** A control call that can't be carried out; the text tells the person who made it. */
class BadControlCall extends Error {}

/** The calls of `npm run platform` for whoever sits in front of it: without login, not recorded. */
export function addControl(server: Server, backend: Backend, events: Events): void {
	const { settings, tokens, faults, tasks, commands, devices, subscriptions, requests, pusher } = backend;

	function control(path: string, act: (body: Record<string, unknown>) => Promise<string> | string): void {
		server.post(`${CONTROL_PREFIX}${path}`, async (request, reply) => {
			void reply.type('text/plain;charset=UTF-8');
			try {
				return await act(bodyOf(request));
			} catch (thrown) {
				return await reply.code(400).send(thrown instanceof Error ? thrown.message : String(thrown));
			}
		});
	}

	/** How many commands of a device are pending, whoever owns it. */
	function pending(deviceId: string): number {
		const own = devices.named(deviceId).flatMap((device) => device.commands);
		return own.filter(({ status }) => status === 'PENDING').length;
	}

	/** Carries out what subscribers are told of, and says who was. */
	async function told(act: () => Promise<void>): Promise<string> {
		const before = pusher.pushes.length;
		await act();
		// The owner of a command is told as well, but not by a subscription.
		const own = pusher.pushes.slice(before).filter(({ body }) => isObject(body) && 'notifyType' in body);
		if (own.length === 0) return 'nobody has subscribed to it';
		const answers = own.map(({ status }) => (status === undefined ? 'no answer' : `HTTP ${status}`));
		return `reports sent: ${own.length} (${answers.join(', ')})`;
	}

	control('devices', ({ deviceId, commands: count = 0 }) => {
		const id = textOf(deviceId, 'deviceId');
		if (!Number.isInteger(count) || Number(count) < 0) throw new BadControlCall('"commands" is no count');
		const isNew = devices.named(id).length === 0;
		const queued = events.queueCommands(id, commandsInARow(Number(count), settings.now()));
		const lines = queued.map(({ commandId, command: { method, paras } }) =>
			[commandId, method, JSON.stringify(paras)].join('  '),
		);
		return [
			`queued for ${id}${isNew ? ', which is new' : ''}: ${queued.length} (pending commands: ${pending(id)})`,
			...lines,
		].join('\n');
	});

	control('status', async ({ deviceId, status }) => {
		const id = textOf(deviceId, 'deviceId');
		const wanted = DEVICE_STATUSES.find((known) => known === status);
		if (!wanted) throw new BadControlCall(`"status" is none of ${DEVICE_STATUSES.join(', ')}`);
		const count = pending(id);
		const isDelivering = wanted === 'ONLINE' && settings.deliverOnWake && count > 0;
		const had = `pending commands: ${count}${isDelivering ? ', delivering them now' : ''}`;
		const who = await told(async () => await events.setStatus(id, wanted));
		return `${id} is ${wanted} (${had}); ${who}`;
	});

	control('data', async ({ deviceId, data, serviceId }) => {
		const id = textOf(deviceId, 'deviceId');
		if (!isObject(data)) throw new BadControlCall('"data" is no object');
		const service = serviceId === undefined ? undefined : textOf(serviceId, 'serviceId');
		return `${id} reported; ${await told(async () => await events.reportData(id, data, service))}`;
	});

	control('expire-tokens', () => {
		tokens.expireAll();
		return 'no token is valid any more';
	});

	control('fault', (body) => {
		if (!isFault(body)) throw new BadControlCall('"kind" is no fault that the stand-in knows');
		faults.add(body);
		return `fault added: ${body.kind}`;
	});

	server.get(`${CONTROL_PREFIX}state`, async () => {
		tasks.advance();
		return {
			appId: settings.appId,
			devices: devices.list(settings.appId).map(({ deviceId, deviceInfo: { status }, commands: own }) => ({
				deviceId,
				status,
				pending: own.filter((command) => command.status === 'PENDING').length,
			})),
			commands: commands.all().map((command) => commands.view(command)),
			tasks: tasks.all().map((task) => tasks.view(task)),
			subscriptions: subscriptions.all(),
			requests: requests.length,
			pushes: pusher.pushes.length,
		};
	});
}

function bodyOf({ body }: FastifyRequest): Record<string, unknown> {
	return isObject(body) ? body : {};
}

function textOf(value: unknown, name: string): string {
	if (typeof value !== 'string' || value === '') throw new BadControlCall(`"${name}" is missing`);
	return value;
}

function isFault(body: object): body is Fault {
	return 'kind' in body && isFaultKind(body.kind);
}
