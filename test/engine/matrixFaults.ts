import type { INode } from 'n8n-workflow';

import type { Fault } from '../platform/platform';

type FaultToInject = Pick<Fault, 'kind' | 'status' | 'body'>;

const refusal = (status: number, body: object): FaultToInject => ({ kind: 'reply', status, body });

/** What may happen to a call, by its name in the tables in `docs/`. */
const NAMED = {
	'reset before the work': { kind: 'resetBefore' },
	'reset after the work': { kind: 'resetAfter' },
	'time-out before the work': { kind: 'hang' },
	'time-out after the work': { kind: 'hangAfter' },
	'a page instead of an answer, before the work': { kind: 'html' },
	'HTTP 502 with a page, after the work': { kind: '502After' },
	'half a JSON, after the work': { kind: 'halfJson' },
	'HTTP 500 with code 100001, before the work': refusal(500, {
		error_code: '100001',
		error_desc: 'Internal server error.',
	}),
	'HTTP 500 with code 100001, after the work': { kind: '500After' },
	'refused with HTTP 200': refusal(200, { error_code: '100418', error_desc: 'not existed' }),
	'over the rate limit': { kind: 'throttle' },
	'expired token': refusal(403, { resultcode: '1010005', resultmsg: 'Invalid access token or appId.' }),
} as const satisfies Record<string, FaultToInject>;

export type FaultName = keyof typeof NAMED;

export const FAULTS: Record<FaultName, FaultToInject> = NAMED;

/** The settings of 'On Error', by their names in n8n. */
export const ON_ERROR = {
	Stop: 'stopWorkflow',
	Continue: 'continueRegularOutput',
	'Error output': 'continueErrorOutput',
} as const satisfies Record<string, INode['onError']>;
