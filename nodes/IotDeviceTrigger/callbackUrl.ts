import { createHash, randomBytes, timingSafeEqual } from 'crypto';

const SECRET = 'secret';

function parsed(url: string): URL | undefined {
	return URL.canParse(url) ? new URL(url) : undefined;
}

/**
 * Where a callback URL leads: scheme, host, port and path. The port is always there, because the platform takes no
 * callback URL without one (platform API, code 100222).
 * @returns undefined for what is no URL
 */
export function destination(url: string): string | undefined {
	const read = parsed(url);
	if (!read) return undefined;
	const { protocol, hostname, port, pathname } = read;
	return `${protocol}//${hostname}:${port || (protocol === 'https:' ? 443 : 80)}${pathname}`;
}

/** Scheme, host and port of a destination. */
export function addressOf(url: string): string {
	return /^[^/]*\/\/[^/]*/.exec(destination(url) ?? url)?.[0] ?? url;
}

export function newSecret(): string {
	return randomBytes(32).toString('hex');
}

export function withSecret(to: string, secret: string): string {
	return `${to}?${SECRET}=${secret}`;
}

/** The secret part of a callback URL, '' if it has none. */
export function secretOf(url: string): string {
	return parsed(url)?.searchParams.get(SECRET) ?? '';
}

/** What n8n keeps of a secret. */
export function digestOf(secret: string): string {
	return createHash('sha256').update(secret).digest('hex');
}

/**
 * Whether a request's query, or a callback URL's secret part, holds the secret with this digest. Digests are compared,
 * which have one length, in a time that does not depend on where they differ.
 */
export function isSecret(given: unknown, digest: unknown): boolean {
	const known = Buffer.from(typeof digest === 'string' ? digest : '', 'hex');
	const offered = Buffer.from(digestOf(typeof given === 'string' ? given : ''), 'hex');
	return known.length === offered.length && timingSafeEqual(known, offered);
}

const PRIVATE_NAME =
	/(^|\.)(localhost|localdomain|local|internal|intranet|lan|home|home\.arpa|corp|test|invalid)\.?$/;
const PRIVATE_IPV4 =
	/^(0|10|127|169\.254|172\.(1[6-9]|2\d|3[01])|192\.168|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./;
const PRIVATE_IPV6 = /^\[(::1?\]|f[cd]|fe[89ab]|::ffff:)/;

/** Whether an address is one that only this machine or its own network can reach, as far as its name shows. */
export function isPrivateAddress(url: string): boolean {
	const host = parsed(url)?.hostname ?? '';
	if (host.startsWith('[')) return PRIVATE_IPV6.test(host);
	return !host.includes('.') || PRIVATE_NAME.test(host) || PRIVATE_IPV4.test(host);
}
