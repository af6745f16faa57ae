import type { IDataObject, IHookFunctions, IWebhookFunctions } from 'n8n-workflow';

import { destination, digestOf, isSecret } from '../shared/callbackUrl';
import { clock } from '../shared/clock';
import { connect } from '../shared/connect';
import { isReporting } from '../shared/subscribing';
import { Subscriptions } from '../shared/subscriptions';
import type { Result } from '../shared/types';
import { readOwner } from './parameters';

/** One request at the platform, in milliseconds, and how often it is sent again. */
const LIMITS = { maxRetries: 2, timeoutMs: 10_000 };
/** The platform takes an answer for 15 seconds. */
const LOOK_UP_MS = 10_000;

/** What n8n keeps of the node, and exports with the workflow. */
interface Kept extends IDataObject {
	/** Of the secret in the callback URL. */
	secretDigest?: string;
	/** The callback URL is the one for a test event. */
	isTest?: boolean;
}

type Context = IHookFunctions | IWebhookFunctions;

export function keptBy(context: Context): Kept {
	return context.getWorkflowStaticData('node');
}

/** Where the platform is to report to: n8n's URL for the node with its port; undefined when n8n has none. */
export function webhookUrl(context: Context): string | undefined {
	return destination(context.getNodeWebhookUrl('default') ?? '');
}

export async function connectSubscriptions(context: Context): Promise<Result<Subscriptions>> {
	const appId = readOwner(context);
	if (!appId.ok) return appId;
	const connected = await connect(context, LIMITS);
	if (!connected.ok) return connected;
	return { ok: true, value: new Subscriptions(connected.value.transport, appId.value) };
}

/** Whether a request brings the secret of the callback URL along. */
export async function isAuthentic(context: IWebhookFunctions): Promise<boolean> {
	const { secret } = context.getQueryData() as IDataObject;
	const kept = keptBy(context);
	if (isSecret(secret, kept.secretDigest)) return true;
	if (kept.secretDigest !== undefined || typeof secret !== 'string' || secret === '') return false;
	if (!(await isOnPlatform(context, secret))) return false;
	kept.secretDigest = digestOf(secret);
	return true;
}

/** When the platform was asked last, for each callback URL. */
const asked = new Map<string, number>();

/**
 * n8n was killed after it had subscribed and before it had kept the secret's digest; started again, n8n does not ask the
 * node to subscribe. So the platform is asked, not oftener than strangers may make n8n ask it.
 */
async function isOnPlatform(context: IWebhookFunctions, secret: string): Promise<boolean> {
	const to = webhookUrl(context);
	if (to === undefined || context.getMode() === 'manual') return false;
	if (clock.now() - (asked.get(to) ?? 0) < LOOK_UP_MS) return false;
	asked.set(to, clock.now());
	const subscriptions = await connectSubscriptions(context);
	const found = subscriptions.ok
		? await isReporting(subscriptions.value.until(AbortSignal.timeout(LOOK_UP_MS)), to, secret)
		: subscriptions;
	if (found.ok) return found.value;
	context.logger.warn(
		`${context.getNode().name}: a report was refused, because n8n could not find out whether it comes from the platform. ${found.failure.what}. ${found.failure.help}`,
	);
	return false;
}
