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
import { IotDevice } from '../../nodes/IotDevice/IotDevice.node';
import { fieldsOf } from '../../nodes/IotDevice/resources/command/paraFields';
import { IotDevicePollingTrigger } from '../../nodes/IotDevicePollingTrigger/IotDevicePollingTrigger.node';
import { IotDeviceTrigger } from '../../nodes/IotDeviceTrigger/IotDeviceTrigger.node';
import { methodIn, readCapabilities } from '../../nodes/shared/platform/capabilities';
import { IMAGES, readTexts, sha256, type StoredTexts } from '../editor/pictureTexts';
import { PUMP_CAPABILITIES } from '../editor/pump';
import { PROJECT } from '../lab/folders';
import { transportWith } from './fakeTransport';

/** The pictures of the docs, by the words that were seen when they were taken, against what the package says today. */

const NODES: INodeTypeDescription[] = [
	new IotCommandRevoke(),
	new IotDevice(),
	new IotDevicePollingTrigger(),
	new IotDeviceTrigger(),
].map(({ description }) => description);
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

/** The names of everything that can be chosen in a form. */
function choicesIn(properties: INodeProperties[]): string[] {
	return properties.flatMap(({ options = [] }) => options.map(({ name }) => name));
}

/** The values of all fields of a form. Several may bear one name; those that are shown together have the same default. */
function valuesOf({ of: name, parameters }: StoredTexts): INodeParameters {
	const defaults = propertiesOf(name).map((property) => [property.name, property.default] as const);
	return { ...(Object.fromEntries(defaults) as INodeParameters), ...parameters };
}

/** The fields of a form, and what it says between them. */
function shownProperties(texts: StoredTexts): INodeProperties[] {
	const description = nodeNamed(texts.of) ?? null;
	const node = { typeVersion: Math.max(...[description?.version ?? 1].flat()) };
	const all = valuesOf(texts);
	return propertiesOf(texts.of).filter(
		(property) =>
			property.type !== 'hidden' && NodeHelpers.displayParameter(all, property, node, description),
	);
}

/** The lines of `Editor.shownFields`, made from a description. */
async function linesOf(texts: StoredTexts): Promise<string[]> {
	const all = valuesOf(texts);
	const given = texts.parameters ?? {};
	const fields = shownProperties(texts).filter(({ type }) => type !== 'notice');
	const lines = fields.map(async (property) => {
		const value = all[property.name];
		if (property.type === 'resourceMapper') return ['Values to Send', ...(await paraLines(all))];
		if (property.type !== 'collection') return [line(property, value)];
		return [property.displayName, ...entryLines(property, (given[property.name] ?? {}) as INodeParameters)];
	});
	return (await Promise.all(lines)).flat();
}

function entryLines({ options = [] }: INodeProperties, entries: INodeParameters): string[] {
	return Object.entries(entries).map(([name, value]) => {
		const entry = (options as INodeProperties[]).find((option) => option.name === name);
		if (!entry) throw new Error(`There is no option ${name}`);
		return `\t${line(entry, value)}`;
	});
}

function line({ displayName, type, required, options = [], modes }: INodeProperties, value: unknown): string {
	const label = `${displayName}${required && type === 'string' ? ' *' : ''}`;
	if (type === 'boolean') return `${label}: ${value === true ? 'on' : 'off'}`;
	if (type === 'resourceLocator') {
		const { mode } = value as { mode: string };
		const name = modes?.find((each) => each.name === mode)?.displayName ?? '';
		// n8n has its own name for this mode.
		return `${label}: ${name.replace('From List', 'From list')}`;
	}
	const choices = options as INodePropertyOptions[];
	const names = [value].flat().map((each) => choices.find((choice) => choice.value === each)?.name ?? each);
	return `${label}: ${names.join(', ')}`;
}

/** The form that is made from what the device of the pictures understands. */
async function paraLines({ serviceId, method, paras }: INodeParameters): Promise<string[]> {
	const transport = transportWith(() => ({
		body: { deviceCapabilities: [{ deviceId: 'd', serviceCapabilities: PUMP_CAPABILITIES }] },
	}));
	const services = await readCapabilities(transport, 'd', undefined);
	if (!services.ok) throw new Error(services.failure.what);
	const valueOf = (parameter: unknown) => String((parameter as { value: string }).value);
	const chosen = methodIn(services.value, valueOf(serviceId), valueOf(method));
	const { value: values } = paras as { value: INodeParameters };
	return (chosen ? fieldsOf(chosen) : []).map(({ id, displayName, type }) =>
		type === 'object' ? displayName : `${displayName}: ${String(values[id] ?? '')}`,
	);
}

/** Without the fields that n8n itself adds to a polling trigger. */
function ownFields({ fields = [], of: name }: StoredTexts): string[] {
	if (nodeNamed(name)?.polling !== true) return fields;
	return fields.slice(fields.findIndex((text, index) => index > 0 && !text.startsWith('\t')));
}

/** The fields of the items, by the schemas and, for a trigger, by the docs. */
function itemFields({ of: name, parameters = {} }: StoredTexts): string[] {
	const { resource, operation } = parameters;
	// The triggers have one item.
	if (resource === undefined) return documented('IoT Device Trigger');
	const file = `nodes/${name === 'iotDevice' ? 'IotDevice' : 'IotCommandRevoke'}/__schema__/v1.0.0/${String(resource)}/${String(operation)}.json`;
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

	it.each(having('fields'))('%s has the fields that the form has today', async (_name, texts) => {
		expect(ownFields(texts)).toEqual(await linesOf(texts));
	});

	it.each(having('columns'))('%s has the columns that the items have today', (_name, texts) => {
		const fields = itemFields(texts);
		const shown = texts.columns ?? [];
		// `reason` is in some items only, and no schema knows it.
		expect(shown.filter((column) => column !== 'reason')).toEqual(
			fields.filter((field) => field !== 'reason'),
		);
	});

	it.each(having('nodes'))(
		'%s has the nodes by their names, and what is chosen in them',
		(_name, { nodes = [] }) => {
			for (const { name, subtitle } of nodes) {
				const of = NODES.find(({ defaults }) => defaults.name === name);
				expect(choicesIn(of?.properties ?? [])).toEqual(expect.arrayContaining(subtitle.split(/: |, /)));
			}
		},
	);

	it.each(having('notices'))('%s has the notices that the node has today', (_name, texts) => {
		const notices = shownProperties(texts).filter(({ type }) => type === 'notice');
		expect(texts.notices).toEqual(notices.map(({ displayName }) => displayName));
	});
});
