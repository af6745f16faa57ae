/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs in Node.js: lets promises settle */
import { failureAsError } from '../../nodes/shared/client/connectionFailures';
import { period, RateLimit } from '../../nodes/shared/client/rateLimit';
import type { Transport, ApiRequest } from '../../nodes/shared/client/transport';
import { inParallel } from '../../nodes/shared/values/concurrency';
import type { Failure } from '../../nodes/shared/values/results';
import { DONE, READ, transportTo, type Answer } from './transportTo';
import { VirtualClock } from './virtualClock';

let time: VirtualClock;

beforeEach(() => {
	time = new VirtualClock();
	time.install();
});

afterEach(() => time.uninstall());

const CHANGE: ApiRequest = { method: 'POST', path: '/x', safety: 'once', body: {} };

const TOKEN_REFUSED = {
	status: 403,
	body: { resultcode: '1010005', resultmsg: 'Invalid access token or appId.' },
};
const OVERLOADED = { status: 503, body: { error_code: '100501', error_desc: 'Congestion occurs.' } };
const ONE_TOO_MANY = { status: 403, body: { error_code: '1010009', error_desc: 'app throttle exceed.' } };

/** Sends a call for each of so many devices. @returns the failures */
async function forDevices(
	count: number,
	transport: Transport,
	concurrency = 5,
	request = CHANGE,
	tickMs = 10,
): Promise<Failure[]> {
	const failures: Failure[] = [];
	let isOver = false;
	const work = inParallel(
		Array.from({ length: count }),
		{ first: concurrency, most: concurrency },
		async () => {
			const sent = await transport.send(request);
			if (!sent.ok) failures.push(sent.failure);
			return true;
		},
	).finally(() => (isOver = true));
	// Calls that need no time are still many turns: something always waits.
	const ticks = async () => {
		while (!isOver) await time.sleep(tickMs);
	};
	await time.run(Promise.all([work, ticks()]));
	return failures;
}

const thrown = (code: string, message = '') => Object.assign(new Error(message), { code });

describe('What is refused for good', () => {
	it.each([1, 5])(
		"is tried once per run when it is the user's own token, with %i calls at the same time",
		async (atOnce) => {
			const server = jest.fn(() => TOKEN_REFUSED);
			const failures = await forDevices(50, transportTo(server), atOnce);
			expect(server).toHaveBeenCalledTimes(atOnce);
			expect(failures).toHaveLength(50);
			for (const { help, maybeDone } of failures) {
				expect(help).toContain("'Access Token'");
				expect(maybeDone).toBe(false);
			}
		},
	);

	it('is tried once per run when it is the login', async () => {
		const login = jest.fn((): string => {
			throw failureAsError({
				kind: 'final',
				maybeDone: false,
				what: 'No',
				help: '-',
				code: '100208',
				httpStatus: 401,
			});
		});
		const failures = await forDevices(
			50,
			transportTo(() => DONE, { ownToken: false, login }),
		);
		expect(login).toHaveBeenCalledTimes(1);
		expect(failures.map(({ code }) => code)).toEqual(Array(50).fill('100208'));
	});

	it('is tried for two calls at most when every new token is refused', async () => {
		const server = jest.fn(() => TOKEN_REFUSED);
		const failures = await forDevices(1000, transportTo(server, { ownToken: false }), 1);
		expect(failures).toHaveLength(1000);
		expect(server.mock.calls.length).toBeLessThanOrEqual(4);
	});

	it.each(['100025', '100220'])('is tried for two calls when it is the App Key (%s)', async (code) => {
		let calls = 0;
		const transport = transportTo(() => {
			calls += 1;
			return { status: 401, body: { error_code: code, error_desc: 'No.' } };
		});
		const failures = await forDevices(50, transport, 1);
		expect(failures.map((failure) => failure.code)).toEqual(Array.from({ length: 50 }, () => code));
		expect(calls).toBe(2);
	});

	it('for one call alone leaves the others as they are', async () => {
		let calls = 0;
		const transport = transportTo(() => ((calls += 1) === 3 ? TOKEN_REFUSED : DONE));
		expect(await forDevices(10, transport, 1)).toHaveLength(1);
	});

	it('for one call alone costs the others no login', async () => {
		let logins = 0;
		const transport = transportTo(
			(token, { url }) => (url.endsWith('/x') || token === '' ? DONE : TOKEN_REFUSED),
			{ ownToken: false, login: () => `token-${(logins += 1)}` },
		);
		expect(await forDevices(1, transport, 1)).toEqual([]);
		expect(await forDevices(1, transport, 1, { ...READ, path: '/wrong' })).toHaveLength(1);
		const until = logins;
		expect(await forDevices(1, transport, 1)).toEqual([]);
		expect(logins).toBe(until);
	});

	it('does not outlive the run', async () => {
		await forDevices(
			1,
			transportTo(() => TOKEN_REFUSED),
		);
		expect(
			await forDevices(
				1,
				transportTo(() => DONE),
			),
		).toEqual([]);
	});
});

describe('A server that cannot be reached', () => {
	it.each([
		['that nothing listens at', 'ECONNREFUSED', 6],
		['that never answers', 'ETIMEDOUT', 6],
		['whose name is unknown', 'ENOTFOUND', 1],
		['whose certificate is not trusted', 'SELF_SIGNED_CERT_IN_CHAIN', 1],
	])('%s is tried as often as for one call, not for each device', async (_name, code, tries) => {
		const server = jest.fn(() => {
			throw thrown(code);
		});
		const began = time.now();
		const failures = await forDevices(1000, transportTo(server), 10, READ);
		expect(failures).toHaveLength(1000);
		expect(server.mock.calls.length).toBeLessThanOrEqual(10 * tries);
		expect(time.now() - began).toBeLessThan(20_000);
	});

	it('for a moment costs no call, and none of those that come later', async () => {
		let calls = 0;
		const transport = transportTo(() => {
			calls += 1;
			if (calls > 10 && calls < 50) throw thrown('ECONNREFUSED');
			return DONE;
		});
		expect((await forDevices(100, transport, 10)).length).toBe(0);
	});

	it('a moment after it has answered fails only the calls that find it so', async () => {
		let calls = 0;
		const transport = transportTo(
			() => {
				calls += 1;
				if (calls > 10 && calls <= 15) throw thrown('ECONNREFUSED');
				return DONE;
			},
			{ maxRetries: 0 },
		);
		expect(await forDevices(100, transport, 1)).toHaveLength(5);
		expect(calls).toBe(100);
	});

	it('after a lost answer is not taken for one: what happened can be looked up', async () => {
		let calls = 0;
		const transport = transportTo(() => {
			calls += 1;
			if (calls === 1) throw thrown('ECONNRESET', 'socket hang up');
			return DONE;
		});
		const lost = await time.run(transport.send(CHANGE));
		expect(lost).toMatchObject({ failure: { maybeDone: true } });
		expect(await time.run(transport.send(READ))).toMatchObject({ ok: true });
	});

	it('any more for a minute ends a run that had answers before', async () => {
		let calls = 0;
		const server = jest.fn(() => {
			calls += 1;
			if (calls > 10) throw thrown('ECONNREFUSED');
			return DONE;
		});
		const failures = await forDevices(10_010, transportTo(server), 10);
		expect(failures).toHaveLength(10_000);
		expect(server.mock.calls.length).toBeLessThan(600);
	});
});

describe('A slot of the rate limit', () => {
	it.each<[string, () => Answer]>([
		[
			'whose text holds half a character',
			() => ({ status: 400, body: '{"error_code":"1","error_desc":"\\ud800 x"}' }),
		],
		['whose token holds half a character', () => ({ status: 500, body: `\ud800${'<'.repeat(1000)}` })],
		[
			'that is no answer',
			() => {
				throw thrown('ECONNRESET');
			},
		],
		[
			'that throws what is no error',
			() => {
				throw Object.create(null);
			},
		],
	])('is given back after an answer %s', async (_name, answer) => {
		const rateLimit = new RateLimit();
		const broken = transportTo(answer, { rateLimit, limit: 2, maxRetries: 0 });
		for (let call = 0; call < 5; call += 1) await time.run(broken.send(CHANGE));
		const other = transportTo(() => DONE, { rateLimit, limit: 2 });
		expect(await time.run(other.send(READ))).toMatchObject({ ok: true });
	});
});

describe('Patience with a platform that refuses calls', () => {
	it('ends when it has accepted none of the application for ten minutes, for the whole run', async () => {
		const server = jest.fn(() => ONE_TOO_MANY);
		const began = time.now();
		const failures = await forDevices(20, transportTo(server, { limit: 100 }), 5, CHANGE, 1000);
		expect(failures).toHaveLength(20);
		expect(failures[0]?.what).toMatch(/has not changed for 1\d minutes/);
		expect((time.now() - began) / 60_000).toBeLessThan(13);
	});

	it('goes on as long as it accepts a call now and then, however long that takes', async () => {
		let lastAccepted = time.now();
		const server = () => {
			if (time.now() - lastAccepted < 5 * period.ms) return ONE_TOO_MANY;
			lastAccepted = time.now();
			return DONE;
		};
		expect(await forDevices(12, transportTo(server, { limit: 100 }), 12, CHANGE, 1000)).toEqual([]);
	});
});

describe('A run that is canceled', () => {
	it('aborts the request that is under way', async () => {
		const cancel = new AbortController();
		let aborted = false;
		const transport = transportTo(
			async (_token, _options, signal) =>
				await new Promise<Answer>((_resolve, reject) => {
					signal.addEventListener('abort', () => {
						aborted = true;
						reject(thrown('ERR_CANCELED'));
					});
				}),
			{ signal: cancel.signal },
		);
		const sent = transport.send(CHANGE);
		await new Promise(setImmediate);
		cancel.abort();
		expect(await sent).toMatchObject({ failure: { kind: 'canceled', maybeDone: true } });
		expect(aborted).toBe(true);
	});

	it('leaves what is under way alone when only the waiting is given up', async () => {
		const stop = new AbortController();
		let finish: (answer: Answer) => void = () => {};
		const transport = transportTo(async () => await new Promise<Answer>((resolve) => (finish = resolve)));
		const sent = transport.until(stop.signal).send(CHANGE);
		await new Promise(setImmediate);
		stop.abort();
		finish(DONE);
		expect(await sent).toMatchObject({ ok: true });
		expect(await transport.until(stop.signal).send(CHANGE)).toMatchObject({
			failure: { kind: 'canceled', maybeDone: false },
		});
	});
});

describe('A secret', () => {
	it('that a login gave is taken out of what the platform says', async () => {
		const transport = transportTo(
			(token) => ({ status: 400, body: { error_code: '1', error_desc: `bad ${token}` } }),
			{
				ownToken: false,
				login: () => 'a-new-token',
			},
		);
		const sent = await time.run(transport.send(READ));
		expect(sent.ok ? '' : sent.failure.what).toContain('bad ***');
	});
});

describe('On an overloaded platform', () => {
	it.each([
		['calls find no connection', () => Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })],
		['calls time out', () => Object.assign(new Error('timeout'), { code: 'ECONNABORTED' })],
	])('fewer calls are under way at the same time when %s', async (_what, error) => {
		let underWay = 0;
		const counts: number[] = [];
		const transport = transportTo(async () => {
			underWay += 1;
			const isDown = counts.push(underWay) <= 50;
			await time.sleep(100);
			underWay -= 1;
			if (isDown) throw error();
			return DONE;
		});
		expect(await forDevices(100, transport, 50, READ)).toEqual([]);
		expect(Math.max(...counts.slice(0, 50))).toBe(50);
		// Half as many, then one more for each answer.
		expect(Math.max(...counts.slice(50, 75))).toBe(25);
		expect(Math.max(...counts.slice(50, 100))).toBeLessThan(40);
		expect(Math.max(...counts.slice(50, 100))).toBeGreaterThan(30);
	});

	it('as many calls are under way as before when some devices are refused for good', async () => {
		let underWay = 0;
		const counts: number[] = [];
		const transport = transportTo(async () => {
			underWay += 1;
			const isRefused = counts.push(underWay) <= 50;
			await time.sleep(100);
			underWay -= 1;
			return isRefused ? { status: 400, body: { error_code: '100418', error_desc: 'No device.' } } : DONE;
		});
		expect(await forDevices(100, transport, 50, READ)).toHaveLength(50);
		expect(Math.max(...counts.slice(50))).toBe(50);
	});

	it('calls that it refuses, period after period, teach no lower rate limit', async () => {
		let isOverloaded = false;
		const transport = transportTo(
			() => {
				if (!isOverloaded) return DONE;
				isOverloaded = false;
				return OVERLOADED;
			},
			{ limit: 100 },
		);
		const send = async (calls: number) => {
			for (let call = 0; call < calls; call += 1) {
				expect(await time.run(transport.send(READ))).toMatchObject({ ok: true });
			}
		};
		for (let periods = 0; periods < 2; periods += 1) {
			await send(5);
			isOverloaded = true;
			await send(1);
			await time.run(time.sleep(period.ms));
		}
		const began = time.now();
		await send(50);
		expect(time.now()).toBe(began);
	});
});
