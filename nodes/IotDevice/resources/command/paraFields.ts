import type { FieldType, INodePropertyOptions, ResourceMapperField } from 'n8n-workflow';

import type { Method, ParaRules } from '../../../shared/platform/capabilities';
import { isObject } from '../../../shared/values/json';
import { rangeOf } from './paraValues';

/** A field of the form 'Parameters'. n8n saves it with the workflow, so its rules are at hand without a call. */
export interface ParaField extends ResourceMapperField {
	rules: ParaRules;
}

/** The form's field types. A `long` is text there, which keeps all digits; what is not known is left to the platform. */
const TYPES: Record<string, FieldType> = {
	int: 'number',
	long: 'string',
	decimal: 'number',
	string: 'string',
	datetime: 'dateTime',
	jsonobject: 'object',
};

/** The form for the parameters of a method. */
export function fieldsOf({ paras }: Method): ParaField[] {
	return paras.map((rules) => ({
		id: rules.name,
		displayName: labelOf(rules),
		required: rules.required,
		defaultMatch: false,
		canBeUsedToMatch: false,
		display: true,
		...inputOf(rules),
		rules,
	}));
}

function inputOf({ dataType, choices }: ParaRules): { type?: FieldType; options?: INodePropertyOptions[] } {
	if (choices) return { type: 'options', options: choices.map((value) => ({ name: value, value })) };
	const type = TYPES[dataType.toLowerCase()];
	return type ? { type } : {};
}

/** Such as `value (0 to 100 %, whole number)`: the limits come first, because the editor cuts off long labels. */
function labelOf(rules: ParaRules): string {
	const { name, dataType, step, maxLength, choices } = rules;
	const isWhole = ['int', 'long'].includes(dataType.toLowerCase());
	const range = rangeOf(rules).replace(/^from /, '') || (rules.unit ?? '');
	const notes = [
		choices ? '' : range,
		isWhole && !choices ? 'whole number' : '',
		step === undefined || choices || (isWhole && step === 1) ? '' : `step ${step}`,
		maxLength === undefined || dataType.toLowerCase() !== 'string' || choices
			? ''
			: `max. length ${maxLength}`,
	].filter(Boolean);
	return notes.length > 0 ? `${name} (${notes.join(', ')})` : name;
}

/** The rules that a filled form was saved with; undefined if it was written without them. */
export function savedRules(form: unknown): ParaRules[] | undefined {
	const schema: unknown = isObject(form) ? form.schema : undefined;
	if (!Array.isArray(schema)) return undefined;
	const rules = schema.flatMap((field: unknown) =>
		isObject(field) && isRules(field.rules) ? [field.rules] : [],
	);
	return rules.length === schema.length && rules.length > 0 ? rules : undefined;
}

function isRules(value: unknown): value is ParaRules {
	return isObject(value) && typeof value.name === 'string' && typeof value.dataType === 'string';
}
