import { createHash } from 'crypto';

import { unlessAborted } from '../values/clock';
import type { Connection } from './credential';
import type { Failure } from '../values/results';

/** What a process knows about one credential's login. */
interface State {
	/** The token that was good when last seen. */
	token: string;
	/** Tokens that the platform refused; stored ones among them are not taken up again. */
	refused: Set<string>;
	/** A renewal under way; resolves when it is over, with the reason if it did not work. */
	renewing?: Promise<Failure | undefined>;
}

const REFUSED_KEPT = 20;
const states = new Map<string, State>();

/** How to get at the token that is stored in n8n. */
export interface TokenStore {
	/** The token in n8n's database at this moment; empty if there is none. */
	readStored(): Promise<string>;
}

/**
 * The login of one credential, shared by all its runs in this process: however many requests find the token expired,
 * one of them renews it and the others wait; and before it logs in it looks whether another process has stored a new
 * token already.
 */
export class Session {
	private readonly state: State;

	constructor(
		credentialId: string,
		private readonly connection: Connection,
		private readonly store: TokenStore,
	) {
		// The secret is part of the key, so that a corrected credential never meets what the wrong one left behind.
		const key = createHash('sha256')
			.update(JSON.stringify([credentialId, connection.origin, connection.appKey, connection.secret]))
			.digest('hex');
		const known = states.get(key);
		this.state = known ?? { token: '', refused: new Set() };
		if (!known) states.set(key, this.state);
		this.adopt(connection.sessionToken);
	}

	/** The token to send, or '' when there has to be a login first. */
	token(): string {
		return this.connection.authentication === 'accessToken' ? this.connection.token : this.state.token;
	}

	/** Whether a refused token can be replaced without the user. */
	get renewable(): boolean {
		return this.connection.authentication === 'appSecret';
	}

	/** The platform refused this token: it is not used again, and the next request asks for another one. */
	refuse(token: string): void {
		const { refused } = this.state;
		refused.add(token);
		for (const oldest of refused) {
			if (refused.size <= REFUSED_KEPT) break;
			refused.delete(oldest);
		}
		if (this.state.token === token) this.state.token = '';
	}

	/**
	 * Makes sure that there is a token, when there is none.
	 * @param login makes n8n log in and store the new token, and gives it back; '' with the reason if that did not work
	 * @param signal ends the waiting for another request's login
	 * @returns why there is no token, or undefined when there is one; a login of another request that did not work
	 *   counts for those that waited for it
	 */
	async renew(
		login: () => Promise<{ token: string; failure?: Failure }>,
		signal?: AbortSignal,
	): Promise<Failure | undefined> {
		const { state } = this;
		if (state.token !== '') return undefined;
		if (state.renewing) {
			const failure = await unlessAborted(state.renewing, signal);
			// The other request's execution was canceled, not this one's: try again.
			return failure?.kind === 'canceled' ? undefined : failure;
		}
		let finish: (failure?: Failure) => void = () => {};
		state.renewing = new Promise((resolve) => {
			finish = resolve;
		});
		let failure: Failure | undefined;
		try {
			this.adopt(await this.store.readStored());
			if (state.token === '') {
				const made = await login();
				state.token = made.token;
				if (made.token === '') failure = made.failure;
			}
			return failure;
		} finally {
			state.renewing = undefined;
			finish(failure);
		}
	}

	private adopt(stored: string): void {
		if (stored !== '' && !this.state.refused.has(stored)) this.state.token = stored;
	}
}
