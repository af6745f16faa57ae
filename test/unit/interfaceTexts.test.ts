import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';

import { HuaweiIotApi } from '../../credentials/HuaweiIotApi.credentials';
import { IotCommandRevoke } from '../../nodes/IotCommandRevoke/IotCommandRevoke.node';
import { IotDevice } from '../../nodes/IotDevice/IotDevice.node';
import { IotDevicePollingTrigger } from '../../nodes/IotDevicePollingTrigger/IotDevicePollingTrigger.node';
import { IotDeviceTrigger } from '../../nodes/IotDeviceTrigger/IotDeviceTrigger.node';
import { ERROR_CODES } from '../../nodes/shared/platform/errorCodes';
import {
	CREDENTIAL_FORM,
	CREDENTIAL_FORM_IN_FULL,
	JSON_PARAS_FORM,
	NODE_FORMS,
	POLLING_TRIGGER_FORM,
	TRIGGER_FORM,
	WAITING_FORM,
} from '../editor/forms';

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
	['IoT Device', new IotDevice().description.properties],
	['IoT Device Polling Trigger', new IotDevicePollingTrigger().description.properties],
	['IoT Device Trigger', new IotDeviceTrigger().description.properties],
];
const fields = sources.flatMap(([owner, properties]) =>
	fieldsIn(properties)
		.filter(isShown)
		.map((field) => [`${owner}: ${field.displayName} (${field.name})`, field] as const),
);

const SMALL = /^(a|an|and|as|at|by|for|from|if|in|is|of|on|or|per|the|to|with)$/;
const AVOIDED = /\b(error|problem|failure|mistake)s?\b/i;

const FORM_LABELS = [
	...CREDENTIAL_FORM,
	...CREDENTIAL_FORM_IN_FULL,
	...JSON_PARAS_FORM,
	...Object.values(NODE_FORMS).flatMap((forms) => Object.values(forms).flat()),
	...POLLING_TRIGGER_FORM.fields,
	...TRIGGER_FORM.fields,
	...WAITING_FORM,
].map((line) => line.trim().replace(/( \*)?:.*/, ''));

/** What each number counts; whoever adds one has to say. */
const COUNTED: Record<string, string> = {
	concurrency: 'devices',
	expireTime: 'seconds',
	maxRetransmit: 'transmits',
	maxRetries: 'call',
	requestsPerMinute: 'calls in 60 seconds',
	timeout: 'seconds',
	waitTimeout: 'seconds',
};

function choicesOf(field: INodeProperties): INodePropertyOptions[] {
	return ((field.options ?? []) as Entry[]).filter((entry) => !isField(entry)) as INodePropertyOptions[];
}

function textsOf(field: INodeProperties): string[] {
	return [
		field.displayName,
		field.description,
		field.hint,
		field.placeholder,
		...choicesOf(field).flatMap(({ name, description, action }) => [name, description, action]),
		...(field.modes ?? []).flatMap(({ displayName, placeholder, hint }) => [displayName, placeholder, hint]),
	].filter((text): text is string => typeof text === 'string');
}

function expectTitleCase(title: string): void {
	const words = title.replace(/[()]/g, '').split(' ');
	for (const [index, word] of words.entries()) {
		if (index > 0 && index < words.length - 1 && SMALL.test(word)) continue;
		expect(word).toMatch(/^[A-Z0-9]/);
	}
}

/** One sentence has no full stop, several have. */
function expectSentences(text: string): void {
	expect(text).toMatch(/^[A-Z]/);
	const sentences = text.split(/(?<!e\.g|i\.e)[.?] (?=['A-Z])/).length;
	if (sentences === 1) expect(text).not.toMatch(/\.$/);
	else expect(text).toMatch(/[.)]$/);
}

describe.each(fields)('%s', (_name, field) => {
	it('has a name in Title Case, and so have its choices', () => {
		expectTitleCase(field.displayName);
		for (const { displayName } of field.modes ?? []) expectTitleCase(displayName);
		// Names of headers are what they are.
		if (field.name === 'appKeyHeader') return;
		for (const { name } of choicesOf(field)) expectTitleCase(name);
	});

	it('has a description of whole sentences, without a full stop if it is one', () => {
		for (const { description } of choicesOf(field)) if (description) expectSentences(description);
		if (['resource', 'operation', 'options'].includes(field.name)) return;
		if (field.name === 'filters' && field.description === undefined) return;
		// n8n's guidelines want no tooltip at 'Trigger On'; its choices have one each.
		if (field.name === 'events' && field.description === undefined) return;
		expectSentences(field.description ?? '');
		if (field.type === 'boolean') expect(field.description).toMatch(/^Whether /);
	});

	it('has actions in sentence case', () => {
		for (const { action } of choicesOf(field))
			if (action) expect(action).toMatch(/^[A-Z][a-z]+( \(?[a-z]+\)?)+$/);
		if (field.name === 'operation') for (const { action } of choicesOf(field)) expect(action).toBeDefined();
	});

	it("stands in a form that the editor's test knows", () => {
		// Above these n8n writes a heading of its own.
		if (field.type === 'resourceMapper') return;
		expect(FORM_LABELS).toContain(field.displayName);
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

	it('says of a number what it counts, its default and its limits', () => {
		// Its text is prescribed by n8n's linter.
		if (field.type !== 'number' || field.name === 'limit') return;
		expect(COUNTED).toHaveProperty([field.name]);
		const { minValue, maxValue } = field.typeOptions ?? {};
		expect(minValue).toBeDefined();
		for (const named of [COUNTED[field.name], field.default, minValue, maxValue]) {
			if (named !== undefined) expect(field.description).toMatch(new RegExp(`\\b${String(named)}\\b`));
		}
	});
});

describe.each([
	new IotCommandRevoke(),
	new IotDevice(),
	new IotDevicePollingTrigger(),
	new IotDeviceTrigger(),
])('$description.displayName', ({ description }) => {
	const { displayName, defaults, group, triggerPanel } = description;

	it('bears its name on the canvas too, and says if it is a trigger', () => {
		expectTitleCase(displayName);
		expect(defaults.name).toBe(displayName);
		expect(displayName.endsWith(' Trigger')).toBe(group.includes('trigger'));
	});

	it('offers its resources and operations as fixed menus, which n8n reads without running an expression', () => {
		const menus = description.properties.filter(({ name }) => ['resource', 'operation'].includes(name));
		for (const { noDataExpression } of menus) expect(noDataExpression).toBe(true);
		expect(menus.length > 0).toBe(!group.includes('trigger'));
	});

	it('has a description, and notices of whole sentences', () => {
		expectSentences(description.description);
		expect(description.description).not.toMatch(AVOIDED);
		for (const notice of description.properties.filter(({ type }) => type === 'notice')) {
			expectSentences(notice.displayName);
			expect(notice.displayName).not.toMatch(AVOIDED);
		}
		expect(JSON.stringify(triggerPanel ?? {})).not.toMatch(AVOIDED);
	});
});

describe('Messages', () => {
	it.each([...ERROR_CODES])(
		'of code %s say what happened, then in whole sentences what to do',
		(_code, { what, help }) => {
			expect(what).toMatch(/^[A-Z].*[^.]$/);
			expect(help).toMatch(/^[A-Z].*\.$/);
		},
	);
});
