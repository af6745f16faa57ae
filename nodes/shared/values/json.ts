/** A parsed JSON object of which nothing is known yet. */
export type JsonObject = { [key: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object without the fields that say nothing. */
export function withoutNulls(value: object): JsonObject {
	return Object.fromEntries(
		Object.entries(value).filter(([, entry]) => entry !== null && entry !== undefined),
	);
}
