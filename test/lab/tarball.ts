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
	packedSize: number;
	unpackedSize: number;
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
			{ filename: string; files: Tarball['contents']; size: number; unpackedSize: number }
		>,
	);
	if (!packed) throw new Error(`npm packed nothing: ${output}`);
	const { filename, files, size, unpackedSize } = packed;
	return { file: join(folder, filename), contents: files, packedSize: size, unpackedSize };
}
