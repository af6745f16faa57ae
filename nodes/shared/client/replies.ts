import { isObject, type JsonObject } from '../values/json';
import { type Failure, type FailureKind, type Result, fail, ok } from '../values/results';
import { excerpt } from '../values/text';

/** An HTTP reply with its body as text, unparsed. */
export interface RawReply {
	statusCode: number;
	headers: Record<string, unknown>;
	body: string;
}

/** What a code of the platform means for a person, and what may be done about it. */
export interface CodeAdvice {
	kind: FailureKind;
	/** What happened, without the platform's own text and without a period. */
	what: string;
	/** What to do, naming the field in single quotes where there is one. */
	help: string;
	/** True where the platform may have done the work before it failed. */
	maybeDone?: boolean;
}

export type ErrorCodes = ReadonlyMap<string, CodeAdvice>;

/**
 * Reads a reply of the platform: the one place that decides whether a call worked.
 *
 * Both shapes of the platform's refusals are known (`error_code`/`error_desc` and `resultcode`/`resultmsg`), and they
 * count with every HTTP status, 200 included (platform API, "Errors"). What can't be read is marked `maybeDone`: the
 * transport knows whether the call changes anything.
 * @returns the parsed body (undefined for an empty body with status 204), or the failure
 */
export function readReply(reply: RawReply, errorCodes: ErrorCodes): Result<unknown> {
	const { statusCode } = reply;
	const text = reply.body.trim();
	const body = parse(text);

	if (isObject(body)) {
		const refusal = refusalOf(body);
		if (refusal) return fail(refused(errorCodes, refusal.code, refusal.text, statusCode));
	}
	const succeeded = statusCode >= 200 && statusCode < 300;
	if (succeeded && typeof body === 'object' && body !== null) return ok(body);
	if (succeeded && statusCode === 204 && text === '') return ok(undefined);
	return fail(unreadable(reply, text, body));
}

/**
 * What a failure says when the transport could read the reply but its content is not what the call answers with.
 * @param maybeDone whether the call changes something, which may have happened
 */
export function unexpectedContent(expected: string, maybeDone = false): Failure {
	return {
		kind: 'transient',
		maybeDone,
		what: `The platform's answer could not be read: it holds no ${expected}`,
		help: "Check 'Server' in the credential. If other calls work, ask the operator of the platform.",
	};
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}

function refusalOf(body: JsonObject): { code: string; text: string } | undefined {
	for (const [codeKey, textKey] of [
		['error_code', 'error_desc'],
		['resultcode', 'resultmsg'],
	] as const) {
		const code = body[codeKey];
		if ((typeof code === 'string' && code !== '') || typeof code === 'number') {
			// "0" is the usual number for "no complaint"; no page of the platform lists it as a code.
			if (Number(code) === 0) continue;
			return { code: String(code).trim(), text: textOf(body[textKey]) };
		}
	}
	// Seen once: {"statusCode": 404, "message": "Application not found"}
	if (typeof body.statusCode === 'number' && body.statusCode >= 400) {
		return { code: String(body.statusCode), text: textOf(body.message) };
	}
	return undefined;
}

function textOf(value: unknown): string {
	return typeof value === 'string' ? excerpt(value) : '';
}

/** The failure for a refusal that carries a code of the platform. */
export function refused(errorCodes: ErrorCodes, code: string, text: string, httpStatus: number): Failure {
	const advice = errorCodes.get(code);
	const said = text === '' ? code : `${code}: ${text.replace(/\.$/, '')}`;
	if (advice) {
		return {
			kind: advice.kind,
			maybeDone: advice.maybeDone ?? false,
			what: `${advice.what} (${said})`,
			help: advice.help,
			code,
			httpStatus,
		};
	}
	const brokeDown = httpStatus >= 500;
	return {
		kind: brokeDown ? 'transient' : 'final',
		maybeDone: brokeDown,
		what: `The platform refused the call (${said})`,
		help: brokeDown
			? 'Try again later. If it stays, ask the operator of the platform what this code means.'
			: 'Ask the operator of the platform what this code means.',
		code,
		httpStatus,
	};
}

function unreadable(reply: RawReply, text: string, body: unknown): Failure {
	const { statusCode } = reply;
	const shown = excerpt(text);
	const said = shown === '' ? 'an empty answer' : `"${shown}"`;
	const withStatus = { httpStatus: statusCode };
	if (statusCode >= 300 && statusCode < 400) {
		return {
			kind: 'final',
			maybeDone: false,
			what: `The server answers with a redirect (HTTP ${statusCode}), which the platform's API never does`,
			help: "Check 'Server' in the credential: host, port and scheme must be those of the platform's API.",
			...withStatus,
		};
	}
	if (statusCode === 429) {
		return {
			kind: 'throttled',
			maybeDone: false,
			what: `A server on the way allows no more calls at the moment (HTTP 429): ${said}`,
			help: "Lower 'Requests per Minute' in the credential.",
			...withStatus,
		};
	}
	if (statusCode >= 400 && statusCode < 500 && statusCode !== 408) {
		return {
			kind: 'final',
			maybeDone: false,
			what: `The server refused the call with HTTP ${statusCode} and without a code of the platform: ${said}`,
			help:
				statusCode === 407
					? 'A proxy on the way asks for a login. Check the proxy settings of n8n.'
					: "Check 'Server' in the credential: a wrong port or a proxy answers like this. If it mentions a certificate, check 'Client Certificate'.",
			...withStatus,
		};
	}
	const what =
		statusCode >= 200 && statusCode < 300
			? body === undefined && /^[[{]/.test(text)
				? `The platform's answer broke off in the middle (HTTP ${statusCode})`
				: `The server did not answer like the platform (HTTP ${statusCode}): ${said}`
			: `A server on the way could not handle the call (HTTP ${statusCode}): ${said}`;
	return {
		kind: 'transient',
		maybeDone: true,
		what,
		help: "Check 'Server' in the credential: a wrong port or a proxy answers like this. If other calls work, try again later.",
		...withStatus,
	};
}
