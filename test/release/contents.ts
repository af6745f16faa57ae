/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js beside n8n, never inside it */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { PROJECT } from '../lab/folders';

/** What the tarball holds, and nothing else: one script and its map for each source file, and what n8n reads beside them. */
export function expectedContents(): string[] {
	const sources = ['nodes', 'credentials'].flatMap((folder) =>
		readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' }).map(
			(path) => `${folder}/${path}`,
		),
	);
	const scripts = sources.filter((path) => path.endsWith('.ts')).map((path) => path.replace(/\.ts$/, '.js'));
	const assets = sources.filter((path) => /\.(svg|node\.json)$|__schema__\/.*\.json$/.test(path));
	const built = [...scripts, ...scripts.map((path) => `${path}.map`), ...assets];
	return ['LICENSE.md', 'README.md', 'package.json', ...built.map((path) => `dist/${path}`)];
}
