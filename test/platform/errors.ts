import type { Settings } from './options';

interface Entry {
	status: number;
	text: string;
	/** Refused by the gateway, which has its own shape. */
	gateway?: boolean;
}

/** The platform's refusals, with the HTTP status that they usually have (platform API, "Errors"). */
const REFUSALS = {
	'1010005': { status: 403, text: 'App_key or access_token is invalid.', gateway: true },
	'1010009': { status: 403, text: 'app throttle exceed.', gateway: true },
	'100001': { status: 500, text: 'Internal server error.' },
	'100006': { status: 401, text: 'refreshToken invalid' },
	'100022': { status: 400, text: 'The input is invalid.' },
	'100203': { status: 200, text: 'The application is not existed.' },
	'100208': { status: 401, text: 'AppId or secret is not right.' },
	'100216': { status: 400, text: 'The application input is invalid.' },
	'100217': { status: 200, text: "The application hasn't been authorized." },
	'100218': { status: 400, text: 'The gatewayId and pageNo can not be both null.' },
	'100220': { status: 500, text: 'Get AppKey from header failed.' },
	'100222': { status: 400, text: 'The request callbackurl is illegal.' },
	'100223': { status: 400, text: 'Command counts has reached the upLimit.' },
	'100225': { status: 404, text: 'The resource is not found.' },
	'100227': { status: 409, text: 'The resource is conflicted.' },
	'100234': { status: 403, text: "The callback URL's host conflicts with an existing one." },
	'100403': { status: 404, text: 'The device is not existed.' },
	'100418': { status: 200, text: 'The deviceData is not existed.' },
	'100428': { status: 200, text: 'The device is not online.' },
	'100431': { status: 200, text: 'The serviceType is not exist.' },
	'100434': { status: 200, text: 'The device command is not existed.' },
	'100435': {
		status: 200,
		text: 'The device command already canceled, expired or executed, Cannot cancel.',
	},
	'100501': { status: 503, text: 'Congestion occurs, and the current network has been flow-controlled' },
	'100612': { status: 403, text: 'Device is zombie.' },
	'102202': { status: 400, text: 'Required Parameter is null or empty.' },
} satisfies Record<string, Entry>;

export type RefusalCode = keyof typeof REFUSALS;

/** Thrown to refuse a call. */
export class Refusal extends Error {
	constructor(
		readonly code: RefusalCode,
		/** Where it differs from the usual one. */
		readonly status?: number,
	) {
		super(code);
	}
}

export interface RefusalReply {
	status: number;
	body: object;
	contentType: string;
}

/** A refusal in the shape of the service or of the gateway. */
export function refusalReply({ code, status }: Refusal, settings: Settings): RefusalReply {
	const entry: Entry = REFUSALS[code];
	if (!entry.gateway) {
		const body = { error_code: code, error_desc: entry.text };
		return { status: status ?? entry.status, body, contentType: 'application/json;charset=UTF-8' };
	}
	const resultcode = settings.gatewayCodesAsNumbers ? Number(code) : code;
	return {
		status: settings.gatewayRefusesWith200 ? 200 : (status ?? entry.status),
		body: { resultcode, resultmsg: entry.text },
		contentType: settings.gatewayContentType,
	};
}
