/**
 * What the forms show, as `Editor.fields` reads them: label, default, choices. Written out here and not taken from the
 * descriptions, so that a label, a default or a choice can't change unnoticed.
 */

const TLS = 'Custom TLS and Gateway Settings';

export const CREDENTIAL_FORM = [
	'Server *: ',
	'App Key *: ',
	'Authentication: Access Token (Access Token | App Key and Secret)',
	'Access Token *: ',
	'Requests per Minute: 100',
	`${TLS}: off`,
];

/** The same with `Custom TLS and Gateway Settings` on and `App Key and Secret` chosen. */
export const CREDENTIAL_FORM_IN_FULL = [
	'Server *: ',
	'App Key *: ',
	'Authentication: App Key and Secret (Access Token | App Key and Secret)',
	'Secret *: ',
	'Requests per Minute: 100',
	`${TLS}: on`,
	'CA Certificate: ',
	'Client Certificate: ',
	'Client Key: ',
	'Passphrase: ',
	'Certificate Host Name: ',
	'App Key Header: app_key (app_key | x-app-key)',
	'Ignore SSL Issues (Insecure): off',
];

const DEVICE = 'Device: From list (From list | By ID)';
const SCOPE = 'Scope: Device (Application | Device)';
const CREATED = ['\tCreated After: ', '\tCreated Before: '];
const COMMAND_FILTERS = ['\tCommand IDs: ', ...CREATED, '\tMethod: ', '\tService ID: '];
const SUPERSEDED = '\tSuperseded: on';
const LENGTH = ['Return All: off', 'Limit: 50'];
const SIMPLIFY = 'Simplify: on';
const ATTEMPTS = ['\tMax Retries: 5', '\tTimeout: 30'];
const COMMON_OPTIONS = ['Options', '\tApplication ID: ', '\tConcurrency: 50'];
const EMPTY_RESULT = '\tIf Nothing Is Queued: Return Nothing (Return a Summary | Return Nothing)';
const STATUSES = 'ABNORMAL | INACTIVE | OFFLINE | ONLINE';

const ofCommand = (operation: string) => [
	'Resource: Command (Command | Revocation Task)',
	`Operation: ${operation} (Get Many | Revoke All Pending | Revoke Selected)`,
];
const ofTask = (operation: string) => [
	'Resource: Revocation Task (Command | Revocation Task)',
	`Operation: ${operation} (Get | Get Many)`,
];
const ofDevice = (operation: string) => [
	'Resource: Device (Command | Device)',
	`Operation: ${operation} (Get | Get Many)`,
];

/** What the actions say first that can't be undone. */
export const IRREVERSIBLE_NOTICE =
	"This can't be undone. To preview, change 'Operation' to 'Get Many' and turn on 'Return All'. Check the other fields when you change back.";

/** The end of the form of Revoke All Pending once 'Wait for Completion' is on. */
export const WAITING_FORM = ['\tWait for Completion: on', '\tWait Timeout: 60'];

/** By the node and the action with which the list of nodes offers the operation. */
export const NODE_FORMS: Record<string, Record<string, string[]>> = {
	'IoT Command Revoke': {
		'Get many commands': [
			...ofCommand('Get Many'),
			SCOPE,
			DEVICE,
			...LENGTH,
			'Filters',
			...COMMAND_FILTERS,
			'\tStatuses: Pending (Canceled | Delivered | Expired | Failed | Pending | Sent | Successful | Timeout)',
			SUPERSEDED,
			SIMPLIFY,
			...COMMON_OPTIONS,
			EMPTY_RESULT,
			...ATTEMPTS,
		],
		'Revoke all pending commands of device (irreversible)': [
			...ofCommand('Revoke All Pending'),
			DEVICE,
			SIMPLIFY,
			...COMMON_OPTIONS,
			EMPTY_RESULT,
			...ATTEMPTS,
			'\tWait for Completion: off',
		],
		'Revoke selected pending commands (irreversible)': [
			...ofCommand('Revoke Selected'),
			SCOPE,
			DEVICE,
			'Filters',
			...COMMAND_FILTERS,
			SUPERSEDED,
			SIMPLIFY,
			...COMMON_OPTIONS,
			EMPTY_RESULT,
			...ATTEMPTS,
		],
		'Get revocation task': [
			...ofTask('Get'),
			'Task ID: From list (From list | By ID)',
			SIMPLIFY,
			...COMMON_OPTIONS,
			...ATTEMPTS,
		],
		'Get many revocation tasks': [
			...ofTask('Get Many'),
			...LENGTH,
			'Filters',
			...CREATED,
			`\t${DEVICE}`,
			'\tStatus: Running (Failed | Part Success | Running | Success | Waiting)',
			SIMPLIFY,
			...COMMON_OPTIONS,
			...ATTEMPTS,
		],
	},
	'IoT Device': {
		'Get device': [...ofDevice('Get'), DEVICE, SIMPLIFY, ...COMMON_OPTIONS, ...ATTEMPTS],
		'Get many devices': [
			...ofDevice('Get Many'),
			...LENGTH,
			'Filters',
			'\tName: ',
			'\tRegistered After: ',
			'\tRegistered Before: ',
			'\tStatuses: ABNORMAL, OFFLINE (ABNORMAL | INACTIVE | OFFLINE | ONLINE)',
			SIMPLIFY,
			...COMMON_OPTIONS,
			...ATTEMPTS,
		],
		// The parameters show as soon as a method is chosen.
		'Send command to device (irreversible once delivered)': [
			'Resource: Command (Command | Device)',
			'Operation: Send (Send)',
			DEVICE,
			'Service: From list (From list | By Name)',
			'Method: From list (From list | By Name)',
			'Specify Parameters: Using Fields Below (Using Fields Below | Using JSON)',
			'Options',
			'\tApplication ID: ',
			'\tCallback URL: ',
			'\tConcurrency: 50',
			'\tExpire Time: 172800',
			'\tMax Retransmissions: 3',
			'\tMax Retries: 5',
			'\tReplace Queued: off',
			'\tTimeout: 30',
		],
	},
};

/** What stands between 'Method' and 'Options' when the parameters are given as JSON. */
export const JSON_PARAS_FORM = [
	'Specify Parameters: Using JSON (Using Fields Below | Using JSON)',
	'Parameters (JSON)',
];

/** What the list offers besides, under the name that a node shares with its trigger. */
export const TRIGGER_ACTIONS: Record<string, string[]> = {
	'IoT Device': [
		'On device added',
		'On device data changed',
		'On device deleted',
		'On device info changed',
		'On device status changed',
	],
};

/** A form, and what it says between its fields. */
export interface Form {
	notices: string[];
	fields: string[];
}

export const TRIGGER_FORM: Form = {
	notices: [
		"The platform must be able to reach n8n at the address in 'Webhook URLs' above. It reports each notification type to only one address. If it can't reach n8n, or already reports to another program, use 'IoT Device Polling Trigger'. Unpublish the workflow before you test this node.",
		"The workflow also starts when a device comes back. To start it only for devices that fall silent, choose ABNORMAL and OFFLINE in the option 'Statuses'.",
	],
	fields: [
		'Trigger On: Device Status Changed (Device Added | Device Data Changed | Device Deleted | Device Info Changed | Device Status Changed)',
		'Options',
		'\tApplication ID: ',
		'\tDevice IDs: ',
		'\tSimplify: on',
		`\tStatuses:  (${STATUSES})`,
	],
};

export const POLLING_TRIGGER_FORM: Form = {
	notices: [
		"The first poll, when you publish, starts nothing: it only records which devices already have one of the chosen statuses. Polling every 10 minutes is usually enough. If the platform can reach n8n, 'IoT Device Trigger' reports changes at once and costs no calls.",
	],
	fields: [
		// n8n's own.
		'Poll Times',
		'\tMode: Every Minute (Every Minute | Every Hour | Every Day | Every Week | Every Month | Every X | Custom)',
		`Statuses: ABNORMAL, OFFLINE (${STATUSES})`,
		'Options',
		'\tApplication ID: ',
		'\tDevice IDs: ',
		'\tSimplify: on',
	],
};
