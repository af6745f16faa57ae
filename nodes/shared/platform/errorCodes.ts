import type { CodeAdvice, ErrorCodes } from '../client/replies';

const WAIT_THEN_OPERATOR = "Try again later. If that doesn't help, ask the operator of the platform.";
const CHECK_VALUES = "Check 'Device' and the node's other fields, and the option 'Application ID'.";

/** Advice for codes that mean the same. Unless a kind is given, sending the same again gives the same. */
function codes(
	named: string[],
	advice: Omit<CodeAdvice, 'kind'> & Partial<CodeAdvice>,
): Array<[string, CodeAdvice]> {
	return named.map((code) => [code, { kind: 'final', ...advice }]);
}

/**
 * Every code of the platform's pages: what it means for a person, and what may be done about it (platform API, "Errors").
 * docs/messages.md is made from this table.
 */
export const ERROR_CODES: ErrorCodes = new Map<string, CodeAdvice>([
	...codes(['1010005', '100002'], {
		kind: 'token',
		what: 'The platform refused the App Key or the access token',
		help: "Check 'App Key' in the credential, and the access token or secret. A token is usually valid for an hour.",
	}),
	...codes(['100006'], {
		kind: 'token',
		what: 'The platform no longer accepts this login',
		help: "Check 'Secret' in the credential.",
	}),
	...codes(['1010009'], {
		kind: 'throttled',
		what: 'The application made more calls than its rate limit allows',
		help: "Lower 'Requests per Minute' in the credential, especially if other programs use the same application, or ask the operator of the platform for a higher rate limit.",
	}),
	...codes(['100501'], {
		kind: 'throttled',
		what: 'The platform is overloaded and limits calls at the moment',
		help: 'Try again later.',
	}),
	...codes(['100001', '50252'], {
		kind: 'transient',
		maybeDone: true,
		what: 'The platform reported an internal error',
		help: WAIT_THEN_OPERATOR,
	}),
	...codes(['101016', '101017'], {
		kind: 'transient',
		maybeDone: true,
		what: 'The platform could not find one of its own internal addresses',
		help: WAIT_THEN_OPERATOR,
	}),
	...codes(['100220'], {
		isForAll: true,
		what: 'The platform found no App Key in the call',
		help: "Check 'App Key Header' in the credential (under 'Custom TLS and Gateway Settings'), and that no proxy drops headers with an underscore in their name.",
	}),
	...codes(['100025'], {
		isForAll: true,
		what: 'The platform does not know this App Key',
		help: "Check 'App Key' and 'App Key Header' in the credential.",
	}),
	...codes(['100208'], {
		what: 'The platform refused the login because the App Key or the secret is wrong',
		help: "Check 'App Key' and 'Secret' in the credential.",
	}),
	...codes(['100028'], {
		what: 'The application is not allowed to make this call',
		help: 'Ask the operator of the platform for permission.',
	}),
	...codes(['100247'], {
		what: 'The application is frozen on the platform',
		help: 'Ask the operator of the platform to unfreeze it.',
	}),
	...codes(['102202'], {
		what: 'The platform requires a value that is missing',
		help: "Check that 'Device' is filled in, and 'App Key' and 'Secret' in the credential.",
	}),
	...codes(['100022', '50400'], {
		what: 'The platform does not accept one of the values',
		help: CHECK_VALUES,
	}),
	...codes(['100007'], {
		what: 'The platform could not read the call',
		help: "Check the node's fields for stray characters.",
	}),
	...codes(['100203'], {
		what: 'The platform does not know the application',
		help: "Check the option 'Application ID'. It names another application whose devices yours may use; leave it empty for your own devices.",
	}),
	...codes(['100217'], {
		what: 'Your application is not authorized to use the devices of the other application',
		help: "Leave the option 'Application ID' empty for your own devices, or have the owner of the other application authorize yours.",
	}),
	...codes(['100418', '100403'], {
		what: 'The platform does not know this device',
		help: "Check 'Device'. It is the ID that the platform assigned when the device was registered, not its IMEI or serial number. If another application owns the device, enter that application's ID in the option 'Application ID'.",
	}),
	...codes(['100023'], {
		what: "The platform's own data for this device is damaged",
		help: 'Ask the operator of the platform to repair it.',
	}),
	...codes(['100419'], {
		what: 'The device is not activated',
		help: 'Wait until the device has connected to the platform for the first time.',
	}),
	...codes(['100428'], {
		what: 'The device is not online',
		help: "Wait until the device has reported again. A new command waits on the platform if 'Expire Time' is more than 0.",
	}),
	...codes(['100612'], {
		what: 'The device has been offline for so long (more than 7 days) that the platform accepts no commands for it',
		help: 'Wait until the device has reported again.',
	}),
	...codes(['100216', '100218', '100405'], {
		what: 'The platform does not accept this query for devices',
		help: "Check 'Server' in the credential: it has to be the address of the platform's northbound API.",
	}),
	...codes(['100416', '100610'], {
		what: 'The platform does not accept this query for device data',
		help: CHECK_VALUES,
	}),
	...codes(['100223'], {
		what: 'The device already has as many queued commands as the platform allows (usually 20)',
		help: "Revoke queued commands first, or use the option 'Replace Queued'.",
	}),
	...codes(['100431'], {
		what: "The service is not in the device's profile",
		help: "Choose 'Service' from the list, or compare it with the profile of the device.",
	}),
	...codes(['100432'], {
		what: 'The platform has muted the commands of this device',
		help: 'Unmute them on the platform, then try again.',
	}),
	...codes(['100434'], {
		what: 'The platform does not know this command',
		help: 'Check the command ID. The platform may have deleted the command since it was listed.',
	}),
	...codes(['100435'], {
		what: 'The command has already been delivered or canceled, or has expired',
		help: 'Only commands that have not been delivered can be revoked.',
	}),
	...codes(['105001'], {
		what: 'The application has too many unfinished batch tasks',
		help: 'Wait until some of them have ended.',
	}),
	...codes(['105002'], {
		what: 'The platform already has a batch task with this name',
		help: 'Use another name.',
	}),
	...codes(['105005'], {
		what: 'The platform does not know this batch task',
		help: 'Check the task ID. The platform may have deleted an old task.',
	}),
	...codes(['100222'], {
		what: 'The platform does not accept the callback URL',
		help: "It has to start with http:// or https:// and needs an explicit port and a path, for example https://n8n.example.com:443/webhook. For IoT Device Trigger, n8n takes it from WEBHOOK_URL; for Send, it is the option 'Callback URL'.",
	}),
	...codes(['100234'], {
		what: "The callback URL's host or port differs from the application's other callback URLs",
		help: 'All callback URLs of an application, including those of commands, have to use the same host and port. Use theirs, in WEBHOOK_URL for IoT Device Trigger and in the option Callback URL for Send, or have the old subscriptions removed on the platform and try again.',
	}),
	...codes(['100227'], {
		what: 'The platform already has a subscription for this notification type',
		help: "Unpublish the workflow that has the subscription, ask the operator of the platform to remove it, or use 'IoT Device Polling Trigger', which needs none.",
	}),
	...codes(['100228', '100244'], {
		what: 'The platform refused the subscription',
		help: 'Check that the platform can reach the callback URL. Otherwise ask the operator of the platform.',
	}),
	...codes(['100225'], {
		what: 'The platform does not know this subscription or resource',
		help: 'It may already have been removed, in which case there is nothing to do.',
	}),
]);
