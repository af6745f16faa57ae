import type { Backend, Server } from './backend';
import { Refusal } from './errors';
import { jsonBody, pageOf, queryOf, requiredText } from './inputs';
import type { StoredSubscription } from './model';
import { callbackAddress, NOTIFY_TYPES } from './subscriptions';

export const SUBSCRIPTIONS = '/iocm/app/sub/v1.2.0/subscriptions';
const RULES = { defaultSize: 10, maxSize: 1000, refusal: '100022' } as const;

interface ById {
	Params: { subscriptionId: string };
}

/** The calls of platform API, "Subscriptions and notifications": subscribe, look at subscriptions, remove one or several. */
export function addSubscriptionCalls(server: Server, { settings, callbacks, subscriptions }: Backend): void {
	server.post(SUBSCRIPTIONS, async (request, reply) => {
		const body = jsonBody(request);
		if (!['true', 'false', undefined].includes(queryOf(request).ownerFlag)) throw new Refusal('100022');
		const notifyType = requiredText(body.notifyType, 256);
		const callbackUrl = requiredText(body.callbackUrl, 1024);
		if (!NOTIFY_TYPES.includes(notifyType)) throw new Refusal('100022');
		const address = callbackAddress(callbackUrl);
		if (address === undefined) throw new Refusal('100222');

		const sameType = subscriptions.list(request.applicationId, notifyType);
		const isTaken =
			settings.sameTypeOtherUrl === 'conflict'
				? sameType.length > 0
				: sameType.some((entry) => entry.callbackUrl === callbackUrl);
		if (isTaken) throw new Refusal('100227');
		if (callbacks.conflict(request.applicationId, address)) throw new Refusal('100234');
		return await reply
			.code(201)
			.send(viewOf(subscriptions.add(request.applicationId, notifyType, callbackUrl)));
	});

	server.get(SUBSCRIPTIONS, async (request) => {
		const query = queryOf(request);
		const { pageNo, pageSize, cut } = pageOf(query, settings, RULES);
		const found = subscriptions.list(request.applicationId, query.notifyType);
		return { totalCount: found.length, pageNo, pageSize, subscriptions: cut(found).map(viewOf) };
	});

	server.delete(SUBSCRIPTIONS, async (request, reply) => {
		const { notifyType, callbackUrl } = queryOf(request);
		for (const subscription of subscriptions.list(request.applicationId, notifyType)) {
			if (callbackUrl === undefined || callbackUrl === subscription.callbackUrl) {
				subscriptions.remove(subscription);
			}
		}
		return await reply.code(204).send();
	});

	server.get<ById>(`${SUBSCRIPTIONS}/:subscriptionId`, async ({ applicationId, params }) =>
		viewOf(known(applicationId, params.subscriptionId)),
	);

	server.delete<ById>(`${SUBSCRIPTIONS}/:subscriptionId`, async ({ applicationId, params }, reply) => {
		subscriptions.remove(known(applicationId, params.subscriptionId));
		return await reply.code(204).send();
	});

	function known(appId: string, subscriptionId: string): StoredSubscription {
		const subscription = subscriptions.find(appId, subscriptionId);
		if (!subscription) throw new Refusal('100225');
		return subscription;
	}
}

function viewOf({ subscriptionId, notifyType, callbackUrl }: StoredSubscription): object {
	return { subscriptionId, notifyType, callbackUrl };
}
