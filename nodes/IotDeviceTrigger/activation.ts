import type { IHookFunctions } from 'n8n-workflow';

import { stoppingError } from '../shared/items/errors';
import type { Subscriptions } from '../shared/platform/subscriptions';
import { failForGood, ok, type Failure, type Result } from '../shared/values/results';
import { addressOf, destination, isPrivateAddress } from './callbackUrl';
import { sentences, staticDataOf, subscriptionsOf, webhookUrl } from './context';
import { notifyTypesOf } from './events';
import { readOwner, readParameters } from './parameters';
import { isSubscribed, LONGEST_WAIT_MS, subscribe, unsubscribe, type Wanted } from './subscribe';

const LIMITS = { maxRetries: 2, timeoutMs: 10_000 };

/** What n8n calls when a workflow is published, listens for a test event, and stops doing so. */
export const webhookMethods = { checkExists, create, delete: remove };

async function checkExists(this: IHookFunctions): Promise<boolean> {
	return required(this, await withSubscriptions(this, isSubscribed));
}

async function create(this: IHookFunctions): Promise<boolean> {
	const secretDigest = required(this, await withSubscriptions(this, subscribe));
	Object.assign(staticDataOf(this), { secretDigest }, isTest(this) ? { isTest: true } : {});
	const to = webhookUrl(this) ?? '';
	if (isPrivateAddress(to)) {
		this.logger.warn(
			`${this.getNode().name}: the platform reports to ${addressOf(to)}, which it can reach only from n8n's own network. If nothing arrives, give n8n a public address with WEBHOOK_URL and publish the workflow again, or use 'IoT Device Polling Trigger'.`,
		);
	}
	return true;
}

/**
 * @throws NodeApiError or NodeOperationError when the subscriptions of a published workflow stay: n8n then tries again or
 *   shows it. After an activation that failed, or a test, only n8n's log says what may be left: with an error n8n would
 *   keep the webhook, and not subscribe at the next activation, which takes over what is left.
 */
async function remove(this: IHookFunctions): Promise<boolean> {
	const data = staticDataOf(this);
	const opened = await open(this, readOwner(this));
	const removed = opened.ok ? await unsubscribe(opened.value.subscriptions, opened.value.to) : opened;
	if (removed.ok) {
		delete data.secretDigest;
		delete data.isTest;
		return true;
	}
	const next = opened.ok
		? 'The next activation takes them over.'
		: 'Then publish and unpublish the workflow once more, or have them removed on the platform.';
	const { what, ...failure } = described(removed.failure, next);
	const left = { ...failure, what: `The platform's subscriptions could not be removed: ${what}` };
	if (data.secretDigest !== undefined && data.isTest !== true) throw stoppingError(this.getNode(), left);
	this.logger.warn(`${this.getNode().name}: ${left.what}`);
	return false;
}

/** The subscriptions of the application that owns the devices, and where the platform is to report to. */
async function open(
	context: IHookFunctions,
	owner: Result<string | undefined>,
): Promise<Result<{ subscriptions: Subscriptions; to: string }>> {
	if (!owner.ok) return owner;
	const to = webhookUrl(context);
	if (to === undefined) return NO_ADDRESS;
	const subscriptions = await subscriptionsOf(context, owner.value, LIMITS);
	return subscriptions.ok ? ok({ subscriptions: subscriptions.value, to }) : subscriptions;
}

/** Does something with the subscriptions that the parameters ask for. */
async function withSubscriptions<T>(
	context: IHookFunctions,
	act: (subscriptions: Subscriptions, wanted: Wanted) => Promise<Result<T>>,
): Promise<Result<T>> {
	const parameters = readParameters(context);
	if (!parameters.ok) return parameters;
	const opened = await open(context, ok(parameters.value.appId));
	if (!opened.ok) return opened;
	const { subscriptions, to } = opened.value;
	return await act(subscriptions, {
		notifyTypes: notifyTypesOf(parameters.value.events),
		to,
		digest: staticDataOf(context).secretDigest,
		isTest: isTest(context),
		isOfThisNode: (callbackUrl) => isOfThisNode(context, callbackUrl, to),
	});
}

/** @throws NodeApiError or NodeOperationError for a failure */
function required<T>(context: IHookFunctions, result: Result<T>): T {
	if (result.ok) return result.value;
	// n8n cleans up with `delete`, which must see that the workflow is not active.
	delete staticDataOf(context).secretDigest;
	throw stoppingError(context.getNode(), described(result.failure));
}

/** When it publishes a workflow, n8n shows nothing but the message, so the message has to say what to do. */
function described(failure: Failure, ...more: string[]): Failure {
	const isLate = failure.kind === 'canceled';
	const { what, help } = isLate ? TOOK_TOO_LONG : failure;
	return {
		...failure,
		kind: isLate ? 'final' : failure.kind,
		what: sentences(what, help, ...more),
		help: '',
	};
}

/** Whether n8n listens for a test event, under another URL than that of the published workflow. */
function isTest(context: IHookFunctions): boolean {
	return context.getActivationMode() === 'manual';
}

/** Whether that is the other URL of this very node: one is for tests, one for the published workflow. */
function isOfThisNode(context: IHookFunctions, callbackUrl: string, to: string): boolean {
	const held = destination(callbackUrl);
	const key = context.getNode().webhookId ?? context.getWorkflow().id;
	const start = to.lastIndexOf(`/${key}/`);
	return (
		held !== undefined && start > 0 && addressOf(held) === addressOf(to) && held.endsWith(to.slice(start))
	);
}

const NO_ADDRESS = failForGood(
	'n8n has no usable address for its webhooks',
	'Give n8n its public address with WEBHOOK_URL, for example https://n8n.example.com/',
);

const TOOK_TOO_LONG = {
	what: `The platform's subscriptions were not settled after ${LONGEST_WAIT_MS / 1000} seconds: the platform is slow, or the calls for this minute are used up`,
	help: 'Try again in a minute.',
};
