/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js: reads the built files */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject, INodePropertyOptions } from 'n8n-workflow';

import { PROJECT } from '../lab/folders';
import { credentialFor, IotCommandRevoke, runNode } from './engine';
import { usePlatform } from './usePlatform';

/** What the editor offers before the first run is what the node then gives. */

const FOLDER = join(PROJECT, 'dist/nodes/IotCommandRevoke/__schema__/v1.0.0');

interface Schema {
	type: string;
	properties?: Record<string, Schema>;
}

const schemas = readdirSync(FOLDER).flatMap((resource) =>
	readdirSync(join(FOLDER, resource)).map((file) => ({ resource, operation: file.replace('.json', '') })),
);

const platform = usePlatform();

it('is there for every resource and operation', () => {
	const offered = new IotCommandRevoke().description.properties
		.filter(({ name }) => name === 'operation')
		.flatMap(({ displayOptions, options }) =>
			((options ?? []) as INodePropertyOptions[]).map(({ value }) => ({
				resource: displayOptions?.show?.resource?.[0],
				operation: value,
			})),
		);
	expect(schemas).toEqual(expect.arrayContaining(offered));
	expect(schemas).toHaveLength(offered.length);
});

it.each(schemas)('fits the items of $resource: $operation', async ({ resource, operation }) => {
	const credential = credentialFor(platform, { sessionToken: platform.issueToken() });
	const run = async (parameters: IDataObject) =>
		await runNode({ credential, items: [{ deviceId: 'device-1' }], parameters });
	const queue = () => platform.queueCommands('device-1', [{ paras: { open: true }, expireTime: 60 }]);
	queue();
	const [revoked] = (await run({})).items;
	queue();
	const { items } = await run({
		resource,
		operation,
		filters: resource === 'command' ? { serviceId: 'Valve' } : {},
		taskId: revoked?.json.taskId,
	});
	const schema = JSON.parse(readFileSync(join(FOLDER, resource, `${operation}.json`), 'utf8')) as Schema;
	expect(items).toHaveLength(1);
	// In the same order too: the editor shows the fields in it.
	expect(shapeOf(items[0]?.json)).toEqual(
		Object.entries(schema.properties ?? {}).map(([name, { type }]) => [name, type]),
	);
});

function shapeOf(json: IDataObject | undefined): string[][] {
	const typeOf = (value: unknown) =>
		Number.isInteger(value) ? 'integer' : value === null ? 'null' : typeof value;
	return Object.entries(json ?? {}).map(([name, value]) => [name, typeOf(value)]);
}
