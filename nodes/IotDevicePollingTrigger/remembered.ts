import { createHash, randomBytes } from 'crypto';

import { isObject } from '../shared/values/json';

/** So many bytes of a device's hash are kept: enough that two of a million devices are never taken for each other. */
const HASH_BYTES = 8;
const SALT_BYTES = 12;

/** The devices that the last poll found in the watched statuses: a hash of each device's ID, and its status. */
export type Devices = ReadonlyMap<string, string>;

/** What n8n keeps of the node, and exports with the workflow. No device can be read from it. */
export interface Remembered {
	/** A digest of what was watched: application, statuses and devices. */
	watched: string;
	/** Makes the hashes of this node different from those of any other. */
	salt: string;
	/** By status: the hashes in order, one after another, in Base64. 11 characters for each device. */
	devices: Record<string, string>;
	/** Since when n8n has not stored what was remembered, in milliseconds since 1970. */
	unsavedSince?: number;
}

export function newSalt(): string {
	return randomBytes(SALT_BYTES).toString('base64');
}

/** What a device is remembered by. */
export function hashOf(deviceId: string, salt: string): string {
	return createHash('sha256').update(salt).update(deviceId).digest().toString('latin1', 0, HASH_BYTES);
}

/** A digest that tells whether the same is watched as before. */
export function digestOf(watched: unknown): string {
	return createHash('sha256').update(JSON.stringify(watched)).digest('base64').slice(0, 22);
}

export function pack(devices: Devices): Record<string, string> {
	const byStatus = new Map<string, string[]>();
	for (const [hash, status] of devices) {
		const hashes = byStatus.get(status);
		if (hashes) hashes.push(hash);
		else byStatus.set(status, [hash]);
	}
	// In the order of the hashes, nothing is left of the order in which the platform lists the devices.
	const packed = [...byStatus].map(([status, hashes]): [string, string] => [
		status,
		Buffer.from(hashes.sort().join(''), 'latin1').toString('base64'),
	]);
	return Object.fromEntries(packed.sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function unpack(packed: Record<string, string>): Devices {
	const devices = new Map<string, string>();
	for (const [status, text] of Object.entries(packed)) {
		const hashes = Buffer.from(text, 'base64').toString('latin1');
		for (let at = 0; at + HASH_BYTES <= hashes.length; at += HASH_BYTES) {
			devices.set(hashes.slice(at, at + HASH_BYTES), status);
		}
	}
	return devices;
}

/** What was kept, or undefined where there is nothing, or nothing that can be read. */
export function asRemembered(kept: unknown): Remembered | undefined {
	if (!isObject(kept)) return undefined;
	const { watched, salt, devices, unsavedSince } = kept;
	if (typeof watched !== 'string' || typeof salt !== 'string' || !isObject(devices)) return undefined;
	const packed = Object.entries(devices).flatMap(([status, text]): Array<[string, string]> =>
		typeof text === 'string' ? [[status, text]] : [],
	);
	return {
		watched,
		salt,
		devices: Object.fromEntries(packed),
		...(typeof unsavedSince === 'number' ? { unsavedSince } : {}),
	};
}
