import type { Outcome } from './engine';

/** The words of what a person reads when a run stopped: IDs are found whole, and none within another one. */
export function wordsOf({ message, description }: NonNullable<Outcome['stopped']>): Set<string> {
	return new Set(`${message} ${description}`.split(/[^\w-]+/));
}

/** Whether a message says that a device's commands may have been revoked, and where to look. */
export function saysWhereToLook(message: unknown, deviceId: unknown): boolean {
	return String(message).includes(`look for a revocation task of device ${String(deviceId)}.`);
}
