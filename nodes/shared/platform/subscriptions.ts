import { isSameCallback, secretOf } from './callbackUrl';
import { readList, readPages, type Page } from './paging';
import { unexpectedContent } from '../client/replies';
import { withoutSecrets } from '../client/redaction';
import type { Transport } from '../client/transport';
import { type Failure, type Result, fail, ok } from '../values/results';
import { isObject, type JsonObject } from '../values/json';

const PATH = '/iocm/app/sub/v1.2.0/subscriptions';
const PAGE_SIZE = 100;

/** The platform has a subscription of this type already (platform API, "Errors"). */
const TAKEN = '100227';
/** The platform does not know the subscription. */
const UNKNOWN = '100225';

export interface Subscription {
	subscriptionId: string;
	/** What is reported, for example `deviceInfoChanged`. */
	notifyType: string;
	/** Where it is reported to. */
	callbackUrl: string;
}

/** An application's subscriptions to what happens on the platform (platform API, "Subscriptions and notifications"). */
export class Subscriptions {
	constructor(
		private readonly transport: Transport,
		/** Another application that has authorized the caller's own. */
		private readonly appId?: string,
	) {}

	/** The same, given up when `signal` aborts. */
	until(signal: AbortSignal): Subscriptions {
		return new Subscriptions(this.transport.until(signal), this.appId);
	}

	/** All of the application, whoever made them. */
	async list(): Promise<Result<Subscription[]>> {
		const found: Subscription[] = [];
		const read = await readPages<Subscription>(
			async (pageNo) => {
				const sent = await this.transport.send({
					method: 'GET',
					path: PATH,
					query: { appId: this.appId, pageNo, pageSize: PAGE_SIZE },
					safety: 'repeatable',
				});
				return sent.ok ? readSubscriptions(sent.value.body) : sent;
			},
			({ subscriptionId }) => subscriptionId || undefined,
			(subscription) => {
				// Without an id it could not be removed.
				if (subscription.subscriptionId !== '') found.push(subscription);
				return true;
			},
		);
		return read.ok ? ok(found) : read;
	}

	/**
	 * Makes a subscription. When the answer is lost it is looked up before anything is sent again, and also when the
	 * platform then says that it has one of this type: that may be what the first try made.
	 * @returns the subscription, or a failure, for which `isTaken` holds if another callback URL has this type
	 */
	async add(notifyType: string, callbackUrl: string): Promise<Result<Subscription>> {
		for (let tries = 1; ; tries += 1) {
			const sent = await this.transport.send({
				method: 'POST',
				path: PATH,
				query: { appId: this.appId },
				body: { notifyType, callbackUrl },
				safety: 'once',
			});
			const made = sent.ok && isObject(sent.value.body) ? asSubscription(sent.value.body) : undefined;
			if (made?.subscriptionId) return ok({ ...made, notifyType, callbackUrl });
			const told = sent.ok ? unexpectedContent('subscription', true) : sent.failure;
			// The platform may repeat the URL in its text.
			const failure = withoutSecrets(told, [secretOf(callbackUrl)]);
			const mayBeOurs = failure.maybeDone || (tries > 1 && isTaken(failure));
			if (!mayBeOurs) return fail(failure);

			const listed = await this.list();
			if (!listed.ok) return fail({ ...listed.failure, maybeDone: true });
			const ours = listed.value.find(
				(entry) => entry.notifyType === notifyType && isSameCallback(entry.callbackUrl, callbackUrl),
			);
			if (ours) return ok(ours);
			if (isTaken(failure) || tries > this.transport.maxRetries) return fail(failure);
			if (!(await this.transport.backOff(tries))) return fail({ ...failure, kind: 'canceled' });
		}
	}

	/** Removes a subscription; one that is gone already is as good. */
	async remove({ subscriptionId }: Subscription): Promise<Result<void>> {
		const sent = await this.transport.send({
			method: 'DELETE',
			path: `${PATH}/${encodeURIComponent(subscriptionId)}`,
			query: { appId: this.appId },
			safety: 'repeatable',
		});
		const isGone = !sent.ok && (sent.failure.httpStatus === 404 || sent.failure.code === UNKNOWN);
		return sent.ok || isGone ? ok(undefined) : sent;
	}
}

/** Whether a subscription could not be made because the platform has one of its type already. */
export function isTaken({ code, httpStatus }: Failure): boolean {
	return code === TAKEN || httpStatus === 409;
}

function readSubscriptions(body: unknown): Result<Page<Subscription>> {
	const page = readList<JsonObject>(body, 'subscriptions', PAGE_SIZE);
	return page.ok ? ok({ ...page.value, entries: page.value.entries.map(asSubscription) }) : page;
}

function asSubscription(value: Record<string, unknown>): Subscription {
	const text = (field: unknown) =>
		typeof field === 'string' ? field : typeof field === 'number' ? String(field) : '';
	return {
		subscriptionId: text(value.subscriptionId),
		notifyType: text(value.notifyType),
		callbackUrl: text(value.callbackUrl),
	};
}
