import type { IHookFunctions } from 'n8n-workflow';

import { addressOf, destination, isPrivateAddress } from '../shared/platform/callbackUrl';
import { stoppingError } from '../shared/items/errors';
import { fail, invalidInput, ok } from '../shared/values/results';
import { isSubscribed, subscribe, unsubscribe, type Wanted } from './subscribe';
import { isTaken, type Subscriptions } from '../shared/platform/subscriptions';
import type { Failure, Result } from '../shared/values/results';
import { connectSubscriptions, keptBy, webhookUrl } from './callback';
import { notifyTypesOf } from './events';
import { readDeviceIds, readEvents } from './parameters';

/** How long a person waits for the switch of the workflow at the most, in milliseconds. */
const PATIENCE_MS = 20_000;

const patience = () => AbortSignal.timeout(PATIENCE_MS);

/** Whether the platform reports already all that is wanted, to an address with the secret that n8n knows. */
async function checkExists(this: IHookFunctions): Promise<boolean> {
	return await settle(
		this,
		async (subscriptions, wanted) => await isSubscribed(subscriptions.until(patience()), wanted),
	);
}

/** Subscribes, when the workflow is turned on or while it listens for a test event. */
async function create(this: IHookFunctions): Promise<boolean> {
	const secretDigest = await settle(
		this,
		async (subscriptions, wanted) => await subscribe(subscriptions, wanted, patience),
	);
	Object.assign(keptBy(this), { secretDigest }, isTest(this) ? { isTest: true } : {});
	const to = webhookUrl(this) ?? '';
	if (isPrivateAddress(to)) {
		this.logger.warn(
			`${this.getNode().name}: the platform reports to ${addressOf(to)}, which it can reach from n8n's own network only. If nothing arrives, give n8n a public address with WEBHOOK_URL and activate the workflow again.`,
		);
	}
	return true;
}

/**
 * Unsubscribes, when the workflow is turned off.
 * @throws NodeApiError or NodeOperationError when an active workflow's subscriptions stay: n8n then tries again or tells
 *   it. After an activation or a test that came to nothing, only n8n's log tells what may be left: n8n would keep the
 *   webhook, and not subscribe at the next activation. That takes over what is left.
 */
async function remove(this: IHookFunctions): Promise<boolean> {
	const kept = keptBy(this);
	const to = webhookUrl(this);
	const subscriptions = await connectSubscriptions(this);
	const removed =
		subscriptions.ok && to ? await unsubscribe(subscriptions.value.until(patience()), to) : subscriptions;
	if (removed.ok) {
		delete kept.secretDigest;
		return true;
	}
	const { what, help, ...failure } = inTime(removed.failure);
	const told = {
		...failure,
		what: `The platform's subscriptions could not be removed: ${what}`,
		help: `${help} The next activation takes them over.`,
	};
	if (kept.secretDigest !== undefined && kept.isTest !== true) throw refusal(this, told);
	this.logger.warn(`${this.getNode().name}: ${told.what}. ${told.help}`);
	return false;
}

export const lifeCycle = { checkExists, create, delete: remove };

/** @throws NodeApiError or NodeOperationError when what the node wants can't be read or `act` does not succeed */
async function settle<T>(
	context: IHookFunctions,
	act: (subscriptions: Subscriptions, wanted: Wanted) => Promise<Result<T>>,
): Promise<T> {
	const done = await attempt(context, act);
	if (done.ok) return done.value;
	// n8n cleans up with `delete`, which must see that the workflow is not active.
	delete keptBy(context).secretDigest;
	throw refusal(context, done.failure);
}

async function attempt<T>(
	context: IHookFunctions,
	act: (subscriptions: Subscriptions, wanted: Wanted) => Promise<Result<T>>,
): Promise<Result<T>> {
	const wanted = readWanted(context);
	if (!wanted.ok) return wanted;
	const subscriptions = await connectSubscriptions(context);
	if (!subscriptions.ok) return subscriptions;
	const done = await act(subscriptions.value, wanted.value);
	if (done.ok || !isTest(context) || !isTaken(done.failure)) return done;
	return fail(whileListening(done.failure));
}

/** n8n shows nothing but the message when it turns a workflow on or off, so that has to say what to do. */
function refusal(context: IHookFunctions, failure: Failure): Error {
	const { what, help } = inTime(failure);
	return stoppingError(context.getNode(), { ...failure, what: `${what}. ${help}`, help: '' });
}

function readWanted(context: IHookFunctions): Result<Wanted> {
	const events = readEvents(context);
	if (events.length === 0) {
		return invalidInput("'Trigger On' is empty", "Choose at least one event in 'Trigger On'.");
	}
	const deviceIds = readDeviceIds(context);
	if (!deviceIds.ok) return deviceIds;
	const to = webhookUrl(context);
	if (to === undefined) {
		return invalidInput(
			'n8n has no usable address for its webhooks',
			'Give n8n its public address with WEBHOOK_URL, for example https://n8n.example.com/',
		);
	}
	return ok({
		notifyTypes: notifyTypesOf(events),
		to,
		digest: keptBy(context).secretDigest,
		mayTakeAway: (callbackUrl) => !isTest(context) && isOwnTest(context, callbackUrl, to),
	});
}

/** Whether n8n listens for a test event, under another URL than that of the active workflow. */
function isTest(context: IHookFunctions): boolean {
	return context.getActivationMode() === 'manual';
}

/** Whether that is n8n's test URL of this very node: turning the workflow on ends a test, and never the other way. */
function isOwnTest(context: IHookFunctions, callbackUrl: string, to: string): boolean {
	const held = destination(callbackUrl);
	const key = context.getNode().webhookId ?? context.getWorkflow().id;
	const start = to.lastIndexOf(`/${key}/`);
	return (
		held !== undefined && start > 0 && addressOf(held) === addressOf(to) && held.endsWith(to.slice(start))
	);
}

function whileListening(failure: Failure): Failure {
	return {
		...failure,
		help: 'If that is the active workflow: deactivate it while you listen for a test event, or use the data of one of its executions. The subscription was left alone.',
	};
}

function inTime(failure: Failure): Failure {
	if (failure.kind !== 'canceled') return failure;
	return {
		...failure,
		kind: 'final',
		what: `The platform's subscriptions were not settled after ${PATIENCE_MS / 1000} seconds: the platform is slow, or the calls for this minute are used up`,
		help: 'Try again in a minute.',
	};
}
