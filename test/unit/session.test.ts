import { readConnection } from '../../nodes/shared/client/credential';
import { Session } from '../../nodes/shared/client/session';
import type { Failure } from '../../nodes/shared/values/results';

let credentials = 0;

/** A session of a credential that no other test knows, unless `id` says so. */
function session(
	given: { id?: string; stored?: string; sessionToken?: string; authentication?: string } = {},
) {
	credentials += 1;
	const connection = readConnection({
		server: 'iot:1',
		appKey: 'key',
		authentication: given.authentication ?? 'appSecret',
		secret: 'secret-1',
		token: 'own-token',
		sessionToken: given.sessionToken ?? '',
	});
	if (!connection.ok) throw new Error(connection.failure.what);
	return new Session(given.id ?? `credential-${credentials}`, connection.value, {
		readStored: async () => given.stored ?? '',
	});
}

const failure = (kind: Failure['kind']): Failure => ({ kind, maybeDone: false, what: 'No', help: 'None' });

describe('A session', () => {
	it('is renewed once for all who wait', async () => {
		const one = session();
		const login = jest.fn(async () => ({ token: 'new' }));
		const results = await Promise.all(Array.from({ length: 10 }, async () => await one.renew(login)));
		expect(results).toEqual(Array(10).fill(undefined));
		expect(login).toHaveBeenCalledTimes(1);
		expect(one.token()).toBe('new');
	});

	it('is shared by all runs of one credential in a process', async () => {
		const first = session({ id: 'shared' });
		const second = session({ id: 'shared' });
		const login = jest.fn(async () => ({ token: 'new' }));
		await Promise.all([first.renew(login), second.renew(login)]);
		expect(login).toHaveBeenCalledTimes(1);
		expect([first.token(), second.token(), session().token()]).toEqual(['new', 'new', '']);
	});

	it('takes the token that another process has stored, without a login', async () => {
		const one = session({ sessionToken: 'old', stored: 'stored-since' });
		const login = jest.fn(async () => ({ token: 'new' }));
		expect(one.token()).toBe('old');
		one.refuse('old');
		await one.renew(login);
		expect(one.token()).toBe('stored-since');
		expect(login).not.toHaveBeenCalled();
	});

	it('does not take up a stored token again that was refused', async () => {
		const one = session({ id: 'refused', sessionToken: 'old', stored: 'old' });
		one.refuse('old');
		await one.renew(async () => ({ token: 'new' }));
		expect(one.token()).toBe('new');
		expect(session({ id: 'refused', sessionToken: 'old' }).token()).toBe('new');
	});

	it('keeps a newer token when an older one is refused late', async () => {
		const one = session({ sessionToken: 'old' });
		one.refuse('old');
		await one.renew(async () => ({ token: 'new' }));
		one.refuse('old');
		expect(one.token()).toBe('new');
	});

	it('gives the reason of a login that did not work to all who waited, and can be tried again', async () => {
		const one = session();
		const login = jest.fn(async () => ({ token: '', failure: failure('final') }));
		const results = await Promise.all([one.renew(login), one.renew(login), one.renew(login)]);
		expect(results).toEqual(Array(3).fill(failure('final')));
		expect(login).toHaveBeenCalledTimes(1);
		expect(await one.renew(async () => ({ token: 'new' }))).toBeUndefined();
		expect(one.token()).toBe('new');
	});

	it('does not fail for those who waited when the one who logged in was cancelled', async () => {
		const one = session();
		const first = one.renew(async () => ({ token: '', failure: failure('canceled') }));
		const second = one.renew(async () => ({ token: 'new' }));
		expect((await first)?.kind).toBe('canceled');
		expect(await second).toBeUndefined();
	});

	it('does not wait for ever for a login that threw', async () => {
		const one = session();
		const first = one.renew(async () => {
			throw new Error('unforeseen');
		});
		const second = one.renew(async () => ({ token: 'new' }));
		await expect(first).rejects.toThrow('unforeseen');
		await second;
		await one.renew(async () => ({ token: 'new' }));
		expect(one.token()).toBe('new');
	});

	it("uses the user's own token as it is, and cannot renew it", () => {
		const own = session({ authentication: 'accessToken', sessionToken: 'left-over' });
		expect([own.token(), own.renewable]).toEqual(['own-token', false]);
		expect(session().renewable).toBe(true);
	});
});
