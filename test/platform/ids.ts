import { randomUUID } from 'node:crypto';

/** A new ID of 32 hexadecimal digits. Faster than `randomBytes`, since Node.js keeps a stock for UUIDs. */
export function newId(): string {
	return randomUUID().replaceAll('-', '');
}
