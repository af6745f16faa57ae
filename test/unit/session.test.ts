import { readConnection } from '../../nodes/shared/client/credential';
import { Session } from '../../nodes/shared/client/session';
import { fail, ok, type Failure } from '../../nodes/shared/values/results';

let secrets = 0;

/** A session of an application that no other test knows, unless `secret` says so. */
function session(
	given: {
		secret?: string;
		stored?: string;
		sessionToken?: string;
		authentication?: string;
		edited?: boolean;
	} = {},
) {
	secrets += 1;
	const connection = readConnection({
		server: 'iot:1',
		appKey: 'key',
		authentication: given.authentication ?? 'appSecret',
		secret: given.secret ?? `secret-${secrets}`,
		token: 'own-token',
	});
	if (!connection.ok) throw new Error(connection.failure.what);
	const stored = (token = '') => ({ connection: connection.value, token });
	return new Session(stored(given.sessionToken), async () =>
		given.edited ? fail(failure('final')) : ok(stored(given.stored)),
	);
}

const failure = (kind: Failure['kind']): Failure => ({ kind, maybeDone: false, what: 'No', help: 'None' });

const logIn = async () => ({ token: 'new', result: ok(undefined) });

describe('A session', () => {
	it('is renewed once for all who wait', async () => {
		const one = session();
		const login = jest.fn(logIn);
		const results = await Promise.all(Array.from({ length: 10 }, async () => await one.renew(login)));
		expect(results.filter(({ by }) => by === 'caller')).toHaveLength(1);
		expect(login).toHaveBeenCalledTimes(1);
		expect(one.token()).toBe('new');
	});

	it('is shared by all runs in a process with the same server, App Key and secret, whatever their credential', async () => {
		const first = session({ secret: 'shared' });
		const second = session({ secret: 'shared' });
		const login = jest.fn(logIn);
		await Promise.all([first.renew(login), second.renew(login)]);
		expect(login).toHaveBeenCalledTimes(1);
		expect([first.token(), second.token(), session().token()]).toEqual(['new', 'new', undefined]);
	});

	it('with a secret that was entered during a run gives nothing to those that have the one before', async () => {
		const connectionWith = (secret: string) => {
			const read = readConnection({ server: 'iot:1', appKey: 'key', authentication: 'appSecret', secret });
			if (!read.ok) throw new Error(read.failure.what);
			return { connection: read.value, token: '' };
		};
		const [before, entered] = [connectionWith('withdrawn'), connectionWith('entered')];
		const running = new Session(before, async () => ok(entered));
		await running.renew(logIn);
		expect(running.token()).toBe('new');
		expect(new Session(before, async () => ok(before)).token()).toBeUndefined();
		const other = new Session(entered, async () => ok(entered));
		expect(other.token()).toBe('new');
		expect(other.right).toBe(running.right);
	});

	it('prefers the token that is known to be good to one that another credential has stored', async () => {
		const first = session({ secret: 'two-credentials' });
		await first.renew(logIn);
		session({ secret: 'two-credentials', sessionToken: 'of-an-older-login' });
		expect(first.token()).toBe('new');
	});

	it('takes the token that another process has stored, without a login', async () => {
		const one = session({ sessionToken: 'old', stored: 'stored-since' });
		const login = jest.fn(logIn);
		expect(one.token()).toBe('old');
		one.refuse('old');
		await one.renew(login);
		expect(one.token()).toBe('stored-since');
		expect(login).not.toHaveBeenCalled();
	});

	it('does not take up a stored token again that was refused', async () => {
		const one = session({ secret: 'refused', sessionToken: 'old', stored: 'old' });
		one.refuse('old');
		await one.renew(logIn);
		expect(one.token()).toBe('new');
		expect(session({ secret: 'refused', sessionToken: 'old' }).token()).toBe('new');
	});

	it('keeps a newer token when an older one is refused late', async () => {
		const one = session({ sessionToken: 'old' });
		one.refuse('old');
		await one.renew(logIn);
		one.refuse('old');
		expect(one.token()).toBe('new');
	});

	it('gives the reason of a login that did not work to all who waited, and can be tried again', async () => {
		const one = session();
		const made = { result: fail({ ...failure('final'), maybeDone: true }) };
		const login = jest.fn(async () => made);
		const results = await Promise.all([one.renew(login), one.renew(login), one.renew(login)]);
		const forOthers = { by: 'another', result: fail(failure('final')) };
		expect(results).toEqual([{ by: 'caller', made }, forOthers, forOthers]);
		expect(login).toHaveBeenCalledTimes(1);
		await one.renew(logIn);
		expect(one.token()).toBe('new');
	});

	it("fails for no run whose credential has other settings when another one's login does not work", async () => {
		const first = session({ secret: 'of-two-credentials' });
		const second = session({ secret: 'of-two-credentials' });
		const failing = first.renew(async () => ({ result: fail(failure('final')) }));
		const waiting = second.renew(logIn);
		expect(await failing).toMatchObject({ made: { result: { ok: false } } });
		expect(await waiting).toEqual({ by: 'another', result: ok(undefined) });
		expect(second.token()).toBeUndefined();
		expect(await second.renew(logIn)).toMatchObject({ by: 'caller' });
		expect(second.token()).toBe('new');
	});

	it.each([
		['was refused', { ...failure('final'), httpStatus: 400 }],
		['was not answered', failure('transient')],
	])('spares other credentials with the same secret a login that %s', async (_name, reason) => {
		const secret = `of-${reason.kind}`;
		const failing = session({ secret }).renew(async () => ({ result: fail(reason) }));
		const waiting = session({ secret }).renew(logIn);
		await failing;
		expect(await waiting).toEqual({ by: 'another', result: fail(reason) });
	});

	it('fails for no run whose credential was not edited when that of another one was', async () => {
		const shared = { secret: 'of-an-edited-credential' };
		const first = session({ ...shared, edited: true });
		const second = session(shared);
		const failing = first.renew(logIn);
		const waiting = second.renew(logIn);
		expect(await failing).toMatchObject({ result: { ok: false } });
		expect(await waiting).toEqual({ by: 'another', result: ok(undefined) });
	});

	it('does not fail for those who waited when the one who logged in was canceled', async () => {
		const one = session();
		const first = one.renew(async () => ({ result: fail(failure('canceled')) }));
		const second = one.renew(logIn);
		expect(await first).toMatchObject({ made: { result: { failure: { kind: 'canceled' } } } });
		expect(await second).toEqual({ by: 'another', result: ok(undefined) });
	});

	it('makes no login when the credential now belongs to another server', async () => {
		const connection = readConnection({
			server: 'iot:9',
			appKey: 'k',
			authentication: 'appSecret',
			secret: 's',
		});
		if (!connection.ok) throw new Error();
		const login = jest.fn(logIn);
		const one = new Session({ connection: connection.value, token: '' }, async () => fail(failure('final')));
		expect(await one.renew(login)).toEqual({ by: 'another', result: fail(failure('final')) });
		expect(login).not.toHaveBeenCalled();
	});

	it('does not wait for ever for a login that threw', async () => {
		const one = session();
		const first = one.renew(async () => {
			throw new Error('unforeseen');
		});
		const second = one.renew(logIn);
		await expect(first).rejects.toThrow('unforeseen');
		await second;
		await one.renew(logIn);
		expect(one.token()).toBe('new');
	});

	it("uses the user's own token as it is, and cannot renew it", () => {
		const own = session({ authentication: 'accessToken', sessionToken: 'left-over' });
		expect([own.token(), own.renewable]).toEqual(['own-token', false]);
		expect(session().renewable).toBe(true);
	});
});
