import { failForGood, ok } from './results';
import type { Result } from './results';

const LONGEST = 64;

/**
 * What no one can see: blanks of all kinds, control characters, and characters without a width of their own, such as
 * U+200B, bidi marks and the byte order mark. They get into an ID when it is copied from a web page or a table.
 */
const UNSEEN = '\\s\\p{Cc}\\p{Cf}\\p{Default_Ignorable_Code_Point}';
const FIRST_TO_LAST_SEEN = new RegExp(`[^${UNSEEN}](?:.*[^${UNSEEN}])?`, 'su');
/** Half of a surrogate pair is damage, so it is not trimmed; it could not be sent. */
const NOT_INSIDE = new RegExp(`[${UNSEEN}\\p{Cs}]`, 'u');

/**
 * Checks an ID that a person or an expression gave: text of 1 to 64 characters (platform page, "Request Parameters").
 * What can't be seen is trimmed at its ends and refused inside.
 * @param field the field's display name, for the message
 * @param longest what the platform allows for a longer name, such as that of a method
 */
export function readId(value: unknown, field: string, longest = LONGEST): Result<string> {
	const help = `Enter '${field}' as text of 1 to ${longest} characters, for example with an expression like {{ $json.deviceId }}.`;
	const nothing = `${help} If it holds an expression, that returned nothing for this item.`;
	if (value === undefined || value === null) return failForGood(`'${field}' has no value`, nothing);
	if (typeof value === 'number') {
		return failForGood(
			`'${field}' is a number (${value}), but it has to be text`,
			`${help} A number loses leading zeros and the last digits of a long ID.`,
		);
	}
	if (typeof value !== 'string') {
		const kind = Array.isArray(value)
			? 'a list'
			: typeof value === 'object'
				? 'an object'
				: `a ${typeof value}`;
		return failForGood(`'${field}' is ${kind}, but it has to be text`, help);
	}
	if (value === '') return failForGood(`'${field}' is empty`, nothing);
	const text = FIRST_TO_LAST_SEEN.exec(value)?.[0] ?? '';
	if (text === '') return failForGood(`'${field}' contains only blanks`, help);
	if (text.length > longest) {
		return failForGood(
			`'${field}' is ${text.length} characters long, but the platform allows ${longest}`,
			help,
		);
	}
	const inside = NOT_INSIDE.exec(text);
	if (inside) return failForGood(`'${field}' has ${described(inside[0], text, inside.index)}`, help);
	return ok(text);
}

function described(character: string, text: string, index: number): string {
	if (character === ' ') return `blanks in the middle: "${text}"`;
	const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
	return `an invisible character (U+${code}) after "${text.slice(0, index)}"`;
}

/** Whether an entry of a list is of that device, should the platform give others too; without an ID it is believed. */
export function isOfDevice(entry: { deviceId?: string | null }, deviceId: string): boolean {
	return String(entry.deviceId ?? deviceId).toLowerCase() === deviceId.toLowerCase();
}
