/**
 * The platform's statuses, as they are compared. Its pages spell some of them in several ways (`PENDDING`, `DEFAULT`,
 * `WAITTING`); what comes out for a user stays as the platform wrote it.
 */
const SPELLINGS = new Map<string, string>([
	['DEFAULT', 'PENDING'],
	['PENDDING', 'PENDING'],
	['CANCELLED', 'CANCELED'],
	['DELIVERD', 'DELIVERED'],
	['SUCCESSFUL', 'SUCCESS'],
	['FAIL', 'FAILED'],
	['WAITTING', 'WAITING'],
	['PARTSUCCESS', 'PART_SUCCESS'],
	['PARTIAL_SUCCESS', 'PART_SUCCESS'],
]);

/** A status in the one spelling that is compared; '' for none. */
export function normalizedStatus(status: unknown): string {
	const name = typeof status === 'string' ? status.trim().toUpperCase() : '';
	return SPELLINGS.get(name) ?? name;
}

/** Whether a command has not left the platform yet: only such a command can be revoked. */
export function isPending(status: unknown): boolean {
	return normalizedStatus(status) === 'PENDING';
}

/** What the platform's pages name beside PENDING. */
const AFTER_PENDING = ['CANCELED', 'SENT', 'DELIVERED', 'SUCCESS', 'FAILED', 'TIMEOUT', 'EXPIRED'];

/** Whether a command waits no more. No status, or one that no page names, says neither this nor that it is pending. */
export function isPastPending(status: unknown): boolean {
	return AFTER_PENDING.includes(normalizedStatus(status));
}

/** Whether a revocation task will not change any more. */
export function isFinalTask(status: unknown): boolean {
	return ['SUCCESS', 'FAILED', 'PART_SUCCESS'].includes(normalizedStatus(status));
}
