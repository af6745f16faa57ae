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
const SCOPE = 'Scope: Device (Device | Application)';
const CREATED = ['\tCreated After: ', '\tCreated Before: '];
const COMMAND_FILTERS = [
	'Filters',
	'\tCommand IDs: ',
	...CREATED,
	'\tMethod: ',
	'\tService ID: ',
	'\tSuperseded: on',
];
const LENGTH = ['Return All: off', 'Limit: 50'];
const ATTEMPTS = ['\tMax Retries: 5', '\tTimeout: 30'];
const COMMON_OPTIONS = ['Options', '\tApplication ID: ', '\tConcurrency: 5'];

const ofCommand = (operation: string) => [
	'Resource: Command (Command | Revocation Task)',
	`Operation: ${operation} (Get Many | Revoke All Pending | Revoke Selected)`,
];
const ofTask = (operation: string) => [
	'Resource: Revocation Task (Command | Revocation Task)',
	`Operation: ${operation} (Get | Get Many)`,
];

/** By the action with which the list of nodes offers the operation. */
export const NODE_FORMS: Record<string, string[]> = {
	'List the queued commands of a device or of all devices without changing anything': [
		...ofCommand('Get Many'),
		SCOPE,
		DEVICE,
		...LENGTH,
		...COMMAND_FILTERS,
		'\tStatuses: Pending (Canceled | Delivered | Expired | Failed | Pending | Sent | Successful | Timeout)',
		'Simplify: on',
		...COMMON_OPTIONS,
		...ATTEMPTS,
	],
	'Irreversibly revoke all pending commands of a device': [
		...ofCommand('Revoke All Pending'),
		DEVICE,
		'Simplify: on',
		...COMMON_OPTIONS,
		'\tIf Nothing Is Queued: Return Nothing (Return Nothing | Return a Summary)',
		...ATTEMPTS,
		'\tWait for Completion: off',
		'\tWait Timeout: 60',
	],
	'Irreversibly revoke the pending commands that match filters': [
		...ofCommand('Revoke Selected'),
		SCOPE,
		DEVICE,
		...COMMAND_FILTERS,
		'Simplify: on',
		...COMMON_OPTIONS,
		...ATTEMPTS,
	],
	'Get the state of a revocation task': [
		...ofTask('Get'),
		'Task ID: ',
		'Simplify: on',
		...COMMON_OPTIONS,
		...ATTEMPTS,
	],
	'List revocation tasks and their states': [
		...ofTask('Get Many'),
		...LENGTH,
		'Filters',
		...CREATED,
		`\t${DEVICE}`,
		'\tStatus: Running (Failed | Part Success | Running | Success | Waiting)',
		'Simplify: on',
		...COMMON_OPTIONS,
		...ATTEMPTS,
	],
};

export const TRIGGER_NOTICE = "The platform must reach n8n at the address in 'Webhook URLs' above";

export const TRIGGER_FORM = [
	'Trigger On: Device Status Changed (Device Added | Device Data Changed | Device Deleted | Device Info Changed | Device Status Changed)',
	'Options',
	'\tApplication ID: ',
	'\tDevice IDs: ',
	'\tSimplify: on',
	'\tStatuses:  (ABNORMAL | INACTIVE | OFFLINE | ONLINE)',
];
