import { unlessAborted } from '../values/clock';
import { fail, ok, type Failure, type Result } from '../values/results';
import { RecentIds } from '../values/recentIds';
import { rightKey, type Connection } from './credential';
import { Registry } from './registry';

/** What a process knows about the login of an application. */
interface State {
	/** The token that was good when last seen. */
	token?: string;
	/** Tokens that the platform refused; stored ones among them are not taken up again. */
	refused: RecentIds;
	/** A renewal under way, and whose it is; `ended` gives the reason if it did not work. */
	renewing?: { by: Session; ended: Promise<Failure | undefined> };
}

/** At least this many refused tokens are remembered. */
const REFUSED_KEPT = 20;
const states = new Registry<State>(({ renewing }) => renewing === undefined);

/** What n8n has stored: how to connect, and the token; empty if there is none. */
export interface Stored {
	connection: Connection;
	token: string;
}

/** How a renewal ended for one of those who asked for it: they made it themselves, or it was there without them. */
export type Renewal<T> = { by: 'caller'; made: T } | { by: 'another'; result: Result<void> };

/**
 * The login of an application, shared by all runs in this process that use the same server, App Key and secret,
 * whichever credential holds them: however many requests find the token expired, one of them renews it and the others
 * wait. Before it logs in it looks whether another process has stored a new token already.
 */
export class Session {
	private state: State;

	/**
	 * @param stored what n8n had stored when the credential was read
	 * @param readStored reads what n8n has stored now
	 */
	constructor(
		private stored: Stored,
		private readonly readStored: () => Promise<Result<Stored>>,
	) {
		this.state = this.adopt(stored);
	}

	/** Equal for credentials with the same secret or token. */
	get right(): string {
		return rightKey(this.stored.connection);
	}

	/** The token to send; undefined when a login has to come first. */
	token(): string | undefined {
		return this.renewable ? this.state.token : this.stored.connection.token;
	}

	/** Whether a refused token can be replaced without the user. */
	get renewable(): boolean {
		return this.stored.connection.authentication === 'appSecret';
	}

	/** The platform refused this token: it is not used again, and the next request asks for another one. */
	refuse(token: string): void {
		this.state.refused.add(token);
		if (this.state.token === token) this.state.token = undefined;
	}

	/**
	 * Makes sure that there is a token.
	 * @param login makes n8n log in and store the new token
	 * @param signal ends the waiting for another request's login
	 * @returns what `login` gave, or how the login of another request ended; there may still be no token after one
	 *   that was canceled, or another run's
	 */
	async renew<T extends { token?: string; result: Result<unknown> }>(
		login: () => Promise<T>,
		signal?: AbortSignal,
	): Promise<Renewal<T>> {
		const { state } = this;
		if (state.token !== undefined) return { by: 'another', result: ok(undefined) };
		if (state.renewing) {
			const { by, ended } = state.renewing;
			const failure = await unlessAborted(ended, signal);
			// What was canceled, or failed before an answer by another credential's settings, may work for this request.
			const isTheirs = by !== this && failure?.kind === 'final' && failure.httpStatus === undefined;
			const isOver = !failure || failure.kind === 'canceled' || isTheirs;
			return { by: 'another', result: isOver ? ok(undefined) : fail(failure) };
		}
		let finish: (failure?: Failure) => void = () => {};
		const ended = new Promise<Failure | undefined>((resolve) => {
			finish = resolve;
		});
		state.renewing = { by: this, ended };
		let failure: Failure | undefined;
		try {
			const stored = await this.readStored();
			if (!stored.ok) {
				failure = stored.failure;
				return { by: 'another', result: stored };
			}
			const now = this.adopt(stored.value);
			this.state = now;
			if (now.token !== undefined) return { by: 'another', result: ok(undefined) };
			const made = await login();
			now.token = made.token;
			// For those that wait it is about the login: their own requests were not sent.
			if (made.token === undefined && !made.result.ok) failure = { ...made.result.failure, maybeDone: false };
			return { by: 'caller', made };
		} finally {
			state.renewing = undefined;
			finish(failure);
		}
	}

	/**
	 * Takes what n8n has stored. The secret is part of the key, so that a corrected credential never meets what the wrong
	 * one left behind, and the wrong one nothing of the corrected one.
	 */
	private adopt(stored: Stored): State {
		this.stored = stored;
		const { token } = stored;
		const state = states.get(this.right, () => ({ refused: new RecentIds(REFUSED_KEPT) }));
		// A token that is known to be good is better than a stored one, which another login may have ended.
		const isUsable = state.token === undefined && token !== '' && !state.refused.has(token);
		if (isUsable) state.token = token;
		return state;
	}
}
