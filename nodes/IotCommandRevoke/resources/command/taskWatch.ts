import { clock, pause } from '../../../shared/values/clock';
import { isFinal } from '../../../shared/platform/statuses';
import { getTask, listTasks, PAGE_SIZE } from '../../../shared/platform/revocationTasks';
import { platformRange } from '../../../shared/values/times';
import type { Transport } from '../../../shared/client/transport';
import type { Failure } from '../../../shared/values/results';
import { type RevocationTask } from '../../../shared/platform/revocationTasks';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 10_000;
const GROWTH = 1.5;
/** So long before a wait ends, its task is looked at once more, in milliseconds. */
const LAST_LOOK_MS = 500;
/** From so many waiting tasks of one application on, they are looked up with one list. */
const LIST_FROM = 2;

/** How the wait for a task ended. */
export interface Watched {
	/** The last state that was seen. */
	task: RevocationTask;
	end: 'final' | 'timeOver' | 'canceled';
	/** Why the task could not be read at last, if it could not. */
	failure?: Failure;
}

interface Watch {
	task: RevocationTask;
	appId?: string;
	/** When it was made at the earliest, by our clock. */
	since: number;
	/** When the wait ends at the latest, by our clock. */
	deadline: number;
	failure?: Failure;
	onFinal: () => void;
}

/**
 * Follows revocation tasks until they are final. However many wait, they are looked at together, first after a second,
 * then less and less often, and as a rule once more shortly before one of the waits ends; where one list call answers
 * for several of them, it does.
 */
export class TaskWatch {
	private readonly watches = new Set<Watch>();
	private polling = false;
	private idle = new AbortController();
	/** Ends the present pause between two looks, so that its length is thought over. */
	private nap = new AbortController();
	private nextLook = 0;

	constructor(
		private readonly transport: Transport,
		/** The platform's clock minus ours in milliseconds, if it is known. */
		private readonly clockOffset: () => number | undefined,
	) {}

	/**
	 * @param appId the application that was named when the task was made
	 * @param since when the task was made at the earliest, by our clock
	 * @param timeoutMs how long to wait at the most
	 */
	async untilFinal(
		task: RevocationTask,
		appId: string | undefined,
		since: number,
		timeoutMs: number,
	): Promise<Watched> {
		if (isFinal(task.status)) return { task, end: 'final' };
		const timer = new AbortController();
		const { signal } = this.transport;
		const ended = signal ? AbortSignal.any([signal, timer.signal]) : timer.signal;
		const deadline = clock.now() + timeoutMs;
		const watch: Watch = { task, appId, since, deadline, onFinal: () => timer.abort() };
		this.watches.add(watch);
		if (deadline - LAST_LOOK_MS < this.nextLook) this.nap.abort();
		void this.poll();
		await pause(timeoutMs, ended);
		this.watches.delete(watch);
		if (this.watches.size === 0) this.idle.abort();
		if (this.transport.signal?.aborted) return { task: watch.task, end: 'canceled' };
		if (isFinal(watch.task.status)) return { task: watch.task, end: 'final' };
		return { task: watch.task, end: 'timeOver', ...(watch.failure ? { failure: watch.failure } : {}) };
	}

	/** Looks round after round for as long as anything waits. Never rejects. */
	private async poll(): Promise<void> {
		if (this.polling) return;
		this.polling = true;
		this.idle = new AbortController();
		const { signal } = this.idle;
		const transport = this.transport.until(signal);
		for (let wait = FIRST_WAIT_MS; ; wait = Math.min(LONGEST_WAIT_MS, wait * GROWTH)) {
			await this.rest(transport, wait);
			if (this.watches.size === 0 || signal.aborted) break;
			for (const appId of new Set([...this.watches].map((watch) => watch.appId))) {
				await this.look(transport, appId);
			}
		}
		this.polling = false;
		// Something may have begun to wait after the last look.
		if (this.watches.size > 0 && !this.transport.signal?.aborted) void this.poll();
	}

	/** The pause between two looks: the longest wait, or until shortly before the first of the waits ends. */
	private async rest(transport: Transport, longest: number): Promise<void> {
		const began = clock.now();
		for (;;) {
			const ends = [...this.watches].map(({ deadline }) => deadline - LAST_LOOK_MS);
			// Many waits that end one after another do not make it look more than twice as often.
			const least = Math.max(FIRST_WAIT_MS, longest / 2);
			const until = Math.min(began + longest, Math.max(began + least, Math.min(...ends)));
			this.nextLook = until;
			this.nap = new AbortController();
			await transport.until(this.nap.signal).wait(until - clock.now());
			if (!this.nap.signal.aborted) return;
		}
	}

	private async look(transport: Transport, appId: string | undefined): Promise<void> {
		const open = new Map<string, Watch>();
		for (const watch of this.watches) if (watch.appId === appId) open.set(watch.task.taskId, watch);
		if (open.size >= LIST_FROM) {
			const since = Math.min(...[...open.values()].map((watch) => watch.since));
			// As many pages as single calls would be needed, at the most.
			let entries = open.size * PAGE_SIZE;
			const range = platformRange(since, clock.now(), this.clockOffset());
			const listed = await listTasks(transport, { appId, ...range }, (task) => {
				const watch = open.get(task.taskId);
				if (watch) see(watch, task);
				open.delete(task.taskId);
				entries -= 1;
				return open.size > 0 && entries > 0;
			});
			if (!listed.ok) {
				for (const watch of open.values()) watch.failure = listed.failure;
				return;
			}
		}
		for (const [taskId, watch] of open) {
			const read = await getTask(transport, taskId, appId);
			if (!read.ok) watch.failure = read.failure;
			else if (read.value) see(watch, read.value);
		}
	}
}

function see(watch: Watch, task: RevocationTask): void {
	watch.task = task;
	watch.failure = undefined;
	if (isFinal(task.status)) watch.onFinal();
}
