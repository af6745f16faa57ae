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
	/** A renewal under way; resolves when it is over, with the reason if it did not work. */
	renewing?: Promise<Failure | undefined>;
}

/** At least this many refused tokens are remembered. */
const REFUSED_KEPT = 20;
const states = new Registry<State>(({ renewing }) => renewing === undefined);

/** How a renewal ended for one of those who asked for it: they made it themselves, or it was there without them. */
export type Renewal<T> = { by: 'caller'; made: T } | { by: 'another'; result: Result<void> };

/**
 * The login of an application, shared by all runs in this process that use the same server, App Key and secret,
 * whichever credential holds them: however many requests find the token expired, one of them renews it and the others
 * wait. Before it logs in it looks whether another process has stored a new token already.
 */
export class Session {
	/** Tells apart who has proven which right. */
	readonly right: string;

	private readonly state: State;

	/**
	 * @param storedToken the token that n8n had stored when the credential was read; empty if there was none
	 * @param readStored reads the one that n8n has stored now
	 */
	constructor(
		private readonly connection: Connection,
		storedToken: string,
		private readonly readStored: () => Promise<Result<string>>,
	) {
		// The secret is part of it, so that a corrected credential never meets what the wrong one left behind.
		this.right = rightKey(connection);
		this.state = states.get(this.right, () => ({ refused: new RecentIds(REFUSED_KEPT) }));
		// A token that is known to be good is better than a stored one, which another login may have ended.
		if (this.state.token === undefined) this.adopt(storedToken);
	}

	/** The token to send; undefined when a login has to come first. */
	token(): string | undefined {
		return this.renewable ? this.state.token : this.connection.token;
	}

	/** Whether a refused token can be replaced without the user. */
	get renewable(): boolean {
		return this.connection.authentication === 'appSecret';
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
	 * @returns what `login` gave, or how the login of another request ended; with a canceled one there may still be no
	 *   token
	 */
	async renew<T extends { token?: string; result: Result<unknown> }>(
		login: () => Promise<T>,
		signal?: AbortSignal,
	): Promise<Renewal<T>> {
		const { state } = this;
		if (state.token !== undefined) return { by: 'another', result: ok(undefined) };
		if (state.renewing) {
			const failure = await unlessAborted(state.renewing, signal);
			// If the other request's execution was canceled, this one's was not.
			const isOver = !failure || failure.kind === 'canceled';
			return { by: 'another', result: isOver ? ok(undefined) : fail(failure) };
		}
		let finish: (failure?: Failure) => void = () => {};
		state.renewing = new Promise((resolve) => {
			finish = resolve;
		});
		let failure: Failure | undefined;
		try {
			const stored = await this.readStored();
			if (!stored.ok) {
				failure = stored.failure;
				return { by: 'another', result: stored };
			}
			this.adopt(stored.value);
			if (state.token !== undefined) return { by: 'another', result: ok(undefined) };
			const made = await login();
			state.token = made.token;
			// For those that wait it is about the login: their own requests were not sent.
			if (made.token === undefined && !made.result.ok) failure = { ...made.result.failure, maybeDone: false };
			return { by: 'caller', made };
		} finally {
			state.renewing = undefined;
			finish(failure);
		}
	}

	private adopt(stored: string): void {
		if (stored !== '' && !this.state.refused.has(stored)) this.state.token = stored;
	}
}
