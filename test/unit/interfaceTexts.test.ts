import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';

import { HuaweiIotApi } from '../../credentials/HuaweiIotApi.credentials';
import { IotCommandRevoke } from '../../nodes/IotCommandRevoke/IotCommandRevoke.node';
import { IotDeviceTrigger } from '../../nodes/IotDeviceTrigger/IotDeviceTrigger.node';

/** n8n's rules for the texts of an interface, for every field that a person sees. */

type Entry = INodeProperties | INodePropertyOptions | INodePropertyCollection;

const isField = (entry: Entry): entry is INodeProperties => 'type' in entry;
const isShown = ({ type }: INodeProperties) => type !== 'hidden' && type !== 'notice';

function fieldsIn(properties: INodeProperties[]): INodeProperties[] {
	return properties.flatMap((property) => [
		property,
		...fieldsIn(((property.options ?? []) as Entry[]).filter(isField)),
	]);
}

const sources: Array<[string, INodeProperties[]]> = [
	['credential', new HuaweiIotApi().properties],
	['IoT Command Revoke', new IotCommandRevoke().description.properties],
	['IoT Device Trigger', new IotDeviceTrigger().description.properties],
];
const fields = sources.flatMap(([owner, properties]) =>
	fieldsIn(properties)
		.filter(isShown)
		.map((field) => [`${owner}: ${field.displayName} (${field.name})`, field] as const),
);

const SMALL = /^(a|an|and|as|at|by|for|from|if|in|is|of|on|or|per|the|to|with)$/;
const AVOIDED = /\b(error|problem|failure|mistake)s?\b/i;

function textsOf(field: INodeProperties): string[] {
	const options = ((field.options ?? []) as Entry[]).filter(
		(entry) => !isField(entry),
	) as INodePropertyOptions[];
	return [
		field.displayName,
		field.description,
		field.hint,
		field.placeholder,
		...options.flatMap(({ name, description, action }) => [name, description, action]),
	].filter((text): text is string => typeof text === 'string');
}

describe.each(fields)('%s', (_name, field) => {
	it('has a name in Title Case', () => {
		const words = field.displayName.replace(/[()]/g, '').split(' ');
		for (const [index, word] of words.entries()) {
			if (index > 0 && index < words.length - 1 && SMALL.test(word)) continue;
			expect(word).toMatch(/^[A-Z0-9]/);
		}
	});

	it('has a description of whole sentences, without a full stop if it is one', () => {
		if (['resource', 'operation', 'options', 'filters', 'appKeyHeader'].includes(field.name)) return;
		const description = field.description ?? '';
		expect(description).toMatch(/^[A-Z]/);
		const sentences = description.split(/(?<!e\.g|i\.e)[.?] (?=[A-Z])/).length;
		if (sentences === 1) expect(description).not.toMatch(/\.$/);
		else expect(description).toMatch(/[.)]$/);
		if (field.type === 'boolean') expect(description).toMatch(/^Whether /);
	});

	it('avoids words that blame', () => {
		for (const text of textsOf(field)) expect(text).not.toMatch(AVOIDED);
	});

	it('has an example as its placeholder, if any', () => {
		const adds = ['collection', 'fixedCollection'].includes(field.type);
		if (field.placeholder) expect(field.placeholder).toMatch(adds ? /^Add / : /^e\.g\. |^Select /);
	});

	it('lists its choices by the alphabet when they are many, and what is optional always', () => {
		const names = ((field.options ?? []) as Entry[]).map((entry) =>
			isField(entry) ? entry.displayName : entry.name,
		);
		const isCollection = field.type === 'collection';
		if (isCollection || names.length >= 5)
			expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b)));
	});

	it('says unit and limits of a number', () => {
		if (field.type !== 'number' || field.name === 'limit') return;
		expect(field.description).toContain(String(field.default));
		const { minValue, maxValue } = field.typeOptions ?? {};
		for (const limit of [minValue, maxValue]) {
			if (limit !== undefined && limit !== 0) expect(field.description).toContain(String(limit));
		}
	});
});
