import type { IWebhookFunctions } from 'n8n-workflow';

import { isObject, parseJson } from '../shared/values/json';

/**
 * The JSON of a request, whatever its content type; undefined if it holds none. n8n parses `application/json` only: it
 * gives other types as text or as a form, or does not even read them.
 */
export async function readJson(context: IWebhookFunctions): Promise<unknown> {
	const request = context.getRequestObject();
	const body: unknown = request.body;
	if (request.contentType === 'application/json' || (isObject(body) && 'notifyType' in body)) return body;
	// The body of such a form is used up: n8n has stored its files.
	if (request.contentType?.startsWith('multipart/')) return undefined;
	await request.readRawBody?.();
	const text = request.rawBody?.toString('utf8') ?? '';
	return parseJson(text.replace(/^\uFEFF/, ''));
}
