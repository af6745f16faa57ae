import type { IDataObject, IHookFunctions, IWebhookFunctions } from 'n8n-workflow';

import { destination, digestOf, isSecret } from '../shared/platform/callbackUrl';
import { clock, unlessAborted } from '../shared/values/clock';
import { connect } from '../shared/platform/connect';
import { typesReportedTo } from './subscribe';
import { Subscriptions } from '../shared/platform/subscriptions';
import { type Result, ok } from '../shared/values/results';
import { notifyTypesOf } from './events';
import { readEvents, readOwner } from './parameters';

/** One request at the platform, in milliseconds, how often it is sent again, and what ends the waiting. */
interface Limits {
	maxRetries: number;
	timeoutMs: number;
	signal?: AbortSignal;
}

const LIMITS: Limits = { maxRetries: 2, timeoutMs: 10_000 };
/** The platform waits 15 seconds for an answer. */
const LOOK_UP = { maxRetries: 0, timeoutMs: 5000 };
const BETWEEN_LOOK_UPS_MS = 30_000;

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

export async function connectSubscriptions(
	context: Context,
	limits: Limits = LIMITS,
): Promise<Result<Subscriptions>> {
	const appId = readOwner(context);
	if (!appId.ok) return appId;
	const transport = await connect(context, { ...limits, interactive: true });
	if (!transport.ok) return transport;
	return ok(new Subscriptions(transport.value, appId.value));
}

/** Whether a request brings the secret of the callback URL along. */
export async function isAuthentic(context: IWebhookFunctions): Promise<boolean> {
	const { secret } = context.getQueryData() as IDataObject;
	const kept = keptBy(context);
	if (isSecret(secret, kept.secretDigest)) return true;
	if (typeof secret !== 'string' || secret === '' || !(await isOnPlatform(context, secret))) return false;
	kept.secretDigest = digestOf(secret);
	return true;
}

interface LookUp {
	began: number;
	/** Of the secret that is looked for. */
	digest: string;
	isOurs: Promise<boolean>;
}

/** The last look-up for each callback URL. */
const lookUps = new Map<string, LookUp>();

/**
 * n8n may not have the digest of the secret: it was killed after it had subscribed and before it had kept it (started
 * again, n8n does not ask the node to subscribe), or a run that began before the last activation ended and wrote the
 * older static data back. So the platform is asked, not oftener than strangers may make n8n ask it; its answer counts
 * for all requests with this secret until it may be asked again, as n8n keeps the digest a moment later only.
 */
async function isOnPlatform(context: IWebhookFunctions, secret: string): Promise<boolean> {
	const to = webhookUrl(context);
	if (to === undefined || context.getMode() === 'manual') return false;
	const last = lookUps.get(to);
	const now = clock.now();
	if (last && now - last.began < BETWEEN_LOOK_UPS_MS) {
		return isSecret(secret, last.digest) && (await last.isOurs);
	}
	const isOurs = lookFor(context, to, secret);
	lookUps.set(to, { began: now, digest: digestOf(secret), isOurs });
	return await isOurs;
}

async function lookFor(context: IWebhookFunctions, to: string, secret: string): Promise<boolean> {
	const signal = AbortSignal.timeout(LOOK_UP.timeoutMs);
	const found = await unlessAborted(reportedTypes(context, to, secret, signal), signal);
	const { name } = context.getNode();
	if (!found?.ok) {
		const why = found ? `${found.failure.what}. ${found.failure.help}` : 'It did not answer in time.';
		context.logger.warn(
			`${name}: a report was refused, because the platform could not be asked whether it is its own. ${why}`,
		);
		return false;
	}
	if (found.value.length === 0) {
		context.logger.warn(`${name}: a report without the secret of the callback URL was refused`);
		return false;
	}
	const missing = notifyTypesOf(readEvents(context)).filter((type) => !found.value.includes(type));
	if (missing.length > 0) {
		context.logger.warn(
			`${name}: n8n was ended before it had subscribed to ${missing.join(', ')}. Deactivate the workflow and activate it again.`,
		);
	}
	return true;
}

async function reportedTypes(
	context: IWebhookFunctions,
	to: string,
	secret: string,
	signal: AbortSignal,
): Promise<Result<string[]>> {
	const subscriptions = await connectSubscriptions(context, { ...LOOK_UP, signal });
	return subscriptions.ok ? await typesReportedTo(subscriptions.value, to, secret) : subscriptions;
}
