import type { FastifyReply } from 'fastify';

/** A refusal in the shape of the platform's services. */
export function refuseByService(reply: FastifyReply, status: number, code: string, text: string) {
	return reply.code(status).send({ error_code: code, error_desc: text });
}

/** A refusal in the shape of the gateway before them. */
export function refuseByGateway(reply: FastifyReply, status: number, code: string, text: string) {
	return reply.code(status).send({ resultcode: code, resultmsg: text });
}

export const INVALID_INPUT = [400, '100022', 'The input is invalid.'] as const;
export const PARAMETER_MISSING = [400, '102202', 'Required Parameter is null or empty.'] as const;
export const NO_SUCH_DEVICE = [200, '100418', 'The deviceData is not existed.'] as const;
