import { Claims } from '../../../shared/client/claims';
import { Registry } from '../../../shared/client/registry';
import type { DeviceCommand } from '../../../shared/platform/commands';
import type { NewCommand } from '../../../shared/platform/sendCommand';
import { clock } from '../../../shared/values/clock';
import { isOfDevice } from '../../../shared/values/ids';
import { isSameJson } from '../../../shared/values/json';

/** For each application, at most this many requests are remembered. */
const REMEMBERED = 50_000;
/** After this time the platform has done what it was to do with a request, or never will; in milliseconds. */
const SETTLED_MS = 3_600_000;

/** The commands that belong to a request of this process already. */
export const claimedCommands = new Claims();

/** The requests of this process whose fate is not known, and since when, in milliseconds since 1970. */
const open = new Registry<Map<NewCommand, number>>(({ size }) => size === 0);

const openOf = (application: string) => open.get(application, () => new Map<NewCommand, number>());

/** Remembers that it is not known whether the platform has taken a request. */
export function rememberOpen(application: string, request: NewCommand): void {
	const requests = openOf(application);
	const now = clock.now();
	requests.set(request, now);
	for (const [other, since] of requests) {
		if (requests.size <= REMEMBERED && now - since < SETTLED_MS) break;
		requests.delete(other);
	}
}

export function forgetOpen(application: string, request: NewCommand): void {
	openOf(application).delete(request);
}

/** Whether a command that is found may just as well be that of another request whose fate is not known. */
export function hasOpenTwin(application: string, request: NewCommand): boolean {
	const now = clock.now();
	return [...openOf(application)].some(
		([other, since]) => other !== request && now - since < SETTLED_MS && isTwin(other, request),
	);
}

function isTwin(one: NewCommand, other: NewCommand): boolean {
	return (
		isOfDevice(one, other.deviceId) &&
		one.serviceId === other.serviceId &&
		one.method === other.method &&
		isSameJson(one.paras, other.paras)
	);
}

/** Whether a command of the request's device is as it asked for. What it left open may be anything. */
export function answersTo(command: DeviceCommand, request: NewCommand): boolean {
	const { serviceId, method, paras } = command.command ?? {};
	if (serviceId !== request.serviceId || method !== request.method) return false;
	if (!isSameJson(paras ?? {}, request.paras)) return false;
	return (['callbackUrl', 'expireTime', 'maxRetransmit'] as const).every((name) => {
		const [listed, asked] = [command[name], request[name]];
		return asked === undefined || listed === undefined || listed === null || listed === asked;
	});
}
