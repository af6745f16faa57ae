/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js beside n8n, never inside it */
import { request, type RequestOptions } from 'node:https';
import type { Platform } from './platform';

export interface Answer {
	status: number;
	headers: Record<string, string | string[] | undefined>;
	text: string;
	/** Undefined when the text is no JSON. */
	json: unknown;
}

export interface Call {
	method?: string;
	/** With its query. */
	path: string;
	/** Sent as JSON; a text is sent as it is. */
	body?: unknown;
	/** Beside the App Key, the token and the content type; `undefined` leaves one of these out. */
	headers?: Record<string, string | undefined>;
	/** A fresh one unless given. */
	token?: string;
	/** Client certificate, another CA, ... */
	tls?: RequestOptions;
	timeoutMs?: number;
}

/** A plain call with the platform's headers, as any HTTPS client would make it. */
export async function call(platform: Platform, options: Call): Promise<Answer> {
	const { method = 'GET', path, body, tls, token = platform.issueToken(), timeoutMs = 5000 } = options;
	const wanted: Record<string, string | undefined> = {
		app_key: platform.appId,
		authorization: `Bearer ${token}`,
		'content-type': 'application/json',
		...options.headers,
	};
	const headers = Object.fromEntries(
		Object.entries(wanted).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
	);
	return await new Promise((resolve, reject) => {
		const { ca } = platform.certificates;
		const sent = request(
			`${platform.url}${path}`,
			{ method, headers, ca, agent: false, timeout: timeoutMs, ...tls },
			(response) => {
				let text = '';
				response.setEncoding('utf8');
				response.on('data', (part: string) => (text += part));
				response.on('error', reject);
				response.on('end', () => {
					const { statusCode = 0, headers: received } = response;
					resolve({ status: statusCode, headers: received, text, json: parsed(text) });
				});
			},
		);
		sent.on('timeout', () => sent.destroy(new Error('no answer')));
		sent.on('error', reject);
		sent.end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body));
	});
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
