import { invalidInput, ok } from './results';
import type { Result } from './results';

const LONGEST = 64;

/**
 * Checks an ID that a person or an expression gave: text of 1 to 64 characters (platform page, "Request Parameters").
 * @param field the field's display name, for the message
 * @param longest what the platform allows for a longer name, such as that of a method
 */
export function readId(value: unknown, field: string, longest = LONGEST): Result<string> {
	const help = `Give '${field}' as text of 1 to ${longest} characters, for example with an expression like {{ $json.deviceId }}.`;
	if (value === undefined || value === null) return invalidInput(`'${field}' has no value`, help);
	if (typeof value === 'number') {
		return invalidInput(
			`'${field}' is a number (${value}), and it has to be text`,
			`${help} Numbers lose leading zeros and long digits.`,
		);
	}
	if (typeof value !== 'string') {
		const kind = Array.isArray(value)
			? 'a list'
			: typeof value === 'object'
				? 'an object'
				: `a ${typeof value}`;
		return invalidInput(`'${field}' is ${kind}, and it has to be text`, help);
	}
	const text = value.trim();
	if (value === '') return invalidInput(`'${field}' is empty`, help);
	if (text === '') return invalidInput(`'${field}' holds nothing but blanks`, help);
	if (text.length > longest) {
		return invalidInput(
			`'${field}' is ${text.length} characters long, and the platform allows ${longest}`,
			help,
		);
	}
	if (/\s/.test(text)) return invalidInput(`'${field}' has blanks in its middle: "${text}"`, help);
	return ok(text);
}

/** Whether an entry of a list is of that device, should the platform give others too; without an ID it is believed. */
export function isOfDevice(entry: { deviceId?: string | null }, deviceId: string): boolean {
	return String(entry.deviceId ?? deviceId).toLowerCase() === deviceId.toLowerCase();
}
