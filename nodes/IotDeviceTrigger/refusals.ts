import { isTaken, type Subscription } from '../shared/platform/subscriptions';
import type { Failure } from '../shared/values/results';
import { excerpt } from '../shared/values/text';
import { addressOf, destination } from './callbackUrl';
import { eventsOf } from './events';

/** The callback URL has another host or port than the application's others (platform API, "Errors"). */
const OTHER_ADDRESS = '100234';

/** Names who has the type. Of the URLs it shows only where they lead, because the rest may be a secret. */
export function takenType(
	failure: Failure,
	notifyType: string,
	holders: Subscription[],
	to: string,
): Failure {
	const isHere = holders.some(({ callbackUrl }) => addressOf(callbackUrl) === addressOf(to));
	const events = namesOf(notifyType);
	const code = failure.code ?? failure.httpStatus;
	const where = holders
		.map(({ callbackUrl }) => excerpt(destination(callbackUrl) ?? 'an unreadable address'))
		.join(', ');
	return {
		...failure,
		what: isHere
			? `Probably another IoT Device Trigger in this n8n already receives ${events} (${code}). Unpublish its workflow, or start both from one trigger`
			: `Another workflow or program already receives ${events} (${code}). Turn it off, or use 'IoT Device Polling Trigger', which needs no subscription`,
		help: `Then try again.${isHere ? '' : " If you can't turn off what holds the subscription, ask the operator to remove it."} The platform keeps one subscription for each notification type. The one that is there${where && `, to ${where},`} was not changed.`,
	};
}

/** A test needs the type that its own workflow has, which is published. */
export function takenByPublished(failure: Failure, notifyType: string): Failure {
	return {
		...failure,
		what: `This workflow is published and holds the platform's one subscription for ${namesOf(notifyType)} (${failure.code ?? failure.httpStatus})`,
		help: 'Unpublish it before you test it, or copy one of its executions to the editor.',
	};
}

function namesOf(notifyType: string): string {
	return eventsOf(notifyType)
		.map((name) => `'${name}'`)
		.join(' and ');
}

/** All callback URLs of an application must have the same host and port: a refusal may come from that. */
export function refusedAddress(failure: Failure, existing: Subscription[], to: string): Failure {
	if (failure.code === undefined || isTaken(failure)) return failure;
	const other = existing.find(({ callbackUrl }) => callbackUrl && addressOf(callbackUrl) !== addressOf(to));
	if (failure.code === OTHER_ADDRESS) {
		const where = other
			? `goes to ${excerpt(addressOf(other.callbackUrl))}`
			: 'goes elsewhere, perhaps that of a command';
		return {
			...failure,
			help: `Another callback URL of the application ${where}, and n8n's address is ${addressOf(to)}. Remove the other one, or give n8n the same host and port with WEBHOOK_URL. 'IoT Device Polling Trigger' needs no callback URL.`,
		};
	}
	if (!other) return failure;
	const help = `All callback URLs of one application must have the same host and port. Another subscription goes to ${excerpt(addressOf(other.callbackUrl))}, and n8n's address is ${addressOf(to)}.`;
	return { ...failure, help: `${failure.help} ${help}` };
}
