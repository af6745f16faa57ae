import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';

import type { PlatformOptions } from './options';
import { refuseByGateway, refuseByService } from './refusals';
import type { Throttle } from './throttle';

/** Access tokens: issued, valid for a while, ended. */
export class Tokens {
	private readonly validUntil = new Map<string, number>();

	constructor(
		private readonly options: PlatformOptions,
		private readonly now: () => number,
	) {}

	issue(): string {
		if (this.options.loginEndsOlderTokens) this.expireAll();
		const token = randomBytes(16).toString('hex');
		this.validUntil.set(token, this.now() + this.options.tokenLifetime * 1000);
		return token;
	}

	expireAll(): void {
		this.validUntil.clear();
	}

	isValid(token: string): boolean {
		return (this.validUntil.get(token) ?? 0) > this.now();
	}
}

/** What the gateway checks before a call reaches a service: key, token, threshold, other application. */
export function guard(
	api: FastifyInstance,
	tokens: Tokens,
	throttle: Throttle,
	options: PlatformOptions,
): void {
	const refuse = (reply: FastifyReply, status: number, code: string, text: string) =>
		refuseByGateway(reply, options.gatewayRefusesWith200 ? 200 : status, code, text);

	api.addHook('preHandler', async (request, reply) => {
		const key = request.headers[options.keyHeader];
		if (typeof key !== 'string' || key === '') {
			return await refuse(reply, 500, '100220', 'Get AppKey from header failed.');
		}
		const [scheme, token] = (request.headers.authorization ?? '').split(' ');
		if (key !== options.appId || scheme !== 'Bearer' || !tokens.isValid(token ?? '')) {
			return await refuse(reply, 403, '1010005', 'Invalid access token or appId.');
		}
		if (!throttle.admit(Date.now(), options.threshold, options.windowMs)) {
			return await refuse(reply, 403, '1010009', 'app throttle exceed.');
		}
		const { appId } = request.query as { appId?: string };
		if (appId === undefined || appId === options.appId || options.authorizedAppIds.includes(appId)) return;
		return options.unauthorizedAppIds.includes(appId)
			? await refuseByService(reply, 403, '100217', "The application hasn't been authorized.")
			: await refuseByService(reply, 403, '100203', 'The application is not existed.');
	});
}
