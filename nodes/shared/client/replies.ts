import { isObject, parseJson, type JsonObject } from '../values/json';
import { fail, ok, type Failure, type Result } from '../values/results';
import { excerpt } from '../values/text';

/** An HTTP reply with its body as text, unparsed. */
export interface RawReply {
	statusCode: number;
	body: string;
}

/** What a code of the platform means for a person: a failure without the platform's own words. */
export type CodeAdvice = Pick<Failure, 'kind' | 'what' | 'help' | 'isForAll'> & { maybeDone?: boolean };

export type ErrorCodes = ReadonlyMap<string, CodeAdvice>;

/** What n8n's request helper gives, with the parts that count here. */
export function asRawReply(reply: unknown): RawReply {
	const { statusCode, body } = isObject(reply) ? reply : {};
	return {
		statusCode: typeof statusCode === 'number' ? statusCode : 0,
		body: typeof body === 'string' ? body : JSON.stringify(body ?? ''),
	};
}

/**
 * Reads a reply: the one place that decides whether a call worked.
 *
 * A refusal counts with every HTTP status, 200 included, in the platform's two shapes and in those of gateways and of
 * other services (platform API, "Errors"). What can't be read is marked `maybeDone`: the transport knows whether the
 * call changes anything.
 * @returns the parsed body (undefined for an empty body with status 204), or the failure
 */
export function readReply({ statusCode, body: text }: RawReply, errorCodes: ErrorCodes): Result<unknown> {
	const body = parseJson(text);
	const refusal = isObject(body) ? refusalIn(body) : undefined;
	// One call too many stays that, whatever status the body names.
	const status = statusCode === 429 ? statusCode : (refusal?.status ?? statusCode);
	if (refusal?.code !== undefined) {
		return fail(failureForCode(errorCodes, refusal.code, refusal.text, status));
	}
	const isSuccess = status >= 200 && status < 300;
	if (isSuccess && !refusal) {
		if (typeof body === 'object' && body !== null) return ok(body);
		if (status === 204 && text.trim() === '') return ok(undefined);
	}
	const words = isObject(body) ? textIn(body) : '';
	const isCut = isSuccess && body === undefined && /^\s*[[{]/.test(text);
	return fail(
		failureForStatus(status, words || excerpt(text), refusal ? 'refused' : isCut ? 'cut' : 'strange'),
	);
}

/**
 * What a failure says when the reply is there, but its content is not what the call answers with.
 * @param maybeDone whether the call changes something, which may have happened
 */
export function unexpectedContent(expected: string, maybeDone = false): Failure {
	return {
		kind: 'transient',
		maybeDone,
		what: `The platform's answer can't be read: it contains no ${expected}`,
		help: "Check 'Server' in the credential. If other calls work, ask the operator of the platform.",
	};
}

interface Refusal {
	code?: string;
	/** The HTTP status, where the body names another one than the reply. */
	status?: number;
	text: string;
}

/** Where the platform's answers and the envelopes hold what was asked for: beside a code there is none if it is null. */
const LISTS = ['data', 'devices', 'subscriptions', 'deviceCapabilities'];

function refusalIn(body: JsonObject): Refusal | undefined {
	const text = textIn(body);
	// Seen once: {"statusCode": 404, "message": "Application not found"}
	const status =
		typeof body.statusCode === 'number' && body.statusCode >= 400 ? { status: body.statusCode } : {};
	const code = codeOf(body.error_code) ?? codeOf(body.resultcode);
	if (code !== undefined) return { code, text, ...status };
	// A gateway's envelope; the platform itself has no field of this name.
	const isEnvelope = text !== '' || LISTS.some((name) => body[name] === null);
	const envelope = isEnvelope ? codeOf(body.code) : undefined;
	if (envelope !== undefined && !/^2\d\d$/.test(envelope)) return { code: envelope, text, ...status };
	return 'status' in status || body.success === false ? { text, ...status } : undefined;
}

/** A code as text; undefined for none, and for 0: the usual number for "no complaint", which no page lists as a code. */
function codeOf(value: unknown): string | undefined {
	if (typeof value !== 'string' && typeof value !== 'number') return undefined;
	const code = excerpt(String(value));
	return code === '' || Number(code) === 0 ? undefined : code;
}

function textIn(body: JsonObject): string {
	const texts = [body.error_desc, body.error_msg, body.resultmsg, body.message, body.msg];
	const text = texts.find((candidate) => typeof candidate === 'string' && candidate !== '');
	return typeof text === 'string' ? excerpt(text).replace(/\.$/, '') : '';
}

/** Codes of other services of Huawei's cloud. */
const OTHER_SERVICE = /^(APIG|IOTDA)\./;

const CHECK_SERVER =
	"Check 'Server' in the credential: a wrong port or a proxy answers like this. If other calls work, try again later.";

/** The failure for a refusal that carries a code. The HTTP status decides what can be done about it, unless the code is known. */
export function failureForCode(
	errorCodes: ErrorCodes,
	code: string,
	text: string,
	httpStatus: number,
): Failure {
	const words = text.replace(/\.$/, '');
	const said = words === '' ? code : `${code}: ${words}`;
	const advice = errorCodes.get(code);
	if (advice && (httpStatus !== 429 || advice.kind === 'throttled')) {
		const { maybeDone = false, what, ...more } = advice;
		return { ...more, maybeDone, what: `${what} (${said})`, code, httpStatus };
	}
	const failure = failureForStatus(httpStatus, said, 'refused');
	if (failure.kind !== 'final') return { ...failure, code };
	return {
		...failure,
		what: `The platform refused the call (${said})`,
		help: OTHER_SERVICE.test(code)
			? "Another Huawei service answered. Check 'Server' in the credential: it has to be the address of the IoT platform's northbound API."
			: 'Ask the operator of the platform what this code means.',
		code,
	};
}

/**
 * What an HTTP status means by itself.
 * @param said the server's words
 * @param body how the body looks: a refusal, broken off in the middle, or unlike anything of the platform's
 */
function failureForStatus(httpStatus: number, said: string, body: 'refused' | 'cut' | 'strange'): Failure {
	const words = said === '' ? 'an empty answer' : `"${said}"`;
	if (httpStatus === 429) {
		return {
			kind: 'throttled',
			maybeDone: false,
			what: `The server allows no more calls at the moment (HTTP 429): ${words}`,
			help: "Lower 'Requests per Minute' in the credential.",
			httpStatus,
		};
	}
	if (httpStatus >= 300 && httpStatus < 400) {
		return {
			kind: 'final',
			maybeDone: false,
			what: `The server answered with a redirect (HTTP ${httpStatus}), which the platform's API never does`,
			help: "Check the host, port and scheme in 'Server' of the credential.",
			httpStatus,
			isForAll: true,
		};
	}
	if (httpStatus >= 400 && httpStatus < 500 && httpStatus !== 408) {
		return {
			kind: 'final',
			maybeDone: false,
			what: `The server refused the call (HTTP ${httpStatus}): ${words}`,
			help:
				httpStatus === 407
					? "A proxy asks for a login. Check n8n's proxy settings."
					: "Check 'Server' in the credential: a wrong port or a proxy answers like this. If the answer mentions a certificate, check 'Client Certificate'.",
			httpStatus,
			isForAll: httpStatus === 407,
		};
	}
	const isSuccess = httpStatus >= 200 && httpStatus < 300;
	const what = !isSuccess
		? `The server could not handle the call (HTTP ${httpStatus}): ${words}`
		: body === 'cut'
			? `The platform's answer broke off in the middle (HTTP ${httpStatus})`
			: `The server did not answer like the platform (HTTP ${httpStatus}): ${words}`;
	// A server that says no with HTTP 200 says it again the next time.
	const kind = isSuccess && body === 'refused' ? 'final' : 'transient';
	return { kind, maybeDone: true, what, help: CHECK_SERVER, httpStatus };
}
