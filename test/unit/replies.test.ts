import { ERROR_CODES } from '../../nodes/shared/platform/errorCodes';
import { asRawReply, readReply, type RawReply } from '../../nodes/shared/client/replies';
import { excerpt } from '../../nodes/shared/values/text';
import { cpuTimeOf } from './cpuTime';

const reply = (statusCode: number, body: unknown): RawReply => ({
	statusCode,
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
			for (const status of [200, 201, 400, 403, 500, 503, 504]) {
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

	it.each([
		[200, { error_code: '424242' }, 'final', true],
		[201, { error_code: 'APIG.9999' }, 'final', true],
		[403, { error_code: '424242' }, 'final', false],
		[404, { error_code: 'APIG.0101', error_msg: 'The API does not exist' }, 'final', false],
		[408, { error_code: '424242' }, 'transient', true],
		[429, { error_code: 'APIG.0308' }, 'throttled', false],
		[429, { error_code: '100022' }, 'throttled', false],
		[429, { statusCode: 503 }, 'throttled', false],
		[500, { error_code: '424242' }, 'transient', true],
		[504, { resultcode: 7 }, 'transient', true],
		[200, { statusCode: 504 }, 'transient', true],
		[200, { statusCode: 429 }, 'throttled', false],
		[200, { statusCode: 404, message: 'Application not found' }, 'final', false],
		[200, { code: 30001, data: null, message: 'authentication failed' }, 'final', true],
		[200, { code: '30001', data: null }, 'final', true],
		[200, { success: false, msg: 'no such thing' }, 'final', true],
		[401, { code: 401, message: 'no' }, 'final', false],
		[503, { success: false, msg: 'busy' }, 'transient', true],
	])(
		'with HTTP %i and %j is judged by its status first: %s, may be done: %s',
		(status, body, kind, maybeDone) => {
			expect(failureOf(status, body)).toMatchObject({ kind, maybeDone });
		},
	);

	it.each(['error_desc', 'error_msg', 'resultmsg', 'message', 'msg'])(
		'shows the words that stand in %s, with and without a code, cut short',
		(key) => {
			const words = `Refused because ${'x'.repeat(300_000)}`;
			for (const body of [
				{ error_code: '424242', [key]: words },
				{ code: 7, data: null, [key]: words },
				{ success: false, [key]: words },
				{ statusCode: 404, [key]: words },
			]) {
				for (const status of [200, 404, 500]) {
					const { what } = failureOf(status, body);
					expect(what).toContain('Refused because xxx');
					expect(what.length).toBeLessThan(300);
				}
			}
		},
	);

	it.each([
		[{ code: 0, message: 'ok' }],
		[{ code: 200, data: [], message: 'ok' }],
		[{ success: true, msg: 'ok' }],
		[{ code: 'X' }],
	])('that is the envelope %j is no refusal', (body) => {
		expect(readReply(reply(200, body), ERROR_CODES)).toEqual({ ok: true, value: body });
	});

	it.each(['APIG.0101', 'IOTDA.000002'])("with code %s names 'Server' as the field to check", (code) => {
		const { help } = failureOf(404, { error_code: code, error_msg: 'x' });
		expect(help).toContain('Another Huawei service');
		expect(help).toContain("'Server'");
	});

	it('with a code of enormous length is shown in short', () => {
		expect(failureOf(400, { error_code: 'x'.repeat(300_000) }).what.length).toBeLessThan(300);
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

	it.each([
		[399, 'answered with a redirect (HTTP 399)', true],
		[400, 'refused the call (HTTP 400): "Bad Request"', false],
	])(
		'with HTTP %i and no code says that the server %s; that this holds for all calls: %p',
		(status, words, isForAll) => {
			expect(failureOf(status, 'Bad Request')).toMatchObject({
				what: expect.stringContaining(words) as string,
				isForAll,
			});
		},
	);

	it('says that a cut answer broke off', () => {
		expect(failureOf(201, '{"taskId":"a').what).toContain('broke off in the middle');
	});

	it('says of a page with braces, such as one with a style, that it is a strange answer and not a cut one', () => {
		const { what } = failureOf(200, '<html><style>p { color: red }</style><p>Sign in</p></html>');
		expect(what).toContain('Sign in');
		expect(what).not.toContain('broke off in the middle');
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
		expect(excerpt('<style>a{}</style><h1>Bad\n\n Gateway</h1><script>x("<b>")</script>')).toBe(
			'Bad Gateway',
		);
		expect(excerpt('<!DOCTYPE html><!-- x --><p>a < b</p>')).toBe('a < b');
		expect(excerpt('x'.repeat(500))).toBe(`${'x'.repeat(160)}…`);
	});

	it('has no half of a character, be it in the text or made by cutting', () => {
		expect(excerpt('a\ud800b\udc00')).toBe('a\ufffdb\ufffd');
		expect(excerpt(`x${'😀'.repeat(100)}`)).not.toMatch(
			/[\ud800-\udfff](?![\udc00-\udfff])(?<![\ud800-\udbff].)/,
		);
		expect(() => encodeURIComponent(excerpt(`x${'😀'.repeat(100)}`))).not.toThrow();
	});

	it.each(['<', '<script>', '<a ', ' ', '<script', '</', '<!--', '.', '\ud800'])(
		'of %p a hundred thousand times takes no longer than its length explains',
		async (piece) => {
			const timeOf = async (count: number) => {
				const text = piece.repeat(count);
				const body = JSON.stringify({ error_code: '1', error_desc: text });
				return await cpuTimeOf(() => {
					excerpt(text);
					readReply({ statusCode: 500, body: text }, ERROR_CODES);
					readReply({ statusCode: 500, body }, ERROR_CODES);
				});
			};
			await timeOf(1_000);
			// Ten times the text in far less than the hundred times that a pattern that goes back would take.
			expect(await timeOf(100_000)).toBeLessThan(40 * Math.max(await timeOf(10_000), 0.2));
		},
	);
});

it.each([
	[{ statusCode: 204 }, { statusCode: 204, body: '""' }],
	[
		{ statusCode: 200, body: { a: 1 } },
		{ statusCode: 200, body: '{"a":1}' },
	],
	[
		{ statusCode: '200', body: 'text' },
		{ statusCode: 0, body: 'text' },
	],
	[undefined, { statusCode: 0, body: '""' }],
])('what n8n gives as %j is read as %j', (reply, raw) => {
	expect(asRawReply(reply)).toEqual(raw);
});
