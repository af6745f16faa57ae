/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js beside n8n, never inside it */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { npmEnvironment, succeed } from './command';
import { PROJECT, temporaryFolder } from './folders';

export interface Tarball {
	/** The .tgz file. */
	file: string;
	/** What would be published, with paths inside the package and sizes in bytes. */
	contents: Array<{ path: string; size: number }>;
	/** Bytes. */
	unpackedSize: number;
}

/** Bytes of what n8n loads: all but the manifest, README and license. */
export function loadedSize({ contents }: Tarball): number {
	return contents.filter(({ path }) => path.startsWith('dist/')).reduce((total, { size }) => total + size, 0);
}

/** Packs what `npm publish` would publish into a temporary folder. The build has to be there. */
export async function pack(): Promise<Tarball> {
	if (!existsSync(join(PROJECT, 'dist')))
		throw new Error("There is no dist folder: run 'npm run build' first");
	const folder = temporaryFolder('tarball');
	const output = await succeed('npm', ['pack', '--json', '--pack-destination', folder], {
		cwd: PROJECT,
		env: npmEnvironment(),
	});
	const [packed] = Object.values(
		JSON.parse(output) as Record<
			string,
			{ filename: string; files: Tarball['contents']; unpackedSize: number }
		>,
	);
	if (!packed) throw new Error(`npm packed nothing: ${output}`);
	return { file: join(folder, packed.filename), contents: packed.files, unpackedSize: packed.unpackedSize };
}
