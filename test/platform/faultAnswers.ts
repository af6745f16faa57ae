/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js beside n8n, never inside it */
import type { Server as HttpsServer } from 'node:https';
import type { FastifyReply, RouteGenericInterface } from 'fastify';
import { Refusal, refusalReply } from './errors';
import type { Fault } from './faults';
import type { Settings } from './options';

export type Reply = FastifyReply<RouteGenericInterface, HttpsServer>;

const PAGE = '<!DOCTYPE html><html><head><title>Gateway</title></head><body><h1>It works!</h1></body></html>';
const BAD_GATEWAY = '<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>';

/** Answers a call with a fault, or doesn't answer at all; the work is not done. */
export async function answerFault(reply: Reply, fault: Fault): Promise<Reply> {
	switch (fault.kind) {
		case 'resetBefore':
			reply.hijack();
			reply.raw.socket?.destroy();
			return reply;
		case 'hang':
			return reply.hijack();
		case 'drip': {
			reply.hijack();
			reply.raw.writeHead(200, { 'content-type': 'application/json' });
			const drip = setInterval(() => reply.raw.write(' '), 100);
			reply.raw.once('close', () => clearInterval(drip));
			return reply;
		}
		case 'html':
			return await reply.type('text/html').send(PAGE);
		case 'text':
			return await reply.type('text/plain').send('It works!');
		case 'empty':
			return await reply.send('');
		case '503':
			throw new Refusal('100501');
		case 'throttle':
			throw new Refusal('1010009');
		case 'status': {
			const status = fault.status ?? 500;
			return await reply.code(status).type('text/plain').send(`HTTP ${status}`);
		}
		default: {
			reply.headers(fault.headers ?? {}).code(fault.status ?? 200);
			return await reply.send(textUnlessJson(fault.body, reply.getHeader('content-type')));
		}
	}
}

/** JSON that is sent under another content type has to be a text already: Fastify refuses an object there. */
export function textUnlessJson(body: unknown, contentType: unknown): unknown {
	const isOther = typeof contentType === 'string' && !contentType.includes('json');
	return isOther && typeof body === 'object' ? JSON.stringify(body) : body;
}

/** What is left of an answer after a fault that comes when the work is done. */
export async function spoilAnswer(
	reply: Reply,
	kind: string | undefined,
	payload: unknown,
	settings: Settings,
): Promise<unknown> {
	switch (kind) {
		case 'resetAfter':
			reply.raw.socket?.destroy();
			return payload;
		case 'hangAfter':
			return await new Promise(() => {});
		case 'halfJson':
			return typeof payload === 'string' ? payload.slice(0, payload.length / 2) : payload;
		case '500After': {
			const { status, body, contentType } = refusalReply(new Refusal('100001'), settings);
			reply.code(status).type(contentType);
			return JSON.stringify(body);
		}
		case '502After':
			reply.code(502).type('text/html');
			return BAD_GATEWAY;
		default:
			return payload;
	}
}
