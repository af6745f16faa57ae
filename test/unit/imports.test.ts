/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js: reads the sources */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const PROJECT = resolve(__dirname, '../..');

/** From the outside in: a file imports only from its own layer and from those after it. */
const LAYERS = [
	/^credentials\/|^nodes\/Iot/,
	/^nodes\/shared\/items\//,
	/^nodes\/shared\/platform\//,
	/^nodes\/shared\/client\//,
	/^nodes\/shared\/values\//,
];

const sources = ['nodes', 'credentials'].flatMap((folder) =>
	readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' })
		.filter((path) => path.endsWith('.ts'))
		.map((path) => `${folder}/${path}`),
);

const text = (file: string) => readFileSync(join(PROJECT, file), 'utf8');

function importsOf(file: string): string[] {
	const paths = [...text(file).matchAll(/(?:from|import) '(\.[^']*)'/g)].map(([, path = '']) =>
		relative(PROJECT, resolve(PROJECT, file, '..', path)),
	);
	return paths.map((path) => (sources.includes(`${path}.ts`) ? `${path}.ts` : `${path}/index.ts`));
}

const layerOf = (file: string) => LAYERS.findIndex((layer) => layer.test(file));

describe('the sources', () => {
	it('each belong to a layer', () => {
		expect(sources.filter((file) => layerOf(file) < 0)).toEqual([]);
	});

	it('import from their own layer and inner ones only', () => {
		const against = sources.flatMap((file) =>
			importsOf(file)
				.filter((imported) => layerOf(imported) < layerOf(file))
				.map((imported) => `${file} imports ${imported}`),
		);
		expect(against).toEqual([]);
	});

	it('of one node import nothing from another node', () => {
		const room = (file: string) => /^nodes\/(Iot\w+)\//.exec(file)?.[1];
		const across = sources.flatMap((file) =>
			importsOf(file)
				.filter((imported) => room(imported) !== undefined && room(imported) !== room(file))
				.map((imported) => `${file} imports ${imported}`),
		);
		expect(across).toEqual([]);
	});

	it('import each other in no circle', () => {
		const done = new Set<string>();
		const circles: string[] = [];
		const visit = (file: string, path: string[]) => {
			if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
			if (path.includes(file) || done.has(file)) return;
			for (const imported of importsOf(file)) visit(imported, [...path, file]);
			done.add(file);
		};
		for (const file of sources) visit(file, []);
		expect(circles).toEqual([]);
	});

	it('have 300 lines at most', () => {
		const long = sources.filter((file) => text(file).split('\n').length > 301);
		expect(long).toEqual([]);
	});
});
