import { hashOf, pack, unpack, type Remembered } from './remembered';

/** A device as it was found in one of the watched statuses. */
export interface FoundDevice {
	deviceId: string;
	status: string;
}

export interface Comparison<T> {
	/** Those that entered their status since the last poll, in the order in which they were found. */
	entered: T[];
	/** What to remember for the next poll. */
	next: Remembered;
	/** Whether that differs from what was remembered. */
	isChanged: boolean;
}

/**
 * Compares what a poll found with what the one before it had found. A device has entered its status if it was found in
 * another watched status, or in none.
 * @param found each device once
 */
export function compare<T extends FoundDevice>(remembered: Remembered, found: T[]): Comparison<T> {
	const before = unpack(remembered.devices);
	const now = new Map<string, string>();
	const entered: T[] = [];
	for (const device of found) {
		const hash = hashOf(device.deviceId, remembered.salt);
		now.set(hash, device.status);
		if (before.get(hash) !== device.status) entered.push(device);
	}
	const isChanged = entered.length > 0 || now.size !== before.size;
	return { entered, next: { ...remembered, devices: pack(now) }, isChanged };
}
