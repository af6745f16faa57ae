import type { FastifyInstance } from 'fastify';

import type { Tokens } from './access';
import type { PlatformOptions } from './options';
import { PARAMETER_MISSING, refuseByService } from './refusals';

const WRONG_SECRET = [401, '100208', 'AppId or secret is not right.'] as const;

/** `POST login`: a form body, no other headers (platform API, "Login"). */
export function registerLogin(server: FastifyInstance, tokens: Tokens, options: PlatformOptions): void {
	server.post('/iocm/app/sec/v1.1.0/login', async (request, reply) => {
		const isForm = (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
		const { appId, secret } = (request.body ?? {}) as { appId?: string; secret?: string };
		if (!isForm || !appId || !secret) return await refuseByService(reply, ...PARAMETER_MISSING);
		if (appId !== options.appId || secret !== options.secret)
			return await refuseByService(reply, ...WRONG_SECRET);
		return {
			scope: 'default',
			tokenType: 'bearer',
			expiresIn: options.tokenLifetime,
			accessToken: tokens.issue(),
			refreshToken: tokens.issue(),
		};
	});
}
