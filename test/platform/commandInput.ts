import { Refusal } from './errors';
import { isObject, optionalInteger, refuseOthers, requiredId, requiredText } from './inputs';
import type { CommandSpec } from './model';
import { callbackAddress } from './subscriptions';

/** 48 hours: what the platform takes when a command doesn't say when it expires. */
const DEFAULT_EXPIRE_TIME = 172_800;

/** The command that the body of a call describes; refused when there is something wrong with it. */
export function specOf(body: Record<string, unknown>): Partial<CommandSpec> {
	const { deviceId, command, callbackUrl, expireTime, maxRetransmit, ...others } = body;
	requiredId(deviceId);
	if (command === undefined || command === null) throw new Refusal('102202');
	if (!isObject(command)) throw new Refusal('100022');
	const { serviceId, method, paras, ...more } = command;
	refuseOthers({ ...others, ...more });
	if (paras !== undefined && paras !== null && !isObject(paras)) throw new Refusal('100022');
	return {
		serviceId: requiredText(serviceId, 64),
		method: requiredText(method, 128),
		paras: paras ?? null,
		callbackUrl: optionalCallback(callbackUrl),
		expireTime: optionalInteger(expireTime, Number.MAX_SAFE_INTEGER) ?? DEFAULT_EXPIRE_TIME,
		maxRetransmit: optionalInteger(maxRetransmit, 3),
	};
}

function optionalCallback(callbackUrl: unknown): string | null {
	if (callbackUrl === undefined || callbackUrl === null) return null;
	const url = requiredText(callbackUrl, 1024);
	if (callbackAddress(url) === undefined) throw new Refusal('100222');
	return url;
}
