import {
	addressOf,
	destination,
	digestOf,
	isSameCallback,
	isSecret,
	newSecret,
	secretOf,
	withSecret,
} from '../shared/platform/callbackUrl';
import { isTaken, type Subscription, type Subscriptions } from '../shared/platform/subscriptions';
import { type Failure, type Result, fail, ok } from '../shared/values/results';

/** What a trigger wants to be told, and where. */
export interface Wanted {
	notifyTypes: string[];
	/** The callback URL with its port and without a secret. What leads there is ours. */
	to: string;
	/** Of the secret that we know; undefined if none is. */
	digest: unknown;
	/** Whether another callback URL may be taken away when it has a type that is wanted. */
	mayTakeAway: (callbackUrl: string) => boolean;
}

interface Plan {
	secret: string;
	/** Ours, and not to be kept: another secret, given twice, or not wanted any more. */
	remove: Subscription[];
	/** Types to subscribe to. */
	add: string[];
}

/** What there is against what is wanted. A subscription of ours is kept if its secret is the one we know. */
function planFor(existing: Subscription[], { notifyTypes, to, digest }: Wanted): Plan {
	const ours = existing.filter(({ callbackUrl }) => destination(callbackUrl) === to);
	const kept = new Map<string, Subscription>();
	for (const subscription of ours) {
		const { notifyType, callbackUrl } = subscription;
		const isGood = notifyTypes.includes(notifyType) && isSecret(secretOf(callbackUrl), digest);
		if (isGood && !kept.has(notifyType)) kept.set(notifyType, subscription);
	}
	const [known] = kept.values();
	return {
		secret: known ? secretOf(known.callbackUrl) : newSecret(),
		remove: ours.filter((subscription) => kept.get(subscription.notifyType) !== subscription),
		add: notifyTypes.filter((type) => !kept.has(type)),
	};
}

/** Whether everything is as wanted, so that nothing has to be done. */
export async function isSubscribed(subscriptions: Subscriptions, wanted: Wanted): Promise<Result<boolean>> {
	const listed = await subscriptions.list();
	if (!listed.ok) return listed;
	const { remove, add } = planFor(listed.value, wanted);
	return ok(remove.length === 0 && add.length === 0);
}

/**
 * Makes the platform report what is wanted: one subscription for each type. Takes over what is ours and leaves alone
 * what is not. If one can't be made, those made before are taken back.
 * @param patience gives the signal that ends the waiting; asked again for taking back
 * @returns the digest of the secret that the pushes bring along
 */
export async function subscribe(
	subscriptions: Subscriptions,
	wanted: Wanted,
	patience: () => AbortSignal,
): Promise<Result<string>> {
	const patient = subscriptions.until(patience());
	const listed = await patient.list();
	if (!listed.ok) return listed;
	const { secret, remove, add } = planFor(listed.value, wanted);
	for (const subscription of remove) {
		const removed = await patient.remove(subscription);
		if (!removed.ok) return removed;
	}
	const callbackUrl = withSecret(wanted.to, secret);
	const tried: string[] = [];
	for (const notifyType of add) {
		tried.push(notifyType);
		const added = await addOne(patient, notifyType, callbackUrl, wanted);
		if (added.ok) continue;
		const failure = added.failure.code ? explained(added.failure, listed.value, wanted.to) : added.failure;
		if (tried.length === 1 && !failure.maybeDone) return fail(failure);
		const mine = (entry: Subscription) =>
			isSameCallback(entry.callbackUrl, callbackUrl) && tried.includes(entry.notifyType);
		const undone = await removeAll(subscriptions.until(patience()), mine);
		if (undone.ok) return fail(failure);
		const left = `What was subscribed (${tried.join(', ')}) could not be taken back; the next activation takes it over.`;
		return fail({ ...failure, help: `${failure.help} ${left}` });
	}
	return ok(digestOf(secret));
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

/** Removes every subscription that leads to `to`, whatever its type and secret. */
export async function unsubscribe(subscriptions: Subscriptions, to: string): Promise<Result<void>> {
	return await removeAll(subscriptions, ({ callbackUrl }) => destination(callbackUrl) === to);
}

async function removeAll(
	subscriptions: Subscriptions,
	chosen: (subscription: Subscription) => boolean,
): Promise<Result<void>> {
	const listed = await subscriptions.list();
	if (!listed.ok) return listed;
	let result: Result<void> = ok(undefined);
	for (const subscription of listed.value.filter(chosen)) {
		const removed = await subscriptions.remove(subscription);
		if (!removed.ok) result = removed;
	}
	return result;
}

async function addOne(
	subscriptions: Subscriptions,
	notifyType: string,
	callbackUrl: string,
	{ mayTakeAway, to }: Wanted,
): Promise<Result<unknown>> {
	const added = await subscriptions.add(notifyType, callbackUrl);
	if (added.ok || !isTaken(added.failure)) return added;
	const listed = await subscriptions.list();
	if (!listed.ok) return listed;
	const holders = listed.value.filter((entry) => entry.notifyType === notifyType);
	if (holders.length === 0 || !holders.every((holder) => mayTakeAway(holder.callbackUrl))) {
		return fail(taken(added.failure, notifyType, holders, to));
	}
	for (const holder of holders) {
		const removed = await subscriptions.remove(holder);
		if (!removed.ok) return removed;
	}
	return await subscriptions.add(notifyType, callbackUrl);
}

/** Names who has the type; of the URLs no more than where they lead, because the rest may be a secret. */
function taken(failure: Failure, notifyType: string, holders: Subscription[], to: string): Failure {
	const isHere = holders.some(({ callbackUrl }) => addressOf(callbackUrl) === addressOf(to));
	const where = holders
		.map(({ callbackUrl }) => destination(callbackUrl) ?? 'an unreadable address')
		.join(', ');
	const what = `The platform reports '${notifyType}' to another address already${where && `: ${where}`}, and it keeps one subscription for each type (${failure.code ?? failure.httpStatus})`;
	return {
		...failure,
		what,
		help: isHere
			? "It was left alone. It leads to n8n's own address, so probably another IoT Device Trigger holds it: choose all events in one of them, or turn off the other workflow, and activate this one again."
			: 'It was left alone. Turn off the workflow or program that made it, or have the operator remove it, and activate this workflow again.',
	};
}

/** All callback URLs of an application must have one host and port: a refusal may come from that. */
function explained(failure: Failure, existing: Subscription[], to: string): Failure {
	if (isTaken(failure)) return failure;
	const other = existing.find(({ callbackUrl }) => callbackUrl && addressOf(callbackUrl) !== addressOf(to));
	if (!other) return failure;
	const help = `All subscriptions of one application must go to the same host and port. Another one goes to ${addressOf(other.callbackUrl)}, and n8n's address is ${addressOf(to)}.`;
	return { ...failure, help: `${failure.help} ${help}` };
}
