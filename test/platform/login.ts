import { randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Backend, Server } from './backend';
import { Refusal } from './errors';
import { isObject, jsonBody, requiredText } from './inputs';
import type { Settings } from './options';

const LOGIN = '/iocm/app/sec/v1.1.0/login';
const REFRESH = '/iocm/app/sec/v1.1.0/refreshToken';

/** The calls that need no token and that flow control doesn't count. */
export const OPEN_PATHS = [LOGIN, REFRESH];

/** The access tokens that are out, and the refresh tokens. */
export class Tokens {
	/** Each with the end of its life, in milliseconds, whatever time the platform shows. */
	private readonly access = new Map<string, number>();
	private readonly refresh = new Set<string>();

	constructor(private readonly settings: Settings) {}

	issue(): string {
		const token = randomBytes(16).toString('hex');
		this.access.set(token, this.settings.now() + this.settings.tokenLifetime * 1000);
		return token;
	}

	accepts(token: string): boolean {
		return (this.access.get(token) ?? -Infinity) > this.settings.now();
	}

	expireAll(): void {
		this.access.clear();
	}

	logIn(): object {
		if (this.settings.loginEndsOlderTokens) this.access.clear();
		const { tokenLifetime, expiresInAsString } = this.settings;
		const refreshToken = randomBytes(16).toString('hex');
		this.refresh.add(refreshToken);
		return {
			scope: 'default',
			tokenType: 'bearer',
			expiresIn: expiresInAsString ? String(tokenLifetime) : tokenLifetime,
			accessToken: this.issue(),
			refreshToken,
		};
	}

	/** Uses a refresh token up. */
	redeem(refreshToken: string): void {
		if (!this.refresh.delete(refreshToken)) throw new Refusal('100006');
	}
}

export function addLogin(server: Server, { settings, tokens }: Backend): void {
	function checkSecret(body: Record<string, unknown>): void {
		const appId = requiredText(body.appId, 64);
		const secret = requiredText(body.secret, 256);
		if (appId !== settings.appId || secret !== settings.secret) throw new Refusal('100208');
	}

	server.post(LOGIN, async (request) => {
		checkSecret(formBody(request));
		return tokens.logIn();
	});

	server.post(REFRESH, async (request) => {
		const body = jsonBody(request);
		checkSecret(body);
		tokens.redeem(requiredText(body.refreshToken, 256));
		return tokens.logIn();
	});
}

/** Parameters in any other form are none. */
function formBody(request: FastifyRequest): Record<string, unknown> {
	const isForm = /^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '');
	return isForm && isObject(request.body) ? { ...request.body } : {};
}
