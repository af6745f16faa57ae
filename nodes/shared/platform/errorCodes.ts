import type { CodeAdvice, ErrorCodes } from '../client/replies';

const WAIT_THEN_OPERATOR = 'Try again later. If it stays, ask the operator of the platform.';
const CHECK_APP_KEY = "Check 'App Key' in the credential";
const CHECK_DEVICE =
	"Check 'Device': it is the ID that the platform gave when the device was registered, not its IMEI or serial number. If the device belongs to another application, name that in the option 'Application ID'.";

function entries(codes: string[], advice: CodeAdvice): Array<[string, CodeAdvice]> {
	return codes.map((code) => [code, advice]);
}

/** Every code of the platform's pages: what it means for a person, and what may be done about it. */
export const ERROR_CODES: ErrorCodes = new Map<string, CodeAdvice>([
	...entries(['1010005', '100002'], {
		kind: 'token',
		what: 'The platform refused the App Key or the access token',
		help: `${CHECK_APP_KEY}, and the access token or secret. A token lives for an hour as a rule.`,
	}),
	...entries(['1010009'], {
		kind: 'throttled',
		what: 'The application made more calls than its flow-control threshold allows',
		help: "Lower 'Requests per Minute' in the credential, above all when other programs use the same application, or ask the operator of the platform for a higher threshold.",
	}),
	...entries(['100501'], {
		kind: 'throttled',
		what: 'The platform is congested and limits calls at the moment',
		help: 'Try again later.',
	}),
	...entries(['100001', '50252'], {
		kind: 'transient',
		maybeDone: true,
		what: 'The platform broke down inside while it handled the call',
		help: WAIT_THEN_OPERATOR,
	}),
	...entries(['101016', '101017'], {
		kind: 'transient',
		maybeDone: true,
		what: 'The platform could not find one of its own internal addresses',
		help: WAIT_THEN_OPERATOR,
	}),
	...entries(['100220'], {
		kind: 'final',
		what: 'The platform found no App Key in the call',
		help: "Check 'App Key Header' in the credential, and that no proxy on the way drops headers with an underscore in their name.",
	}),
	...entries(['100025'], {
		kind: 'final',
		what: 'The platform does not know this App Key',
		help: `${CHECK_APP_KEY}, and its 'App Key Header'.`,
	}),
	...entries(['100006'], {
		kind: 'token',
		what: 'The platform no longer accepts this login',
		help: "Check 'Secret' in the credential.",
	}),
	...entries(['100208'], {
		kind: 'final',
		what: 'The platform refused the login: App Key or secret is not right',
		help: `${CHECK_APP_KEY} and its 'Secret'.`,
	}),
	...entries(['100247'], {
		kind: 'final',
		what: 'The application is frozen on the platform',
		help: 'Ask the operator of the platform to release it.',
	}),
	...entries(['102202'], {
		kind: 'final',
		what: 'The platform misses a value that it requires',
		help: "Check that 'Device' is filled in, and in the credential 'App Key' and 'Secret'.",
	}),
	...entries(['100022', '50400'], {
		kind: 'final',
		what: 'The platform does not accept one of the values',
		help: "Check 'Device' and the option 'Application ID'.",
	}),
	...entries(['100203'], {
		kind: 'final',
		what: 'The platform does not know the application',
		help: "Check the option 'Application ID': it names another application whose devices yours may use. For your own devices leave it empty.",
	}),
	...entries(['100217'], {
		kind: 'final',
		what: 'Your application is not authorized to use the devices of the other application',
		help: "Leave the option 'Application ID' empty for your own devices, or have the owner of that application authorize yours.",
	}),
	...entries(['100418', '100403'], {
		kind: 'final',
		what: 'The platform does not know this device',
		help: CHECK_DEVICE,
	}),
	...entries(['100007'], {
		kind: 'final',
		what: 'The platform could not make sense of the call',
		help: "Check 'Device' and the options for stray characters.",
	}),
	...entries(['100023'], {
		kind: 'final',
		what: "The platform's own record of this device is damaged",
		help: 'Ask the operator of the platform to repair it.',
	}),
	...entries(['100432'], {
		kind: 'final',
		what: 'The platform has muted the commands of this device',
		help: 'Lift the muting on the platform, then run this again.',
	}),
	...entries(['100216', '100218', '100405'], {
		kind: 'final',
		what: 'The platform does not accept how the device list was asked for',
		help: "Check 'Server' in the credential: the address must be that of the platform's northbound API.",
	}),
	...entries(['100428'], {
		kind: 'final',
		what: 'The device is not online',
		help: 'Wait until the device has reported again.',
	}),
	...entries(['100431'], {
		kind: 'final',
		what: "The platform does not know the service in the device's profile",
		help: 'Check the service ID against the profile of the device.',
	}),
	...entries(['100434'], {
		kind: 'final',
		what: 'The platform does not know this command',
		help: 'Check the command ID. The platform may have deleted the command since it was listed.',
	}),
	...entries(['100435'], {
		kind: 'final',
		what: 'The command is final already: delivered, expired or canceled',
		help: 'Only commands that have not been delivered can be revoked.',
	}),
	...entries(['100223'], {
		kind: 'final',
		what: 'The device has as many queued commands as the platform allows',
		help: 'Revoke pending commands first.',
	}),
	...entries(['100612'], {
		kind: 'final',
		what: 'The device has been offline for so long that the platform treats it as dead',
		help: 'The device has to report again before the platform accepts this.',
	}),
	...entries(['100222'], {
		kind: 'final',
		what: 'The platform does not accept the callback URL',
		help: 'The address under which n8n is reached must be http or https and carry an explicit port.',
	}),
	...entries(['100234'], {
		kind: 'final',
		what: "The callback URL has another host or port than the application's other callback URLs",
		help: 'All callback URLs of one application, those of commands included, must have the same host and port. Remove the others, or use theirs.',
	}),
	...entries(['100227'], {
		kind: 'final',
		what: 'The platform has a subscription for this notification type already',
		help: 'Remove the other subscription on the platform, or use the application that owns it.',
	}),
	...entries(['100225'], {
		kind: 'final',
		what: 'The platform does not know this subscription or resource',
		help: 'It may have been removed already.',
	}),
]);
