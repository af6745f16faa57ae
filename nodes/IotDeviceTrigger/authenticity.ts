import type { IWebhookFunctions } from 'n8n-workflow';

import { clock, unlessAborted } from '../shared/values/clock';
import { fail, type Result } from '../shared/values/results';
import { digestOf, isSecret } from './callbackUrl';
import { sentences, staticDataOf, subscriptionsOf, webhookUrl } from './context';
import { notifyTypesOf } from './events';
import { readParameters } from './parameters';
import { typesReportedTo } from './subscribe';

/** The platform waits 15 seconds for an answer. In milliseconds. */
const LONGEST_LOOK_UP_MS = 5_000;
const BETWEEN_LOOK_UPS_MS = 30_000;

/** Whether a request has the secret of the callback URL. */
export async function isAuthentic(context: IWebhookFunctions): Promise<boolean> {
	const { secret } = context.getQueryData() as { secret?: unknown };
	const data = staticDataOf(context);
	if (isSecret(secret, data.secretDigest)) return true;
	if (typeof secret !== 'string' || secret === '' || !(await isOnPlatform(context, secret))) return false;
	data.secretDigest = digestOf(secret);
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
 * n8n may not have the digest of the secret: it was killed after it had subscribed and before it had stored the digest
 * (started again, it does not ask the node to subscribe), or a run that began before the last activation ended and wrote
 * older static data back. So the platform is asked, but no more often than strangers may make n8n ask it. Its answer
 * counts for all requests with this secret until it may be asked again, because n8n stores the digest a moment later.
 */
async function isOnPlatform(context: IWebhookFunctions, secret: string): Promise<boolean> {
	const to = webhookUrl(context);
	if (to === undefined || context.getMode() === 'manual') return false;
	const now = clock.now();
	for (const [url, { began }] of lookUps) {
		if (now - began >= BETWEEN_LOOK_UPS_MS) lookUps.delete(url);
	}
	const last = lookUps.get(to);
	if (last) return isSecret(secret, last.digest) && (await last.isOurs);
	const isOurs = lookFor(context, to, secret);
	lookUps.set(to, { began: now, digest: digestOf(secret), isOurs });
	return await isOurs;
}

async function lookFor(context: IWebhookFunctions, to: string, secret: string): Promise<boolean> {
	const signal = AbortSignal.timeout(LONGEST_LOOK_UP_MS);
	const found = (await unlessAborted(reportedTypes(context, to, secret, signal), signal)) ?? NO_ANSWER;
	const { name } = context.getNode();
	if (!found.ok) {
		const { what, help } = found.failure;
		const why = sentences('n8n could not ask the platform whether a report is its own', what, help);
		context.logger.warn(`${name}: a report was refused. ${why}`);
		return false;
	}
	const { reported, missing } = found.value;
	if (reported.length === 0) {
		context.logger.warn(`${name}: a report without the secret of the callback URL was refused.`);
		return false;
	}
	if (missing.length > 0) {
		context.logger.warn(
			`${name}: n8n stopped before it had subscribed to ${missing.join(', ')}. Unpublish the workflow and publish it again.`,
		);
	}
	return true;
}

const NO_ANSWER = fail({
	kind: 'transient',
	maybeDone: false,
	what: 'It did not answer in time',
	help: '',
});

async function reportedTypes(
	context: IWebhookFunctions,
	to: string,
	secret: string,
	signal: AbortSignal,
): Promise<Result<{ reported: string[]; missing: string[] }>> {
	const parameters = readParameters(context);
	if (!parameters.ok) return parameters;
	const limits = { maxRetries: 0, timeoutMs: LONGEST_LOOK_UP_MS, signal };
	const subscriptions = await subscriptionsOf(context, parameters.value.appId, limits);
	if (!subscriptions.ok) return subscriptions;
	const reported = await typesReportedTo(subscriptions.value, to, secret);
	if (!reported.ok) return reported;
	const wanted = notifyTypesOf(parameters.value.events);
	const missing = wanted.filter((type) => !reported.value.includes(type));
	return { ok: true, value: { reported: reported.value, missing } };
}
