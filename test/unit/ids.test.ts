import { readId } from '../../nodes/shared/values/ids';
import { cpuTimeOf } from './cpuTime';

/** Blanks of all kinds, characters without a width, bidi marks, the byte order mark, control characters. */
const UNSEEN = [
	0x09, 0x0a, 0x20, 0x7f, 0x85, 0xa0, 0xad, 0x34f, 0x61c, 0x1680, 0x180e, 0x2003, 0x200b, 0x200c, 0x200d,
	0x200e, 0x200f, 0x2028, 0x202a, 0x202e, 0x202f, 0x2060, 0x2066, 0x2069, 0x3000, 0x3164, 0xfe0f, 0xfeff,
	0xfff9, 0xe0020,
].map((code) => [`U+${code.toString(16)}`, String.fromCodePoint(code)]);

const what = (value: unknown) => {
	const read = readId(value, 'Device');
	return read.ok ? undefined : read.failure.what;
};

describe('An ID', () => {
	it.each(UNSEEN)('loses %s at its ends, and is refused with it inside', (name, unseen) => {
		expect(readId(`${unseen}${unseen}dévice-1𠮷${unseen}`, 'Device')).toEqual({
			ok: true,
			value: 'dévice-1𠮷',
		});
		const code = name.slice(2).toUpperCase().padStart(4, '0');
		const expected =
			unseen === ' ' ? 'blanks in the middle: "de vice"' : `an invisible character (U+${code}) after "de"`;
		expect(what(`de${unseen}vice`)).toBe(`'Device' has ${expected}`);
		expect(what(unseen)).toBe("'Device' contains only blanks");
	});

	it('is refused with half of a surrogate pair, which no URL can hold', () => {
		expect(what('device\ud800')).toBe('\'Device\' has an invisible character (U+D800) after "device"');
		expect(what('\udc00device')).toContain('U+DC00');
	});

	it('has 64 characters at most, counted without what is trimmed', () => {
		expect(readId(`\u200b${'x'.repeat(64)} `, 'Device')).toEqual({ ok: true, value: 'x'.repeat(64) });
		expect(what('x'.repeat(65))).toBe("'Device' is 65 characters long, but the platform allows 64");
	});

	it('is read in time that grows with its length alone', async () => {
		const timeOf = async (length: number) => {
			const text = `x${' '.repeat(length)}x`;
			return await cpuTimeOf(() => readId(text, 'Device'));
		};
		await timeOf(1000);
		// Quadratic work would take 400 times as long.
		expect(await timeOf(200_000)).toBeLessThan(100 * Math.max(await timeOf(10_000), 0.1));
	});
});
