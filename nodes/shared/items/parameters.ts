import type { INodeProperties } from 'n8n-workflow';

import { readId } from '../values/ids';
import { isObject } from '../values/json';
import { failForGood, type Failure, type Result, fail, ok } from '../values/results';
import { excerpt } from '../values/text';
import { readTime } from '../values/times';
import { ParameterValues, type ParameterContext } from './parameterValues';

/** A field as it is declared for the editor: the reader takes its name, label, default and limits from there. */
export type Field = Pick<INodeProperties, 'name' | 'displayName' | 'default' | 'typeOptions' | 'options'>;

/** The collection that a field stands in, if any. */
export type Collection = 'filters' | 'options';

/**
 * Reads and checks the parameters of one input item. The first thing that is wrong is remembered, so that a caller reads
 * all it needs and then asks for the {@link result}.
 */
export class ItemParameters {
	private failure: Failure | undefined;

	/** @param values the same for all items of a run */
	constructor(
		private readonly context: ParameterContext,
		readonly itemIndex: number,
		private readonly values = new ParameterValues(context),
	) {}

	/** What was read, or the first thing that is wrong. */
	result<T>(value: T): Result<T> {
		return this.failure ? fail(this.failure) : ok(value);
	}

	/** Remembers that something is wrong. */
	refuse({ failure }: { failure: Failure }): void {
		this.failure ??= failure;
	}

	/** Whether the user added this field to its collection. A field that is there counts even if its value is empty. */
	has(field: Field, collection: Collection): boolean {
		return this.values.isInCollection(collection, field.name);
	}

	/** Whether the user gave this field of a collection a value. */
	isSet(field: Field, collection: Collection): boolean {
		return this.has(field, collection) && !isEmpty(this.value(field, collection));
	}

	/** An ID or a name, given as text or in a resource locator; '' when it can't be used. */
	id(field: Field, collection?: Collection, longest?: number): string {
		return this.checked(readId(located(this.value(field, collection)), field.displayName, longest), '');
	}

	/** An ID that may be left empty. */
	optionalId(field: Field, collection?: Collection): string | undefined {
		const value = located(this.value(field, collection));
		return isEmpty(value) ? undefined : this.checked(readId(value, field.displayName), '');
	}

	/** A switch; `"true"` and `"false"`, as expressions give them, count as what they say. */
	flag(field: Field, collection?: Collection): boolean {
		const value = this.value(field, collection);
		if (typeof value === 'boolean') return value;
		// A filter without a value must not choose other commands than the user means.
		if (isEmpty(value) && collection === 'filters') this.missing(field, 'is empty');
		if (isEmpty(value)) return field.default === true;
		const text = typeof value === 'string' ? value.trim().toLowerCase() : undefined;
		if (text === 'true' || text === 'false') return text === 'true';
		this.invalid(field, value, 'has to be true or false');
		return field.default === true;
	}

	/** One of the field's options. */
	choice(field: Field, collection?: Collection): string {
		const value = this.value(field, collection);
		const chosen = isEmpty(value) ? field.default : value;
		const choices = choicesOf(field);
		if (typeof chosen === 'string' && choices.includes(chosen)) return chosen;
		this.invalid(field, value, `has to be one of ${choices.join(', ')}`);
		return '';
	}

	/** Several of the field's options, at least one, in any case: a list, or text with commas between them. */
	choices(field: Field, collection?: Collection): string[] {
		const choices = choicesOf(field);
		const chosen: string[] = [];
		for (const word of this.list(field, collection)) {
			const choice = choices.find((value) => value.toLowerCase() === word.toLowerCase());
			if (choice === undefined) this.invalid(field, word, `can only be one of ${choices.join(', ')}`);
			else chosen.push(choice);
		}
		return chosen;
	}

	/** A whole number within the field's limits. */
	wholeNumber(field: Field, collection?: Collection): number {
		const { minValue = 0, maxValue = Infinity } = field.typeOptions ?? {};
		const byDefault = Number(field.default);
		const value = this.value(field, collection);
		const number =
			value === '' ? byDefault : typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
		if (typeof number === 'number' && Number.isInteger(number) && number >= minValue && number <= maxValue) {
			return number;
		}
		const range = maxValue === Infinity ? `of at least ${minValue}` : `from ${minValue} to ${maxValue}`;
		this.invalid(field, value, `has to be a whole number ${range}`);
		return byDefault;
	}

	/** Text that must be there, without blanks at its ends. */
	text(field: Field, collection?: Collection): string {
		const value = this.value(field, collection);
		if (typeof value === 'string' && value.trim() !== '') return value.trim();
		this.missing(field, isEmpty(value) || typeof value === 'string' ? 'is empty' : 'has to be text');
		return '';
	}

	/** Several IDs or words, at least one: a list, or text with commas or blanks between them. */
	list(field: Field, collection?: Collection): string[] {
		const value = this.value(field, collection);
		const entries: unknown[] = Array.isArray(value)
			? value
			: typeof value === 'string'
				? value.split(/[, \t\r\n]/)
				: [value];
		const words: string[] = [];
		for (const entry of entries) {
			if (typeof entry === 'string' && entry.trim() === '') continue;
			words.push(this.checked(readId(located(entry), field.displayName), ''));
		}
		if (words.length === 0) this.missing(field, 'is empty');
		return words;
	}

	/** A moment in milliseconds since 1970. */
	time(field: Field, collection?: Collection): number {
		const value = this.value(field, collection);
		if (isEmpty(typeof value === 'string' ? value.trim() : value)) this.missing(field, 'is empty');
		return this.checked(readTime(value, field.displayName, this.context.getTimezone()), 0);
	}

	/** A parameter as n8n gives it, '' for none; an expression that can't be resolved is invalid input like any other. */
	value(field: Field, collection?: Collection): unknown {
		try {
			return this.values.get(collection ? `${collection}.${field.name}` : field.name, this.itemIndex);
		} catch (thrown) {
			const reason = isObject(thrown) && typeof thrown.message === 'string' ? `: ${thrown.message}` : '';
			this.refuse(
				failForGood(
					`The expression in '${field.displayName}' could not be resolved${reason}`,
					`Correct the expression in '${field.displayName}'.`,
				),
			);
			return '';
		}
	}

	private missing({ displayName }: Field, what: string): void {
		this.refuse(
			failForGood(
				`'${displayName}' ${what}`,
				`Fill in '${displayName}', or remove it. If it holds an expression, that returned nothing for this item.`,
			),
		);
	}

	private invalid(field: Field, value: unknown, rule: string): void {
		const shown = typeof value === 'object' ? 'an object' : excerpt(String(value));
		this.refuse(
			failForGood(`'${field.displayName}' is ${shown}, but it ${rule}`, `Correct '${field.displayName}'.`),
		);
	}

	private checked<T>(result: Result<T>, otherwise: T): T {
		if (result.ok) return result.value;
		this.refuse(result);
		return otherwise;
	}
}

function choicesOf({ options = [] }: Field): string[] {
	return options.flatMap((option) => ('value' in option ? [String(option.value)] : []));
}

/** What a resource locator holds; AI builders write it without n8n's mark `__rl`. */
function located(value: unknown): unknown {
	return isObject(value) && 'value' in value && ('mode' in value || value.__rl === true)
		? value.value
		: value;
}

function isEmpty(value: unknown): boolean {
	return value === '' || value === null || value === undefined;
}
