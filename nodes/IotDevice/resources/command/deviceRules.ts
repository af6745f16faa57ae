import type { IDataObject } from 'n8n-workflow';

import type { Transport } from '../../../shared/client/transport';
import { methodIn, readCapabilities, type ParaRules } from '../../../shared/platform/capabilities';
import type { NewCommand } from '../../../shared/platform/sendCommand';
import { clock, unlessAborted } from '../../../shared/values/clock';
import { ok, type Result } from '../../../shared/values/results';
import { checkParas, namesOfOthers, type Given } from './paraValues';

/** How long a method's rules are kept, or that it has none, and how long a look-up may take; in milliseconds. */
const KEPT_MS = 10 * 60_000;
const NOTHING_KEPT_MS = 30_000;
const PATIENCE_MS = 5_000;

/** What a device's profile says of a method: its parameters, or that there is no such method; undefined: nothing is known. */
type Rules = ParaRules[] | 'no such method' | undefined;

interface Checked {
	/** As they are to be sent. */
	paras: IDataObject;
	/** What the profile that was read does not have: the method, or some of the parameters. */
	notInProfile: string[];
}

interface Kept {
	deviceId: string;
	rules: Promise<Rules>;
	until: number;
}

const kept = new Map<string, Kept>();

/**
 * Checks parameters that were given without rules, as JSON or in a form written by hand, against what the device itself
 * understands. One device stands for all that have the method, so a run over a fleet makes one look-up; only where the
 * check finds something, the device itself is asked before it counts. What the platform does not know of blocks nothing:
 * it has the last word.
 */
export async function checkWithDevice(
	transport: Transport,
	command: NewCommand,
	appId: string | undefined,
	given: Given,
): Promise<Result<Checked>> {
	const { deviceId, serviceId, method, paras } = command;
	// Another device's rules may find nothing wrong; but they decide no type.
	const own = given.as === 'form' && Object.keys(paras).length > 0 ? deviceId : undefined;
	const key = JSON.stringify([transport.right, appId, serviceId, method, own]);
	const first = keptFor(key) ?? remember(key, deviceId, rulesFor(transport, command, appId));
	const checked = check(command, await first.rules, given, first.deviceId);
	if (checked.ok || first.deviceId === deviceId) return checked;
	return check(command, await rulesFor(transport, command, appId), given, deviceId);
}

function check(command: NewCommand, rules: Rules, given: Given, profileOf: string): Result<Checked> {
	const checked = checkParas(command.paras, Array.isArray(rules) ? rules : [], given);
	if (!checked.ok) return checked;
	const about = `for device ${command.deviceId} (profile of ${profileOf})`;
	const notInProfile = missingIn(command, rules).map((missing) => `${missing} ${about}`);
	return ok({ paras: checked.value, notInProfile });
}

function missingIn({ serviceId, method, paras }: NewCommand, rules: Rules): string[] {
	if (rules === undefined) return [];
	if (rules === 'no such method') return [`${method} of ${serviceId}`];
	return namesOfOthers(paras, rules).map((name) => `parameter ${name} of ${method}`);
}

function keptFor(key: string): Kept | undefined {
	const known = kept.get(key);
	return known && known.until > clock.now() ? known : undefined;
}

function remember(key: string, deviceId: string, rules: Kept['rules']): Kept {
	const now = clock.now();
	// In the order in which they end, but for those without rules.
	for (const [other, { until }] of kept) {
		if (until > now) break;
		kept.delete(other);
	}
	const entry = { deviceId, rules, until: now + KEPT_MS };
	kept.delete(key);
	kept.set(key, entry);
	void rules.then((known) => {
		if (!Array.isArray(known)) entry.until = clock.now() + NOTHING_KEPT_MS;
	});
	return entry;
}

async function rulesFor(
	transport: Transport,
	{ deviceId, serviceId, method }: NewCommand,
	appId: string | undefined,
): Promise<Rules> {
	const patience = AbortSignal.timeout(PATIENCE_MS);
	const reading = readCapabilities(transport.until(patience), deviceId, appId);
	// A request that hangs goes on until its own time-out, without anyone waiting for it.
	const services = await unlessAborted(reading, patience);
	if (!services?.ok || services.value.length === 0) return undefined;
	return methodIn(services.value, serviceId, method)?.paras ?? 'no such method';
}
