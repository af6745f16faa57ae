import type { FastifyRequest } from 'fastify';
import type { Backend, Server } from './backend';
import type { Events } from './events';
import { type Fault, isFaultKind } from './faults';
import { CONTROL_PREFIX } from './gate';
import { isObject } from './inputs';
import { DEVICE_STATUSES } from './model';

/** A control call that can't be carried out; the text tells the person who made it. */
class BadControlCall extends Error {}

/** The calls of `npm run platform` for whoever sits in front of it: without login, not recorded. */
export function addControl(server: Server, backend: Backend, events: Events): void {
	const { settings, tokens, faults, tasks, commands, devices, subscriptions, requests, pusher } = backend;

	function control(path: string, act: (body: Record<string, unknown>) => unknown): void {
		server.post(`${CONTROL_PREFIX}${path}`, async (request, reply) => {
			try {
				return (await act(bodyOf(request))) ?? { done: true };
			} catch (thrown) {
				return await reply.code(400).send({ error: thrown instanceof Error ? thrown.message : thrown });
			}
		});
	}

	control('devices', ({ deviceId, commands: count = 0 }) => {
		if (!Number.isInteger(count) || Number(count) < 0) throw new BadControlCall('"commands" is no count');
		return { queued: events.queueCommands(textOf(deviceId, 'deviceId'), Number(count)) };
	});

	control('status', async ({ deviceId, status }) => {
		const wanted = DEVICE_STATUSES.find((known) => known === status);
		if (!wanted) throw new BadControlCall(`"status" is none of ${DEVICE_STATUSES.join(', ')}`);
		await events.setStatus(textOf(deviceId, 'deviceId'), wanted);
	});

	control('data', async ({ deviceId, data, serviceId }) => {
		if (!isObject(data)) throw new BadControlCall('"data" is no object');
		const service = serviceId === undefined ? undefined : textOf(serviceId, 'serviceId');
		await events.reportData(textOf(deviceId, 'deviceId'), data, service);
	});

	control('expire-tokens', () => tokens.expireAll());

	control('fault', (body) => {
		if (!isFault(body)) throw new BadControlCall('"kind" is no fault that the stand-in knows');
		faults.add(body);
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
