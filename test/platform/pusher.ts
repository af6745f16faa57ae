/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js beside n8n, never inside it */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { RecordedPush } from './model';
import type { Settings } from './options';
import type { Timers } from './timers';

/** After so many failures the platform gives a message up. */
const MAX_FAILURES = 10;

/** Sends notifications to callback URLs, and again when they are not answered with 200 in time. */
export class Pusher {
	readonly pushes: RecordedPush[] = [];
	private readonly stopping = new AbortController();

	constructor(
		private readonly settings: Settings,
		private readonly timers: Timers,
	) {}

	/**
	 * Pushes once; the promise ends with this attempt. Further ones follow by themselves.
	 * @param isWanted whether the receiver still wants it, asked before each further attempt
	 */
	async push(url: string, body: unknown, isWanted: () => boolean = () => true): Promise<void> {
		await this.attempt(url, body, isWanted, 0);
	}

	stop(): void {
		this.stopping.abort();
	}

	private async attempt(
		url: string,
		body: unknown,
		isWanted: () => boolean,
		failures: number,
	): Promise<void> {
		const entry: RecordedPush = { at: this.settings.now(), url, body };
		this.pushes.push(entry);
		const status = await this.send(url, JSON.stringify(body));
		entry.ms = this.settings.now() - entry.at;
		if (status !== undefined) entry.status = status;
		if (status === 200 || failures + 1 >= MAX_FAILURES) return;
		this.timers.later(this.settings.pushRetryMs, () => {
			if (isWanted()) void this.attempt(url, body, isWanted, failures + 1);
		});
	}

	/** @returns the receiver's status; undefined when it did not answer in time or at all */
	private async send(url: string, text: string): Promise<number | undefined> {
		const isHttps = url.toLowerCase().startsWith('https:');
		const signal = AbortSignal.any([this.stopping.signal, AbortSignal.timeout(this.settings.pushTimeoutMs)]);
		const options = {
			method: 'POST',
			headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
			// A connection for each push: idle ones would outlive the platform.
			agent: false,
			signal,
		} as const;
		return await new Promise((resolve) => {
			const request = isHttps
				? httpsRequest(url, { ...options, rejectUnauthorized: false })
				: httpRequest(url, options);
			request.on('response', (response) => {
				response.resume();
				response.on('error', () => resolve(undefined));
				response.on('end', () => resolve(response.statusCode));
			});
			request.on('error', () => resolve(undefined));
			request.end(text);
		});
	}
}
