import { ERROR_CODES } from '../../nodes/shared/platform/errorCodes';
import { readReply, type RawReply } from '../../nodes/shared/client/replies';
import { excerpt } from '../../nodes/shared/values/text';

const reply = (statusCode: number, body: unknown): RawReply => ({
	statusCode,
	headers: {},
	body: typeof body === 'string' ? body : JSON.stringify(body),
});

function failureOf(statusCode: number, body: unknown) {
	const read = readReply(reply(statusCode, body), ERROR_CODES);
	if (read.ok) throw new Error('The reply was taken for a success');
	return read.failure;
}

describe('A reply of the platform', () => {
	it.each([
		[200, {}],
		[201, { taskId: 'x' }],
		[200, []],
		[200, { resultcode: '0', resultmsg: 'ok' }],
		[200, { error_code: 0 }],
		[200, { error_code: '', error_desc: '' }],
	])('is a success with HTTP %i and %j', (status, body) => {
		expect(readReply(reply(status, body), ERROR_CODES)).toEqual({ ok: true, value: body });
	});

	it('is a success without a body only with HTTP 204', () => {
		expect(readReply(reply(204, ''), ERROR_CODES)).toEqual({ ok: true, value: undefined });
		expect(readReply(reply(200, ''), ERROR_CODES).ok).toBe(false);
	});

	it.each([...ERROR_CODES])(
		'with code %s is a refusal in both shapes, with HTTP 200 too, as text and as a number',
		(code, advice) => {
			for (const status of [200, 201, 400, 403, 500, 503]) {
				for (const body of [
					{ error_code: code, error_desc: 'Text.' },
					{ resultcode: code, resultmsg: 'Text.' },
					{ error_code: Number(code), error_desc: 'Text.' },
				]) {
					expect(failureOf(status, body)).toMatchObject({
						kind: advice.kind,
						what: `${advice.what} (${code}: Text)`,
						help: advice.help,
						code,
						httpStatus: status,
					});
				}
			}
		},
	);

	it('with an unknown code may have been obeyed only if the server broke down', () => {
		expect(failureOf(500, { error_code: '424242' })).toMatchObject({ kind: 'transient', maybeDone: true });
		expect(failureOf(403, { error_code: '424242' })).toMatchObject({ kind: 'final', maybeDone: false });
	});

	it.each([
		['HTML with HTTP 200', 200, '<html>x</html>', { kind: 'transient', maybeDone: true }],
		['an empty body with HTTP 201', 201, '', { kind: 'transient', maybeDone: true }],
		['cut JSON', 201, '{"taskId":"a', { kind: 'transient', maybeDone: true }],
		['a number', 200, '7', { kind: 'transient', maybeDone: true }],
		['null', 200, 'null', { kind: 'transient', maybeDone: true }],
		['a 502', 502, '<h1>Bad Gateway</h1>', { kind: 'transient', maybeDone: true }],
		['a 408', 408, '', { kind: 'transient', maybeDone: true }],
		['no status at all', 0, '', { kind: 'transient', maybeDone: true }],
		['a redirect', 302, '', { kind: 'final', maybeDone: false }],
		['a plain 404', 404, 'Not Found', { kind: 'final', maybeDone: false }],
		['a plain 429', 429, '', { kind: 'throttled', maybeDone: false }],
		['the shape seen once', 404, { statusCode: 404, message: 'Application not found' }, { kind: 'final' }],
	])('that is %s is judged by whether the work may be done', (_name, status, body, expected) => {
		expect(failureOf(status, body)).toMatchObject(expected);
	});

	it('says that a cut answer broke off', () => {
		expect(failureOf(201, '{"taskId":"a').what).toContain('broke off in the middle');
	});
});

describe('Every advice', () => {
	it.each([...ERROR_CODES])('for code %s says what happened and what to do', (_code, advice) => {
		expect(advice.what).toMatch(/^(The|Your) .*[^.]$/);
		expect(advice.help).toMatch(/^[A-Z].*\.$/);
	});
});

describe('An excerpt', () => {
	it('has no markup, no scripts, no line breaks and an end', () => {
		expect(excerpt('<style>a{}</style><h1>Bad\n\n Gateway</h1><script>x()</script>')).toBe('Bad Gateway');
		expect(excerpt('x'.repeat(500))).toBe(`${'x'.repeat(160)}…`);
	});
});
