import { withoutSecrets } from '../client/redaction';
import { unexpectedContent } from '../client/replies';
import type { Transport } from '../client/transport';
import { isObject, type JsonObject } from '../values/json';
import { type Failure, type Result, fail, ok } from '../values/results';
import { getPage, readPages } from './paging';

const PATH = '/iocm/app/sub/v1.2.0/subscriptions';
const PAGE_SIZE = 100;

/** The platform has a subscription of this type already (platform API, "Errors"). */
const TAKEN = '100227';
const NOT_KNOWN = '100225';

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
		/** Another application, which owns the devices and has authorized the caller's own. */
		private readonly appId?: string,
	) {}

	/** The same, given up when `signal` aborts. */
	until(signal: AbortSignal): Subscriptions {
		return new Subscriptions(this.transport.until(signal), this.appId);
	}

	/** All of the application, whoever made them. */
	async list(): Promise<Result<Subscription[]>> {
		const found: Subscription[] = [];
		const { transport, appId } = this;
		const read = await readPages<JsonObject>(
			async (pageNo) =>
				await getPage(transport, PATH, 'subscriptions', { appId, pageNo, pageSize: PAGE_SIZE }),
			(entry) => asSubscription(entry).subscriptionId || undefined,
			(entry) => {
				const subscription = asSubscription(entry);
				// Without an ID it could not be removed.
				if (subscription.subscriptionId !== '') found.push(subscription);
				return true;
			},
		);
		return read.ok ? ok(found) : read;
	}

	/**
	 * Makes a subscription. When the answer is lost, it is looked up before anything is sent again. That is also done when
	 * the platform then says that it has one of this type: it may be what the first request made.
	 * @returns the subscription, or a failure, for which `isTaken` holds if another callback URL has this type
	 */
	async add(notifyType: string, callbackUrl: string): Promise<Result<Subscription>> {
		for (let tries = 1; ; tries += 1) {
			const made = await this.send(notifyType, callbackUrl);
			if (made.ok) return made;
			const { failure } = made;
			if (!failure.maybeDone && (tries === 1 || !isTaken(failure))) return made;

			const listed = await this.list();
			if (!listed.ok) return fail({ ...listed.failure, maybeDone: true });
			const found = listed.value.find(
				(entry) => entry.notifyType === notifyType && isSameUrl(entry.callbackUrl, callbackUrl),
			);
			if (found) return ok(found);
			if (isTaken(failure) || tries > this.transport.maxRetries) return made;
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
		const isGone = !sent.ok && (sent.failure.httpStatus === 404 || sent.failure.code === NOT_KNOWN);
		return sent.ok || isGone ? ok(undefined) : sent;
	}

	private async send(notifyType: string, callbackUrl: string): Promise<Result<Subscription>> {
		const sent = await this.transport.send({
			method: 'POST',
			path: PATH,
			// Here, and in no other call, the application is named in the body (platform API, "Subscriptions and notifications").
			body: { notifyType, callbackUrl, ...(this.appId === undefined ? {} : { appId: this.appId }) },
			safety: 'once',
		});
		const made = sent.ok && isObject(sent.value.body) ? asSubscription(sent.value.body) : undefined;
		if (made?.subscriptionId) return ok({ ...made, notifyType, callbackUrl });
		const failure = sent.ok ? unexpectedContent('subscription', true) : sent.failure;
		// The platform may repeat the URL in its text, and the URL's query holds a secret.
		return fail(withoutSecrets(failure, queryValues(callbackUrl)));
	}
}

/** Whether a subscription could not be made because the platform has one of its type already. */
export function isTaken({ code, httpStatus }: Failure): boolean {
	return code === TAKEN || httpStatus === 409;
}

/** Whether two URLs are the same, however they are written: the platform may drop a usual port, for example. */
export function isSameUrl(url: string, other: string): boolean {
	return normalized(url) === normalized(other);
}

function normalized(url: string): string {
	return URL.canParse(url) ? new URL(url).href : url;
}

function queryValues(url: string): string[] {
	return URL.canParse(url) ? [...new URL(url).searchParams.values()] : [];
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
