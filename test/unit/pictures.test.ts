/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js: reads the pictures */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
	NodeHelpers,
	type ICredentialType,
	type INodeParameters,
	type INodeProperties,
	type INodePropertyOptions,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { HuaweiIotApi } from '../../credentials/HuaweiIotApi.credentials';
import { IotCommandRevoke } from '../../nodes/IotCommandRevoke/IotCommandRevoke.node';
import { IotDeviceTrigger } from '../../nodes/IotDeviceTrigger/IotDeviceTrigger.node';
import { IMAGES, readTexts, sha256, type StoredTexts } from '../editor/pictureTexts';
import { PROJECT } from '../lab/folders';

/** The pictures of the docs, by the words that were seen when they were taken, against what the package says today. */

const NODES: INodeTypeDescription[] = [new IotCommandRevoke(), new IotDeviceTrigger()].map(
	({ description }) => description,
);
const CREDENTIAL: ICredentialType = new HuaweiIotApi();

const pictures = Object.entries(readTexts());
const having = (key: keyof StoredTexts) => pictures.filter(([, texts]) => texts[key] !== undefined);

function nodeNamed(name: string | undefined): INodeTypeDescription | undefined {
	return NODES.find((description) => description.name === name);
}

function propertiesOf(name: string | undefined): INodeProperties[] {
	const properties = name === CREDENTIAL.name ? CREDENTIAL.properties : nodeNamed(name)?.properties;
	if (!properties) throw new Error(`There is no ${name}`);
	return properties;
}

/** The lines of `Editor.shownFields`, made from a description. */
function linesOf(texts: StoredTexts): string[] {
	const properties = propertiesOf(texts.of);
	const description = nodeNamed(texts.of) ?? null;
	const node = { typeVersion: Math.max(...[description?.version ?? 1].flat()) };
	const given = texts.parameters ?? {};
	const all = withDefaults(properties, given);
	const isShown = (property: INodeProperties) =>
		!['hidden', 'notice'].includes(property.type) &&
		NodeHelpers.displayParameter(all, property, node, description);
	return properties.filter(isShown).flatMap((property) => {
		if (property.type !== 'collection') return [line(property, all[property.name])];
		const entries = given[property.name] as INodeParameters | undefined;
		return [property.displayName, ...entriesOf(property, entries ?? {})];
	});
}

function entriesOf({ options = [] }: INodeProperties, entries: INodeParameters): string[] {
	return Object.entries(entries).map(([name, value]) => {
		const entry = (options as INodeProperties[]).find((option) => option.name === name);
		if (!entry) throw new Error(`There is no option ${name}`);
		return `\t${line(entry, value)}`;
	});
}

function withDefaults(properties: INodeProperties[], given: INodeParameters): INodeParameters {
	const defaults = properties.map(({ name, default: value }) => [name, value] as const);
	// Several fields may bear a name; those of the chosen operation have the same default.
	return { ...(Object.fromEntries(defaults) as INodeParameters), ...given };
}

function line({ displayName, type, required, options = [], modes }: INodeProperties, value: unknown): string {
	const label = `${displayName}${required && type === 'string' ? ' *' : ''}`;
	if (type === 'boolean') return `${label}: ${value === true ? 'on' : 'off'}`;
	if (type === 'resourceLocator') {
		const { mode } = value as { mode: string };
		const name = modes?.find((each) => each.name === mode)?.displayName ?? '';
		return `${label}: ${name.replace('From List', 'From list')}`;
	}
	const choices = options as INodePropertyOptions[];
	const names = [value].flat().map((each) => choices.find((choice) => choice.value === each)?.name ?? each);
	return `${label}: ${names.join(', ')}`;
}

/** The fields of the items, by the schemas and, for a trigger, by the docs. */
function itemFields({ of: name, parameters = {} }: StoredTexts): string[] {
	const { resource, operation } = parameters;
	if (resource === undefined) return documented(nodeNamed(name)?.displayName ?? '');
	const folder = name === 'iotCommandRevoke' ? 'IotCommandRevoke' : 'IotDevice';
	const file = `nodes/${folder}/__schema__/v1.0.0/${String(resource)}/${String(operation)}.json`;
	const schema = JSON.parse(readFileSync(join(PROJECT, file), 'utf8')) as { properties: object };
	return Object.keys(schema.properties);
}

function documented(heading: string): string[] {
	const page = readFileSync(join(PROJECT, 'docs/operations.md'), 'utf8');
	const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
	const [, fields = ''] = /^Item: `([^`]+)`/m.exec(section) ?? [];
	return fields.split(', ');
}

describe('The pictures', () => {
	it('each have their words, and no words are left of a picture that is gone', () => {
		const files = readdirSync(IMAGES).filter((file) => file.endsWith('.png'));
		expect(pictures.map(([name]) => `${name}.png`).sort()).toEqual(files.sort());
	});

	it.each(pictures)('%s is the one that was taken with its words', (name, texts) => {
		expect(sha256(readFileSync(join(IMAGES, `${name}.png`)))).toBe(texts.sha256);
	});

	it('are all shown in the docs', () => {
		const pages = ['README.md', ...readdirSync(join(PROJECT, 'docs')).map((file) => `docs/${file}`)];
		const text = pages
			.filter((page) => page.endsWith('.md'))
			.map((page) => readFileSync(join(PROJECT, page), 'utf8'))
			.join();
		for (const [name] of pictures) expect(text).toContain(`images/${name}.png`);
	});

	it.each(having('fields'))('%s has the fields that the form has today', (_name, texts) => {
		expect(texts.fields).toEqual(linesOf(texts));
	});

	it.each(having('columns'))('%s has the columns that the items have today', (_name, texts) => {
		const fields = itemFields(texts);
		const shown = texts.columns ?? [];
		// `reason` is in some items only, and no schema knows it.
		expect(shown.filter((column) => column !== 'reason')).toEqual(fields.filter((field) => field !== 'reason'));
	});

	it.each(having('nodes'))('%s has the nodes by their names', (_name, { nodes = [] }) => {
		for (const { name } of nodes) expect(NODES.map(({ defaults }) => defaults.name)).toContain(name);
	});

	it.each(having('notices'))('%s has the notices that the node has today', (_name, { of: name, notices = [] }) => {
		const texts = propertiesOf(name)
			.filter(({ type }) => type === 'notice')
			.map(({ displayName }) => displayName);
		expect(notices).toEqual(texts);
	});
});
