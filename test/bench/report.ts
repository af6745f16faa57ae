/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js beside n8n, never inside it */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { format } from 'prettier';

import { PROJECT } from '../lab/folders';
import type { Figures } from './figures';
import { plot } from './plot';
import { SECTIONS } from './sections';

/** The figures as Markdown; parts that were not measured are left out. */
export function report(figures: Figures): string {
	return SECTIONS.flatMap((section) => section(figures)).join('\n\n');
}

/** Writes docs/benchmarks.md and its plot. @returns the files */
export async function writeReport(figures: Figures): Promise<string[]> {
	const folder = join(PROJECT, 'docs');
	mkdirSync(folder, { recursive: true });
	const { version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { version: string };
	const text = `# Benchmarks

Made by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: version ${version} of this package and the HTTP Request node 4.2 in n8n 2.41.1 on Node.js 24, ${cpus().length} cores, against the stand-in of the platform in \`test/platform/\` on the same machine over HTTPS. Times are those that n8n records for the node. All options of the nodes are at their defaults (in the credential 'Requests per Minute' is 0 where there is no rate limit), except that HTTP Request goes on after a refused call. Both verify the certificate, which the machine trusts.

![Time over latency](benchmarks.svg)

${report(figures)}
`;
	const files = { 'benchmarks.md': text, 'benchmarks.svg': await plot(figures.speed) };
	for (const [name, content] of Object.entries(files)) {
		const options = { parser: 'markdown', useTabs: true, proseWrap: 'never' } as const;
		const shown = name.endsWith('.md') ? await format(content, options) : content;
		writeFileSync(join(folder, name), shown);
	}
	return Object.keys(files).map((name) => `docs/${name}`);
}
