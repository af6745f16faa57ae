import { isSameUrl, isTaken, type Subscription, type Subscriptions } from '../shared/platform/subscriptions';
import { type Failure, type Result, fail, ok } from '../shared/values/results';
import { destination, digestOf, isSecret, newSecret, secretOf, withSecret } from './callbackUrl';
import { refusedAddress, takenByPublished, takenType } from './refusals';

/** How long a person who publishes or unpublishes a workflow waits at most, in milliseconds. */
export const LONGEST_WAIT_MS = 20_000;

/** What a trigger wants to have reported, and where. */
export interface Wanted {
	notifyTypes: string[];
	/** The callback URL with its port and without a secret. What leads there is ours. */
	to: string;
	/** Of the secret that n8n knows; undefined if it knows none. */
	digest: string | undefined;
	/** Whether n8n listens for a test event. */
	isTest: boolean;
	/** Whether a subscription leads to the other URL of the same node. It gives way to the published workflow, never to a test. */
	isOfThisNode: (callbackUrl: string) => boolean;
}

interface Plan {
	secret: string;
	/** Ours, and not to be kept: with another secret, there twice, or not wanted any more. */
	remove: Subscription[];
	/** The types to subscribe to. */
	add: string[];
}

/** Compares what there is with what is wanted. A subscription of ours is kept if its secret is the one n8n knows. */
function planFor(existing: Subscription[], { notifyTypes, to, digest }: Wanted): Plan {
	const ours = existing.filter(({ callbackUrl }) => destination(callbackUrl) === to);
	const good = new Map<string, Subscription>();
	for (const subscription of ours) {
		const { notifyType, callbackUrl } = subscription;
		const isGood = notifyTypes.includes(notifyType) && isSecret(secretOf(callbackUrl), digest);
		if (isGood && !good.has(notifyType)) good.set(notifyType, subscription);
	}
	const [first] = good.values();
	return {
		secret: first ? secretOf(first.callbackUrl) : newSecret(),
		remove: ours.filter((subscription) => good.get(subscription.notifyType) !== subscription),
		add: notifyTypes.filter((type) => !good.has(type)),
	};
}

/** Whether everything is as wanted, so that nothing has to be done. */
export async function isSubscribed(subscriptions: Subscriptions, wanted: Wanted): Promise<Result<boolean>> {
	const listed = await inTime(subscriptions).list();
	if (!listed.ok) return listed;
	const { remove, add } = planFor(listed.value, wanted);
	return ok(remove.length === 0 && add.length === 0);
}

/**
 * Makes the platform report what is wanted: one subscription for each type. Takes over what is ours and leaves alone
 * what is not. If one can't be made, those made before are taken back.
 * @returns the digest of the secret that the reports will have
 */
export async function subscribe(subscriptions: Subscriptions, wanted: Wanted): Promise<Result<string>> {
	const now = inTime(subscriptions);
	const listed = await now.list();
	if (!listed.ok) return listed;
	const { secret, remove, add } = planFor(listed.value, wanted);
	for (const subscription of remove) {
		const removed = await now.remove(subscription);
		if (!removed.ok) return removed;
	}
	const callbackUrl = withSecret(wanted.to, secret);
	for (const notifyType of add) {
		const added = await addOne(now, notifyType, callbackUrl, wanted);
		if (added.ok) continue;
		const failure = refusedAddress(added.failure, listed.value, wanted.to);
		const isNothingMade = notifyType === add[0] && !failure.maybeDone;
		return fail(isNothingMade ? failure : await takeBack(subscriptions, add, callbackUrl, failure));
	}
	return ok(digestOf(secret));
}

/** Removes every subscription that leads to `to`, whatever its type and secret. */
export async function unsubscribe(subscriptions: Subscriptions, to: string): Promise<Result<void>> {
	return await removeAll(inTime(subscriptions), ({ callbackUrl }) => destination(callbackUrl) === to);
}

/** The types that the platform reports to `to` with this secret. */
export async function typesReportedTo(
	subscriptions: Subscriptions,
	to: string,
	secret: string,
): Promise<Result<string[]>> {
	const listed = await subscriptions.list();
	if (!listed.ok) return listed;
	const digest = digestOf(secret);
	const ours = listed.value.filter(
		({ callbackUrl }) => destination(callbackUrl) === to && isSecret(secretOf(callbackUrl), digest),
	);
	return ok(ours.map(({ notifyType }) => notifyType));
}

/** Each step has its own time: what was begun is also taken back when the first one has used up its time. */
function inTime(subscriptions: Subscriptions): Subscriptions {
	return subscriptions.until(AbortSignal.timeout(LONGEST_WAIT_MS));
}

async function addOne(
	subscriptions: Subscriptions,
	notifyType: string,
	callbackUrl: string,
	{ isTest, isOfThisNode, to }: Wanted,
): Promise<Result<unknown>> {
	const added = await subscriptions.add(notifyType, callbackUrl);
	if (added.ok || !isTaken(added.failure)) return added;
	const listed = await subscriptions.list();
	if (!listed.ok) return listed;
	const holders = listed.value.filter((entry) => entry.notifyType === notifyType);
	const isOwn = holders.length > 0 && holders.every(({ callbackUrl }) => isOfThisNode(callbackUrl));
	if (!isOwn) return fail(takenType(added.failure, notifyType, holders, to));
	if (isTest) return fail(takenByPublished(added.failure, notifyType));
	for (const holder of holders) {
		const removed = await subscriptions.remove(holder);
		if (!removed.ok) return removed;
	}
	return await subscriptions.add(notifyType, callbackUrl);
}

/** Removes what was made of these types before one of them failed. @returns that failure, with what is left behind */
async function takeBack(
	subscriptions: Subscriptions,
	types: string[],
	callbackUrl: string,
	failure: Failure,
): Promise<Failure> {
	const undone = await removeAll(
		inTime(subscriptions),
		(entry) => types.includes(entry.notifyType) && isSameUrl(entry.callbackUrl, callbackUrl),
	);
	if (undone.ok) return failure;
	const left = `Subscriptions that were made before (${types.join(', ')}) could not be removed again. The next activation takes them over.`;
	return { ...failure, help: `${failure.help} ${left}` };
}

async function removeAll(
	subscriptions: Subscriptions,
	isChosen: (subscription: Subscription) => boolean,
): Promise<Result<void>> {
	const listed = await subscriptions.list();
	if (!listed.ok) return listed;
	let result: Result<void> = ok(undefined);
	for (const subscription of listed.value.filter(isChosen)) {
		const removed = await subscriptions.remove(subscription);
		if (!removed.ok) result = removed;
	}
	return result;
}
