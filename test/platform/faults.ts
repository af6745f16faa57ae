import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * What goes wrong, on demand:
 * - `resetBefore`, `hang`, `html`, `empty`, `503`, `throttle`, `reply`: the work is not done
 * - `resetAfter`, `hangAfter`, `halfJson`, `502After`: the work is done, and its answer is lost
 */
export interface Fault {
	kind:
		| 'resetBefore'
		| 'resetAfter'
		| 'hang'
		| 'hangAfter'
		| 'html'
		| 'empty'
		| 'halfJson'
		| '502After'
		| '503'
		| 'throttle'
		| 'reply';
	/** How often; 1 unless given. */
	times?: number;
	/** So many matching requests pass first. */
	skip?: number;
	match?: { method?: string; path?: string; deviceId?: string };
	/** For `reply`. */
	status?: number;
	body?: unknown;
	headers?: Record<string, string>;
}

const HTML = '<html><head><title>Gateway</title></head><body><h1>It works!</h1></body></html>';

/** The faults that are still to come. */
export class Faults {
	private waiting: Fault[] = [];

	add(fault: Fault): void {
		this.waiting.push({ ...fault });
	}

	clear(): void {
		this.waiting = [];
	}

	/** The fault for a request, if there is one. */
	take(request: FastifyRequest): Fault | undefined {
		for (const fault of this.waiting) {
			if (!matches(fault, request)) continue;
			if ((fault.skip ?? 0) > 0) {
				fault.skip = (fault.skip ?? 0) - 1;
				continue;
			}
			fault.times = (fault.times ?? 1) - 1;
			if (fault.times <= 0) this.waiting = this.waiting.filter((other) => other !== fault);
			return fault;
		}
		return undefined;
	}
}

function matches({ match }: Fault, request: FastifyRequest): boolean {
	const body = request.body as { deviceId?: unknown } | null | undefined;
	return (
		(match?.method === undefined || match.method === request.method) &&
		(match?.path === undefined || request.url.includes(match.path)) &&
		(match?.deviceId === undefined || body?.deviceId === match.deviceId)
	);
}

/** Acts out a fault that comes before the work. @returns true if the request is dealt with */
export function breakBefore(fault: Fault, request: FastifyRequest, reply: FastifyReply): boolean {
	switch (fault.kind) {
		case 'resetBefore':
			reply.hijack();
			request.raw.socket.destroy();
			return true;
		case 'hang':
			reply.hijack();
			return true;
		case 'html':
			void reply.code(200).type('text/html').send(HTML);
			return true;
		case 'empty':
			void reply.code(200).send('');
			return true;
		case '503':
			void reply.code(503).send({
				error_code: '100501',
				error_desc: 'Congestion occurs, and the current network has been flow-controlled',
			});
			return true;
		case 'throttle':
			void reply.code(403).send({ resultcode: '1010009', resultmsg: 'app throttle exceed.' });
			return true;
		case 'reply':
			void reply
				.code(fault.status ?? 200)
				.headers({ 'content-type': 'application/json', ...fault.headers })
				.send(typeof fault.body === 'string' ? fault.body : JSON.stringify(fault.body));
			return true;
		default:
			return false;
	}
}

/** Acts out a fault that comes after the work. @returns what is sent in place of the payload */
export async function breakAfter(
	fault: Fault,
	request: FastifyRequest,
	reply: FastifyReply,
	payload: unknown,
): Promise<unknown> {
	switch (fault.kind) {
		case 'resetAfter':
			request.raw.socket.destroy();
			return payload;
		case 'hangAfter':
			return await new Promise(() => {});
		case 'halfJson': {
			const text = String(payload);
			const half = text.slice(0, Math.floor(text.length / 2));
			void reply.header('content-length', Buffer.byteLength(half));
			return half;
		}
		case '502After':
			void reply.code(502).type('text/html').header('content-length', Buffer.byteLength(HTML));
			return HTML;
		default:
			return payload;
	}
}
