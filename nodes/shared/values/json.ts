/** A parsed JSON object of which nothing is known yet. */
export type JsonObject = { [key: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a JSON text holds; undefined for what is no JSON. */
export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}

/** An object without the fields that say nothing. */
export function withoutNulls(value: object): JsonObject {
	return Object.fromEntries(
		Object.entries(value).filter(([, entry]) => entry !== null && entry !== undefined),
	);
}

/** Whether two JSON values are the same, in whatever order their fields are. */
export function isSameJson(one: unknown, other: unknown): boolean {
	if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
		return one === other;
	}
	if (Array.isArray(one) !== Array.isArray(other)) return false;
	const fields: Array<[string, unknown]> = Object.entries(one);
	return (
		fields.length === Object.keys(other).length &&
		fields.every(
			([name, value]) => Object.hasOwn(other, name) && isSameJson(value, (other as JsonObject)[name]),
		)
	);
}
