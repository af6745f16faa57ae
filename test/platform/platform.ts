import { randomBytes } from 'node:crypto';
import formbody from '@fastify/formbody';
import fastify, { type FastifyInstance } from 'fastify';

import { guard, Tokens } from './access';
import { certificates, type Certificates } from './certificates';
import { registerControl } from './control';
import { registerDevices } from './devices';
import { breakAfter, breakBefore, Faults, type Fault } from './faults';
import { registerLogin } from './login';
import { DEFAULTS, type PlatformOptions } from './options';
import { INVALID_INPUT, refuseByService } from './refusals';
import { Store, type CommandSpec, type StoredCommand, type StoredTask } from './store';
import { registerTasks } from './tasks';
import { Throttle } from './throttle';

export type { Fault, PlatformOptions, StoredCommand, StoredTask };

export interface RecordedRequest {
	at: number;
	answeredAt?: number;
	method: string;
	path: string;
	query: Record<string, unknown>;
	headers: Record<string, unknown>;
	body: unknown;
	/** What was answered; undefined while it was not. */
	status?: number;
	fault?: string;
}

export interface Platform {
	/** `https://127.0.0.1:PORT` */
	url: string;
	port: number;
	appId: string;
	secret: string;
	certificates: Certificates;
	/** In order of arrival. */
	requests: RecordedRequest[];
	/** A valid token, as if somebody had logged in elsewhere. */
	issueToken(): string;
	/** Every token issued so far is refused from now on. */
	expireTokens(): void;
	queueCommands(deviceId: string, commands: number | Array<Partial<CommandSpec>>): StoredCommand[];
	/** The commands with their present status, of one device or of all. */
	commands(deviceId?: string): StoredCommand[];
	tasks(): StoredTask[];
	failNext(fault: Fault): void;
	clearFaults(): void;
	/** Changes the behaviour while it runs. */
	set(options: Partial<PlatformOptions>): void;
	close(): Promise<void>;
}

declare module 'fastify' {
	interface FastifyRequest {
		recorded?: RecordedRequest;
		fault?: Fault;
	}
}

/**
 * Starts the stand-in on loopback. It behaves as the platform's documents say and refuses what the platform would
 * refuse.
 */
export async function startPlatform(given: Partial<PlatformOptions> = {}): Promise<Platform> {
	const options: PlatformOptions = { ...DEFAULTS, secret: randomBytes(12).toString('hex'), ...given };
	const now = () => Date.now() + options.clockOffsetMs;
	const store = new Store(options, now);
	const tokens = new Tokens(options, now);
	const faults = new Faults();
	const requests: RecordedRequest[] = [];
	const certs = certificates();
	const { cert, key } = options.certificateNames === 'host' ? certs.server : certs.serverOtherName;

	const server = fastify({
		forceCloseConnections: true,
		https: {
			cert,
			key,
			...(options.mutualTls ? { ca: certs.ca, requestCert: true, rejectUnauthorized: true } : {}),
		},
	});
	await server.register(formbody);
	server.setErrorHandler((_thrown, _request, reply) => refuseByService(reply, ...INVALID_INPUT));
	server.setNotFoundHandler((_request, reply) =>
		reply.code(404).type('text/html').send('<h1>Not Found</h1>'),
	);

	record(server, requests, faults, options, now);
	registerControl(server, { store, tokens, faults, options, requests });
	registerLogin(server, tokens, options);
	await server.register(async (api) => {
		guard(api, tokens, new Throttle(), options);
		registerTasks(api, store, options);
		registerDevices(api, store, options);
	});
	await server.listen({ port: options.port, host: '127.0.0.1' });
	const address = server.server.address();
	const port = typeof address === 'object' && address ? address.port : options.port;

	return {
		url: `https://127.0.0.1:${port}`,
		port,
		appId: options.appId,
		secret: options.secret,
		certificates: certs,
		requests,
		issueToken: () => tokens.issue(),
		expireTokens: () => tokens.expireAll(),
		queueCommands: (deviceId, commands) => store.queue(deviceId, commands, options.appId),
		commands: (deviceId) =>
			deviceId === undefined ? [...store.devices.values()].flat() : (store.devices.get(deviceId) ?? []),
		tasks: () => store.tasks,
		failNext: (fault) => faults.add(fault),
		clearFaults: () => faults.clear(),
		set: (changes) => void Object.assign(options, changes),
		close: async () => await server.close(),
	};
}

/** Writes down every call, and makes the faults come about that were asked for. */
function record(
	server: FastifyInstance,
	requests: RecordedRequest[],
	faults: Faults,
	options: PlatformOptions,
	now: () => number,
): void {
	server.addHook('preValidation', async (request, reply) => {
		if (request.url.startsWith('/control/')) return;
		const url = new URL(request.url, 'https://platform');
		request.recorded = {
			at: Date.now(),
			method: request.method,
			path: url.pathname,
			query: Object.fromEntries(url.searchParams),
			headers: { ...request.headers },
			body: request.body ?? undefined,
		};
		requests.push(request.recorded);
		const fault = faults.take(request);
		if (!fault) return;
		request.fault = fault;
		request.recorded.fault = fault.kind;
		if (breakBefore(fault, request, reply)) return await reply;
	});
	server.addHook('onSend', async (request, reply, payload) => {
		void reply.header('date', new Date(now()).toUTCString());
		if (options.latencyMs > 0) await new Promise((resolve) => void setLatency(resolve, options.latencyMs));
		const sent = request.fault ? await breakAfter(request.fault, request, reply, payload) : payload;
		if (request.recorded)
			Object.assign(request.recorded, { status: reply.statusCode, answeredAt: Date.now() });
		return sent;
	});
}

function setLatency(done: (value: unknown) => void, ms: number): void {
	// eslint-disable-next-line @n8n/community-nodes/no-restricted-globals -- the stand-in has a latency of its own
	setTimeout(done, ms);
}
