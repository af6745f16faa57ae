import type { FastifyRequest } from 'fastify';
import { readPlatformTime } from './clock';
import { Refusal, type RefusalCode } from './errors';
import type { Settings } from './options';

export type Query = Record<string, string>;
type JsonObject = Record<string, unknown>;

/** The query, with the first value of each parameter. */
export function queryOf(request: FastifyRequest): Query {
	if (request.record) return request.record.query;
	const query: Query = {};
	for (const [name, value] of new URL(request.url, 'https://platform').searchParams) query[name] ??= value;
	return query;
}

export function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The JSON body of a call; refused when it is none, or not an object. */
export function jsonBody(request: FastifyRequest): JsonObject {
	const isJson = /^application\/json\b/i.test(request.headers['content-type'] ?? '');
	if (!isJson || !isObject(request.body)) throw new Refusal('100022');
	return request.body;
}

/** Refuses fields of the body that the call doesn't have. */
export function refuseOthers(others: JsonObject): void {
	if (Object.keys(others).length > 0) throw new Refusal('100022');
}

/** A mandatory text of the body. */
export function requiredText(value: unknown, maxLength: number): string {
	if (value === undefined || value === null || value === '') throw new Refusal('102202');
	if (typeof value !== 'string' || value.length > maxLength) throw new Refusal('100022');
	return value;
}

/** A mandatory id: 1 to 64 characters. */
export function requiredId(value: unknown): string {
	return requiredText(value, 64);
}

/** An optional whole number of the body. */
export function optionalInteger(value: unknown, max: number): number | null {
	if (value === undefined || value === null) return null;
	if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > max) {
		throw new Refusal('100022');
	}
	return value;
}

export interface Page {
	pageNo: number;
	pageSize: number;
	/** What this page holds of a list, or of a part of it. */
	cut<T>(list: T[], from?: number, to?: number): T[];
}

export interface PageRules {
	defaultSize: number;
	maxSize: number;
	/** Refuses a bad parameter. */
	refusal: RefusalCode;
}

export function pageOf(query: Query, settings: Settings, rules: PageRules): Page {
	const { firstPage, pageSizeCap, pageZero } = settings;
	const asked = wholeNumber(query.pageNo, firstPage, rules.refusal);
	const size = wholeNumber(query.pageSize, rules.defaultSize, rules.refusal);
	if (size < 1 || size > rules.maxSize) throw new Refusal(rules.refusal);
	if (asked < firstPage && pageZero === 'refused') throw new Refusal(rules.refusal);
	const pageNo = pageZero === 'empty' ? asked : Math.max(asked, firstPage);
	const pageSize = Math.min(size, pageSizeCap ?? rules.maxSize);
	const start = (pageNo - firstPage) * pageSize;
	const cut: Page['cut'] = (list, from = 0, to = list.length) =>
		start < 0 ? [] : list.slice(from + start, Math.min(from + start + pageSize, to));
	return { pageNo, pageSize, cut };
}

function wholeNumber(text: string | undefined, otherwise: number, refusal: RefusalCode): number {
	if (text === undefined) return otherwise;
	if (!/^\d{1,9}$/.test(text)) throw new Refusal(refusal);
	return Number(text);
}

/** `startTime` and `endTime` as a test of a time in milliseconds; both ends belong to it. */
export function timeRange(query: Query, refusal: RefusalCode): (ms: number) => boolean {
	const start = timeOf(query.startTime, refusal) ?? -Infinity;
	const end = timeOf(query.endTime, refusal) ?? Infinity;
	// The parameters have no milliseconds: the whole last second belongs to it too.
	return (ms) => ms >= start && ms < end + 1000;
}

function timeOf(text: string | undefined, refusal: RefusalCode): number | undefined {
	if (text === undefined) return undefined;
	const ms = readPlatformTime(text);
	if (ms === undefined) throw new Refusal(refusal);
	return ms;
}

/** The values without the empty ones where the platform is set to leave them out. */
export function writeNulls<T extends object>(value: T, { nulls }: Settings): Partial<T> {
	if (nulls === 'null') return value;
	const kept = Object.entries(value).filter(([, entry]) => entry !== null);
	const result: Partial<T> = {};
	return Object.assign(result, Object.fromEntries(kept));
}
