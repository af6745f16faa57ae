import { backOffMs, nextStep, type RetryOptions, type Tries } from '../../nodes/shared/client/retryPolicy';
import type { FailureKind } from '../../nodes/shared/values/results';

const step = (
	kind: FailureKind,
	{ maybeDone = false, ...changes }: Partial<Tries & RetryOptions & { maybeDone: boolean }> = {},
) =>
	nextStep(
		{ kind, maybeDone, what: 'x', help: 'x' },
		{ retries: 0, renewals: 0, refusedForMs: 0, ...changes },
		{ maxRetries: 5, isRepeatable: true, isRenewable: true, longestRefusalMs: 600_000, ...changes },
	);

describe('The next step after a call that failed', () => {
	it.each(['final', 'canceled'] as const)('is to give up when the failure is %s', (kind) => {
		expect(step(kind)).toBe('give up');
	});

	it('is a new token when the token was refused and can be renewed, three times at most', () => {
		expect(step('token')).toBe('renew token');
		expect(step('token', { renewals: 2 })).toBe('renew token');
		expect(step('token', { renewals: 3 })).toBe('give up');
		expect(step('token', { isRenewable: false })).toBe('give up');
	});

	it('is to wait for the rate limit until patience is over, whatever was retried', () => {
		expect(step('throttled', { retries: 5, refusedForMs: 600_000 })).toBe('wait for the rate limit');
		expect(step('throttled', { refusedForMs: 600_001 })).toBe('give up');
	});

	it("is to give up when the platform refuses one call too many and 'Max Retries' is 0", () => {
		expect(step('throttled', { maxRetries: 0 })).toBe('give up');
	});

	it('is to wait longer each time and send again, as often as allowed', () => {
		expect([0, 1, 2, 3, 4].map((retries) => step('transient', { retries }))).toEqual([
			500, 1000, 2000, 4000, 8000,
		]);
		expect(step('transient', { retries: 5 })).toBe('give up');
		expect(backOffMs(20)).toBe(10_000);
	});

	it('is to leave it to the caller when a call that must not be repeated may have been done', () => {
		expect(step('transient', { isRepeatable: false, maybeDone: true })).toBe('give up');
		expect(step('transient', { isRepeatable: false, maybeDone: false })).toBe(500);
		expect(step('transient', { isRepeatable: true, maybeDone: true })).toBe(500);
	});
});
