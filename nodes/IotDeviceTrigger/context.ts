import type { IDataObject, IHookFunctions, IWebhookFunctions } from 'n8n-workflow';

import type { TransportSettings } from '../shared/client/openTransport';
import { connect } from '../shared/platform/connect';
import { Subscriptions } from '../shared/platform/subscriptions';
import { type Result, ok } from '../shared/values/results';
import { destination } from './callbackUrl';

/** n8n's contexts of a trigger: when it is published or unpublished, and when a request arrives. */
export type Context = IHookFunctions | IWebhookFunctions;

/** What n8n keeps of the node, and exports with the workflow. */
interface StaticData extends IDataObject {
	/** Of the secret in the callback URL. */
	secretDigest?: string;
	/** The callback URL is the one for a test event. */
	isTest?: boolean;
}

export function staticDataOf(context: Context): StaticData {
	return context.getWorkflowStaticData('node');
}

/** n8n's URL for the node with its port, to which the platform is to report; undefined when n8n has none. */
export function webhookUrl(context: Context): string | undefined {
	return destination(context.getNodeWebhookUrl('default') ?? '');
}

/**
 * The subscriptions of the credential's application.
 * @param appId another application, which owns the devices
 */
export async function subscriptionsOf(
	context: Context,
	appId: string | undefined,
	settings: TransportSettings,
): Promise<Result<Subscriptions>> {
	const transport = await connect(context, { ...settings, interactive: true });
	return transport.ok ? ok(new Subscriptions(transport.value, appId)) : transport;
}

/** Puts sentences together, whether or not they have their period. */
export function sentences(...texts: string[]): string {
	return texts
		.filter((text) => text !== '')
		.map((text) => `${text.replace(/[.\s]{1,20}$/, '')}.`)
		.join(' ');
}
