import type { IExecuteFunctions } from 'n8n-workflow';

import { readId } from '../values/ids';
import { fail, invalidInput, ok } from '../values/results';
import { readTime } from '../values/times';
import type { Failure, Result } from '../values/results';
import { excerpt } from '../values/text';
import { isObject } from '../values/json';

/**
 * Reads and checks the parameters of one input item. What is wrong is remembered, the first time, so that a caller reads
 * all it needs and then asks for the {@link result}.
 */
export class ItemParameters {
	private failure: Failure | undefined;

	/**
	 * @param known what was found out of parameters, so that n8n need not be asked for each item; the same map for all
	 *   items of a run
	 */
	constructor(
		private readonly context: IExecuteFunctions,
		private readonly itemIndex: number,
		private readonly known = new Map<string, Known>(),
	) {}

	/** What was read, or the first thing that is wrong. */
	result<T>(value: T): Result<T> {
		return this.failure ? fail(this.failure) : ok(value);
	}

	/** Remembers that something is wrong. */
	refuse({ failure }: { failure: Failure }): void {
		this.failure ??= failure;
	}

	/** Whether an entry was added to 'Filters'. */
	hasFilter(name: string): boolean {
		const entries: unknown = this.context.getNodeParameter(
			'filters',
			this.itemIndex,
			{},
			{ rawExpressions: true },
		);
		return isObject(entries) && entries[name] !== undefined;
	}

	/** An ID, given as text or in a resource locator; '' when it can't be used. */
	id(name: string, field: string): string {
		const value = this.value(name, field);
		return this.checked(readId(isObject(value) && value.__rl === true ? value.value : value, field), '');
	}

	/** An ID that may be left empty. */
	optionalId(name: string, field: string): string | undefined {
		const value = this.value(name, field);
		return value === '' || value === null ? undefined : this.checked(readId(value, field), '');
	}

	/** A switch. */
	flag(name: string, field: string, byDefault: boolean): boolean {
		const value = this.value(name, field);
		return byDefault ? value !== false : value === true;
	}

	/** One of several choices; '' when none is made. */
	choice(name: string, field: string): string {
		const value = this.value(name, field);
		return typeof value === 'string' ? value : '';
	}

	wholeNumber(name: string, field: string, byDefault: number, least: number, most: number): number {
		const value = this.value(name, field);
		const number =
			value === '' ? byDefault : typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
		if (typeof number === 'number' && Number.isInteger(number) && number >= least && number <= most) {
			return number;
		}
		const range = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
		this.refuse(
			invalidInput(
				`'${field}' is ${excerpt(String(value))}, and it has to be a whole number ${range}`,
				`Correct '${field}'.`,
			),
		);
		return byDefault;
	}

	/** Text that must be there, as it is given. */
	text(name: string, field: string): string {
		const value = this.value(name, field);
		if (typeof value === 'string' && value.trim() !== '') return value.trim();
		const what = value === '' || value === null ? 'is empty' : 'has to be text';
		this.refuse(invalidInput(`'${field}' ${what}`, `Fill in '${field}', or remove it.`));
		return '';
	}

	/** Several IDs or words, at least one: a list, or text with commas between them. */
	words(name: string, field: string): string[] {
		const value = this.value(name, field);
		const entries: unknown[] = Array.isArray(value)
			? value
			: typeof value === 'string'
				? value.split(',')
				: [value];
		const words: string[] = [];
		for (const entry of entries) {
			if (typeof entry === 'string' && entry.trim() === '') continue;
			words.push(this.checked(readId(entry, field), ''));
		}
		if (words.length === 0) {
			this.refuse(invalidInput(`'${field}' is empty`, `Fill in '${field}', or remove it.`));
		}
		return words;
	}

	/** A moment in milliseconds since 1970. */
	time(name: string, field: string): number {
		return this.checked(readTime(this.value(name, field), field, this.context.getTimezone()), 0);
	}

	/** A parameter as n8n gives it, '' for none; an expression that can't be resolved is told like any other bad input. */
	private value(name: string, field: string): unknown {
		const known = this.known.get(name);
		if (known && 'constant' in known) return known.constant;
		const own = known?.itemField === undefined ? undefined : this.ownText(known.itemField);
		if (own !== undefined) return own;
		try {
			const value: unknown = this.context.getNodeParameter(name, this.itemIndex, '');
			if (!known) {
				const raw: unknown = this.context.getNodeParameter(name, this.itemIndex, '', {
					rawExpressions: true,
				});
				this.known.set(name, hasExpression(raw) ? { itemField: itemFieldOf(raw) } : { constant: value });
			}
			return value;
		} catch (thrown) {
			const said = isObject(thrown) && typeof thrown.message === 'string' ? `: ${thrown.message}` : '';
			this.refuse(
				invalidInput(
					`The expression in '${field}' could not be resolved${said}`,
					`Correct the expression in '${field}'.`,
				),
			);
			return '';
		}
	}

	/** A field of the input item, if it holds text; all else is left to n8n. */
	private ownText(field: string): string | undefined {
		const json = this.context.getInputData()[this.itemIndex]?.json ?? {};
		const value = Object.hasOwn(json, field) ? json[field] : undefined;
		return typeof value === 'string' ? value : undefined;
	}

	private checked<T>(result: Result<T>, otherwise: T): T {
		if (result.ok) return result.value;
		this.refuse(result);
		return otherwise;
	}
}

/** What is known of a parameter: its value, or that it is an expression, and of which field of the item. */
export type Known = { constant: unknown } | { itemField: string | undefined };

/**
 * The usual expression, such as `={{ $json.deviceId }}`. n8n takes half a millisecond for it, a fifth of all that a
 * device costs: where it is text, it is read from the item.
 */
const ITEM_FIELD = /^=\{\{\s*\$json\.([A-Za-z_]\w*)\s*\}\}$/;

function itemFieldOf(raw: unknown): string | undefined {
	const expression = isObject(raw) && raw.__rl === true ? raw.value : raw;
	return typeof expression === 'string' ? ITEM_FIELD.exec(expression)?.[1] : undefined;
}

function hasExpression(value: unknown): boolean {
	if (typeof value === 'string') return value.startsWith('=');
	return typeof value === 'object' && value !== null && Object.values(value).some(hasExpression);
}

export interface Limits {
	concurrency: number;
	maxRetries: number;
	timeoutMs: number;
}

/** The options that count for a whole run, as the first item gives them. */
export function readLimits(context: IExecuteFunctions): Result<Limits> {
	const read = new ItemParameters(context, 0);
	return read.result({
		concurrency: read.wholeNumber('options.concurrency', 'Concurrency', 5, 1, 100),
		maxRetries: read.wholeNumber('options.maxRetries', 'Max Retries', 5, 0, 20),
		timeoutMs: read.wholeNumber('options.timeout', 'Timeout', 30, 1, 300) * 1000,
	});
}

/** 'Return All' and 'Limit' as a number. */
export function readLimit(read: ItemParameters): number {
	return read.flag('returnAll', 'Return All', false)
		? Infinity
		: read.wholeNumber('limit', 'Limit', 50, 1, Infinity);
}

/** 'Created After' and 'Created Before' of the filters, in milliseconds since 1970. */
export function readCreated(read: ItemParameters): { createdAfter?: number; createdBefore?: number } {
	const created: { createdAfter?: number; createdBefore?: number } = {};
	if (read.hasFilter('createdAfter'))
		created.createdAfter = read.time('filters.createdAfter', 'Created After');
	if (read.hasFilter('createdBefore')) {
		created.createdBefore = read.time('filters.createdBefore', 'Created Before');
	}
	const { createdAfter = -Infinity, createdBefore = Infinity } = created;
	if (createdAfter > createdBefore) {
		read.refuse(
			invalidInput(
				"'Created After' is later than 'Created Before', so nothing can match",
				"Correct 'Created After' or 'Created Before'.",
			),
		);
	}
	return created;
}
