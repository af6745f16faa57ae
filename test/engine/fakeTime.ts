/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js: watches its requests */
import http from 'node:http';
import https from 'node:https';

import { FakeClock, type Sleeper } from '../clock/fakeClock';
import type { RecordedRequest } from '../platform/model';
import { clockModule } from './dist';

/** How many turns of the event loop n8n takes at most from the end of a call to the next thing that it does. */
const TURNS = 25;
/** n8n has timers of its own, such as the wait between two tries of a node; they are real. */
const LOOK_AGAIN_MS = 2;
/** A deadline that no platform knows of counts after this many looks in a row at which nothing happened. */
const PATIENCE = 1_000;
/** The same when only some of several runs wait for something. A busy machine works more slowly, and looks less often too. */
const PATIENCE_WITH_RUNS = 200;
/** Tells calls apart at the platform. */
const CALL = 'x-call-of-test';

type Request = typeof http.request;

/**
 * The fake clock for whole runs in n8n's engine, where calls are real: time stands still while one is under way. A call that
 * a fault of the platform leaves without an answer waits for its time-out, which is a matter of this clock too: no call
 * meets a time-out because the machine is busy.
 */
export class EngineClock extends FakeClock {
	private calls = 0;

	/** How many looks ago something happened. */
	private quiet = 0;

	private readonly underWay = new Set<string>();

	/** The calls that arrived at platforms, and those of them that may be left without an answer. */
	private platforms: Array<{ requests: RecordedRequest[]; seen: number }> = [];

	private readonly arrived = new Map<string, RecordedRequest>();

	/** The calls that a platform has left without an answer, until they are given up. */
	private readonly hanging = new Set<string>();

	private readonly originals = [http, https].map((module) => ({ module, request: module.request }));

	private readonly timeout = AbortSignal.timeout.bind(AbortSignal);

	constructor() {
		super(
			clockModule.clock,
			async () => await this.callsDone(),
			// The platform writes whole seconds: with fractions, they would decide which is older.
			() => Math.floor(Date.now() / 1000) * 1000,
		);
	}

	install(): void {
		super.install();
		for (const { module, request } of this.originals) module.request = this.counting(request);
		AbortSignal.timeout = (ms) => {
			const controller = new AbortController();
			const reason = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
			void this.sleep(ms, undefined, true).then(() => controller.abort(reason));
			return controller.signal;
		};
	}

	uninstall(): void {
		super.uninstall();
		for (const { module, request } of this.originals) module.request = request;
		AbortSignal.timeout = this.timeout;
		this.platforms = [];
		this.arrived.clear();
		this.underWay.clear();
		this.hanging.clear();
	}

	/** Says where calls arrive, so that those that hang there can be told from those that are under way. */
	watch(requests: RecordedRequest[]): void {
		this.platforms.push({ requests, seen: 0 });
	}

	private counting(request: Request): Request {
		return ((...args: Parameters<Request>) => {
			const made = request(...args);
			const call = String((this.calls += 1));
			this.quiet = 0;
			if (!made.headersSent) made.setHeader(CALL, call);
			this.underWay.add(call);
			made.once('close', () => {
				this.underWay.delete(call);
				this.hanging.delete(call);
			});
			return made;
		}) as Request;
	}

	private async callsDone(): Promise<void> {
		for (let quiet = 0; quiet < TURNS; quiet += 1) {
			await new Promise((resolve) => setImmediate(resolve));
			this.leaveOutHanging();
			if (this.underWay.size === 0) continue;
			quiet = -1;
			await new Promise((resolve) => setTimeout(resolve, 1));
		}
	}

	private leaveOutHanging(): void {
		for (const platform of this.platforms) {
			for (const request of platform.requests.slice(platform.seen)) {
				const call = request.headers[CALL];
				if (typeof call === 'string') this.arrived.set(call, request);
			}
			platform.seen = platform.requests.length;
		}
		for (const [call, { fault }] of this.arrived) {
			if (fault === 'drip' || fault?.startsWith('hang')) {
				if (this.underWay.delete(call)) this.hanging.add(call);
			}
			if (!this.underWay.has(call)) this.arrived.delete(call);
		}
	}

	async sleep(ms: number, signal?: AbortSignal, isDeadline?: boolean): Promise<void> {
		this.quiet = 0;
		await super.sleep(ms, signal, isDeadline);
	}

	async run<T>(work: Promise<T>): Promise<T> {
		this.quiet = 0;
		return await super.run(work);
	}

	/**
	 * If fewer things are waited for (a time, or a call that hangs) than there are runs, one run may be busy with something
	 * that takes real time, such as loading a file, or two may be waiting for the same thing.
	 */
	protected mayWake = async ({ isDeadline }: Sleeper): Promise<boolean> => {
		for (;;) {
			const waiting = this.waitingForTime + this.hanging.size;
			if (waiting >= this.runs || this.quiet >= (waiting === 0 ? PATIENCE : PATIENCE_WITH_RUNS)) break;
			await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
			this.quiet += 1;
			if (this.underWay.size > 0 || this.runs === 0) return false;
		}
		if (!isDeadline) this.quiet = 0;
		return true;
	};

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
