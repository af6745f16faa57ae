import type { IDataObject } from 'n8n-workflow';

import type { ParaRules } from '../../../shared/platform/capabilities';
import { isObject, parseJson } from '../../../shared/values/json';
import { failForGood, ok, type Failure, type Result } from '../../../shared/values/results';
import { excerpt } from '../../../shared/values/text';
import { readTime, toPlatformTime } from '../../../shared/values/times';

/** How the values were given: in a form, where they are brought to their type, or as JSON, where types are kept. */
export type Given = { as: 'form'; zone: string } | { as: 'json' };

/** How many of the values that are accepted a message lists. */
const CHOICES_IN_MESSAGE = 20;

/**
 * Checks the parameters of a command against what the device understands.
 * @param rules of the parameters that are known; others pass, for the platform has the last word
 * @returns the parameters as they are to be sent, or the first thing that is wrong, with the parameter's name
 */
export function checkParas(paras: IDataObject, rules: ParaRules[], given: Given): Result<IDataObject> {
	const checked: IDataObject = { ...paras };
	for (const rule of rules) {
		const value = paras[rule.name];
		if (value === undefined || value === null) {
			if (rule.required)
				return refused(`has no value, but the command needs one${others(paras, rules)}`, rule, given);
			continue;
		}
		const typed = inType(value, rule, given);
		if (!typed.ok) return typed;
		const limits = withinLimits(typed.value, rule, given);
		if (!limits.ok) return limits;
		checked[rule.name] = typed.value as IDataObject;
	}
	return ok(checked);
}

type Reader = (value: unknown, rule: ParaRules, given: Given) => Result<unknown>;

const READERS: Record<string, Reader> = {
	int: (value, rule, given) => wholeNumber(value, rule, given),
	long: (value, rule, given) => {
		// JSON numbers of JavaScript lose digits from 2^53 on; a text keeps them, and the platform reads it.
		const isBigText = isWholeText(value) && !Number.isSafeInteger(Number(value));
		return isBigText ? ok(value.trim()) : wholeNumber(value, rule, given);
	},
	decimal: (value, rule, given) => {
		const number = given.as === 'form' ? numberIn(value) : value;
		return typeof number === 'number' && Number.isFinite(number)
			? ok(number)
			: wrongType(value, rule, given, 'a number');
	},
	string: (value, rule, given) => {
		if (typeof value === 'string') return ok(value);
		const isPlain = typeof value === 'number' || typeof value === 'boolean';
		return isPlain && given.as === 'form' ? ok(String(value)) : wrongType(value, rule, given, 'text');
	},
	datetime: (value, rule, given) => {
		if (given.as === 'json')
			return typeof value === 'string' ? ok(value) : wrongType(value, rule, given, 'a date as text');
		const time = readTime(value, excerpt(rule.name), given.zone);
		return time.ok ? ok(toPlatformTime(time.value)) : time;
	},
	jsonobject: (value, rule, given) => {
		const object = given.as === 'form' && typeof value === 'string' ? parseJson(value) : value;
		return isObject(object) ? ok(object) : wrongType(value, rule, given, 'a JSON object');
	},
};

function inType(value: unknown, rule: ParaRules, given: Given): Result<unknown> {
	const read = READERS[rule.dataType.toLowerCase()];
	return read ? read(value, rule, given) : ok(value);
}

function wholeNumber(value: unknown, rule: ParaRules, given: Given): Result<unknown> {
	const number = given.as === 'form' ? numberIn(value) : value;
	return Number.isInteger(number) ? ok(number) : wrongType(value, rule, given, 'a whole number');
}

function numberIn(value: unknown): unknown {
	return typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
}

function isWholeText(value: unknown): value is string {
	return typeof value === 'string' && /^\s*-?\d+\s*$/.test(value);
}

function withinLimits(value: unknown, rule: ParaRules, given: Given): Result<void> {
	const { min = -Infinity, max = Infinity, step, maxLength, choices } = rule;
	if (choices && !choices.includes(String(value))) {
		const more = choices.length > CHOICES_IN_MESSAGE ? ', …' : '';
		const listed = choices.slice(0, CHOICES_IN_MESSAGE).map(excerpt).join(', ');
		return refused(`is ${shown(value)}, but it has to be one of ${listed}${more}`, rule, given);
	}
	if (typeof value === 'string' && maxLength !== undefined && rule.dataType.toLowerCase() === 'string') {
		if (value.length <= maxLength) return ok(undefined);
		return refused(`is ${value.length} characters long, but the device takes ${maxLength}`, rule, given);
	}
	const isNumber = ['int', 'long', 'decimal'].includes(rule.dataType.toLowerCase());
	if (!isNumber) return ok(undefined);
	const number = Number(value);
	if (number < min || number > max) {
		return refused(`is ${shown(value)}, but it has to be ${rangeOf(rule)}`, rule, given);
	}
	if (step !== undefined && !isStep(number, step) && !isStep(number - (rule.min ?? 0), step)) {
		return refused(`is ${shown(value)}, but it has to be a multiple of ${step}`, rule, given);
	}
	return ok(undefined);
}

/** Decimals such as 0.1 are not exact. */
function isStep(number: number, step: number): boolean {
	const steps = number / step;
	return Math.abs(steps - Math.round(steps)) < 1e-6;
}

/** The limits of a number in words, such as `from 0 to 100 %`; '' without limits. */
export function rangeOf({ min, max, unit }: ParaRules): string {
	const suffix = unit === undefined ? '' : ` ${excerpt(unit)}`;
	if (min !== undefined && max !== undefined) return `from ${min} to ${max}${suffix}`;
	if (min !== undefined) return `at least ${min}${suffix}`;
	return max === undefined ? '' : `at most ${max}${suffix}`;
}

function wrongType(
	value: unknown,
	rule: ParaRules,
	given: Given,
	type: string,
): { ok: false; failure: Failure } {
	return refused(`is ${shown(value)}, but it has to be ${type}`, rule, given);
}

/** @param problem what is wrong with the parameter, after its name */
function refused(problem: string, rule: ParaRules, given: Given): { ok: false; failure: Failure } {
	const name = excerpt(rule.name);
	const source = "The rule comes from the device's profile on the platform";
	return failForGood(
		`'${name}' ${problem}`,
		given.as === 'json'
			? `Nothing was sent. Correct '${name}' in 'Parameters (JSON)', or add it there. ${source}.`
			: `Correct '${name}'. ${source}; if the profile has changed since, refresh the list of fields in 'Values to Send'.`,
	);
}

/** The names that were given and that the command does not have: one of them may be misspelled. */
export function namesOfOthers(paras: IDataObject, rules: ParaRules[]): string[] {
	const known = new Set(rules.map(({ name }) => name));
	const names = Object.keys(paras).filter((name) => !known.has(name));
	return names.slice(0, CHOICES_IN_MESSAGE).map((name) => `'${excerpt(name)}'`);
}

function others(paras: IDataObject, rules: ParaRules[]): string {
	const listed = namesOfOthers(paras, rules);
	return listed.length === 0 ? '' : `; it has no parameter ${listed.join(', ')}`;
}

function shown(value: unknown): string {
	if (typeof value === 'string') return `the text "${excerpt(value)}"`;
	return typeof value === 'object' ? excerpt(JSON.stringify(value) ?? '') : String(value);
}

/**
 * Reads 'Parameters (JSON)': the text of a JSON object, or an object that an expression gives; empty counts as none.
 * @param field the field's display name, for the message
 */
export function readJsonParas(value: unknown, field: string): Result<IDataObject> {
	const isEmpty = value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
	const paras = isEmpty ? {} : typeof value === 'string' ? parseJson(value) : value;
	if (isObject(paras)) return exact(paras as IDataObject, field);
	const kind = Array.isArray(paras) ? 'a list' : typeof paras === 'object' ? 'null' : `a ${typeof paras}`;
	const what =
		typeof value === 'string' && paras === undefined
			? `'${field}' can't be read as JSON: "${excerpt(value)}"`
			: `'${field}' is ${kind}, but it has to be a JSON object`;
	return failForGood(
		what,
		`Enter '${field}' as a JSON object, for example {"value": 50}, or with an expression such as {{ $json.paras }}.`,
	);
}

/**
 * Reads what the form 'Parameters' holds. A field that is empty counts as not given.
 * @param field the field's display name, for the message
 */
export function readFormParas(value: unknown, field: string): Result<IDataObject> {
	const isMapper = isObject(value) && ('mappingMode' in value || 'schema' in value || isObject(value.value));
	const values = (isMapper ? value.value : value) ?? {};
	if (values === '') return ok({});
	if (!isObject(values)) {
		return failForGood(
			`'${field}' holds no values by name`,
			`Fill in the fields of '${field}', or set 'Specify Parameters' to 'Using JSON'.`,
		);
	}
	const given = Object.entries(values).filter(([, entry]) => ![undefined, null, ''].includes(entry as null));
	return exact(Object.fromEntries(given) as IDataObject, field);
}

/** Numbers that are not exact in JavaScript, or not JSON at all, would arrive as others than a person wrote. */
function exact(paras: IDataObject, field: string): Result<IDataObject> {
	const inexact = inexactIn(paras);
	if (inexact === undefined) return ok(paras);
	return failForGood(
		`'${field}' holds the number ${inexact}, which JavaScript can't keep exactly`,
		`Write whole numbers beyond ${Number.MAX_SAFE_INTEGER} as text, in quotes.`,
	);
}

function inexactIn(value: unknown): number | undefined {
	if (typeof value === 'number') {
		const isExact = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
		return isExact ? undefined : value;
	}
	if (typeof value !== 'object' || value === null) return undefined;
	for (const entry of Object.values(value)) {
		const inexact = inexactIn(entry);
		if (inexact !== undefined) return inexact;
	}
	return undefined;
}
