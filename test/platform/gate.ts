import type { FastifyRequest } from 'fastify';
import type { Backend, Server } from './backend';
import { Refusal } from './errors';
import { answerFault, type Reply, spoilAnswer } from './faultAnswers';
import { happensBeforeWork } from './faults';
import { isObject, queryOf, requiredId } from './inputs';
import { OPEN_PATHS } from './login';
import type { RecordedRequest } from './model';
import { SUBSCRIPTIONS } from './subscriptionCalls';

/** Where the calls stand that are not the platform's. */
export const CONTROL_PREFIX = '/control/';

declare module 'fastify' {
	interface FastifyRequest {
		/** What is recorded of this call; null for control calls. */
		record: RecordedRequest | null;
		/** The application whose devices the call is about. */
		applicationId: string;
	}
}

/** What every call passes: recording, faults, the checks of the gateway, and the latency of the answer. */
export function addGate(server: Server, backend: Backend): void {
	const { settings, clock, faults, lateWork, tasks, timers } = backend;
	server.decorateRequest('record', null);
	server.decorateRequest('applicationId', '');

	server.addHook('preHandler', async (request, reply) => {
		if (request.url.startsWith(CONTROL_PREFIX)) return;
		const record = recordOf(request, settings.now());
		request.record = record;
		backend.requests.push(record);
		reply.raw.once('close', () => {
			if (!reply.raw.writableFinished) settings.onAbandon(record);
		});
		await settings.onCall(record);

		const choice = faults.choose(record);
		const kind = choice.fault?.kind;
		if (choice.fault && kind && happensBeforeWork(kind)) {
			choice.use();
			record.fault = kind;
			return await answerFault(reply, choice.fault);
		}
		if (!request.is404 && !OPEN_PATHS.includes(record.path)) check(request, record, backend);
		choice.use();
		record.fault = kind;
		if (choice.fault?.kind === 'resetLate') {
			reply.raw.socket?.destroy();
			await lateWork.turnOf(record, choice.fault);
		}
		tasks.advance();
	});

	// Here the answer is still an object; answers that are none come to `onSend` only.
	server.addHook('preSerialization', async ({ record }, reply, payload) => {
		if (!record) return payload;
		record.reply = await finalBody(record, reply, payload);
		return record.reply;
	});

	server.addHook('onSend', async ({ record }, reply, payload) => {
		reply.header('date', clock.httpDate());
		if (!record) return payload;
		const body = record.reply === undefined ? await finalBody(record, reply, payload) : payload;
		await timers.wait(settings.latencyMs);
		const sent = await spoilAnswer(reply, record.fault, body, settings);
		record.reply ??= sent;
		if (reply.raw.socket?.destroyed !== true) {
			record.status = reply.statusCode;
			record.answeredAt = settings.now();
			lateWork.answered(record);
		}
		return sent;
	});

	/** What is answered when the test has had its say. */
	async function finalBody(record: RecordedRequest, reply: Reply, body: unknown): Promise<unknown> {
		const answer = { status: reply.statusCode, body };
		await settings.onAnswer(record, answer);
		if (answer.status !== reply.statusCode) reply.code(answer.status);
		return answer.body;
	}
}

function recordOf(request: FastifyRequest, at: number): RecordedRequest {
	const path = new URL(request.url, 'https://platform').pathname;
	const { method, headers, body } = request;
	return { at, method, path, query: queryOf(request), headers: { ...headers }, body };
}

/** The application that a call names: in the query, but in the body of a call that subscribes. */
function appIdOf({ method, path, query, body }: RecordedRequest): string | undefined {
	if (method !== 'POST' || path !== SUBSCRIPTIONS) return query.appId;
	const named = isObject(body) ? body.appId : undefined;
	return named === undefined || named === null ? undefined : requiredId(named);
}

/** The order of the checks is the platform's: key, token, flow control, application. */
function check(request: FastifyRequest, record: RecordedRequest, backend: Backend): void {
	const { settings, tokens, throttle } = backend;
	const appKey = record.headers[settings.keyHeader];
	if (appKey === undefined || appKey === '') throw new Refusal('100220');
	const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
	if (appKey !== settings.appId || token === undefined || !tokens.accepts(token))
		throw new Refusal('1010005');

	const api = `${record.method} ${request.routeOptions.url}`;
	if (!throttle.hasRoom(api, record.at)) throw new Refusal('1010009');
	throttle.count(api, record.at);

	const appId = appIdOf(record) ?? settings.appId;
	if (settings.unauthorizedAppIds.includes(appId)) throw new Refusal('100217', settings.appIdRefusalStatus);
	if (appId !== settings.appId && !settings.authorizedAppIds.includes(appId)) {
		throw new Refusal('100203', settings.appIdRefusalStatus);
	}
	request.applicationId = appId;
}
