/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js: watches its requests */
import http from 'node:http';
import https from 'node:https';

import { FakeClock } from '../clock/fakeClock';
import { clockModule } from './dist';

/** How many turns of the event loop n8n takes at most from the end of a call to the next thing that it does. */
const TURNS = 25;
/** n8n has timers of its own, such as the wait between two tries of a node; they are real. */
const LOOK_AGAIN_MS = 2;

type Request = typeof http.request;

/** The fake clock for whole runs in n8n's engine, where calls are real: time stands still while one is under way. */
export class EngineClock extends FakeClock {
	private underWay = 0;

	private readonly originals = [http, https].map((module) => ({ module, request: module.request }));

	constructor() {
		super(
			clockModule.clock,
			async () => await this.callsDone(),
			() => Date.now(),
		);
	}

	install(): void {
		super.install();
		for (const { module, request } of this.originals) module.request = this.counting(request);
	}

	uninstall(): void {
		super.uninstall();
		for (const { module, request } of this.originals) module.request = request;
	}

	private counting(request: Request): Request {
		return ((...args: Parameters<Request>) => {
			const made = request(...args);
			this.underWay += 1;
			made.once('close', () => (this.underWay -= 1));
			return made;
		}) as Request;
	}

	private async callsDone(): Promise<void> {
		for (let quiet = 0; quiet < TURNS; quiet += 1) {
			await new Promise((resolve) => setImmediate(resolve));
			if (this.underWay === 0) continue;
			quiet = -1;
			await new Promise((resolve) => setTimeout(resolve, 1));
		}
	}

	protected async stuck(): Promise<void> {
		await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
	}
}

export const fakeTime = new EngineClock();

/** In the tests of a file time passes only when everything waits for it. */
export function useFakeTime(): EngineClock {
	beforeEach(() => fakeTime.install());
	afterEach(() => fakeTime.uninstall());
	return fakeTime;
}
