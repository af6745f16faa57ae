/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console -- a command for people, runs in Node.js */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';

import { packTarball } from '../lab/n8n';
import { mustRun } from '../lab/run';

const ROOT = join(__dirname, '..', '..');
const MOST_BYTES = 100_000;
const EXPECTED = /^(package\.json|README\.md|LICENSE\.md|dist\/.+\.(js|json|svg))$/;

interface Scanner {
	analyzePackage(
		folder: string,
		patterns: string[],
	): Promise<{ passed: boolean; message?: string; details?: string }>;
	SOURCE_FILE_PATTERNS: string[];
}

/** The scanner is an ES module without an entry for other programs: it is loaded by its file. */
async function loadScanner(): Promise<Scanner> {
	const manifest = require.resolve('@n8n/scan-community-package/package.json');
	const file = pathToFileURL(join(dirname(manifest), 'scanner', 'scanner.mjs')).href;
	return (await import(file)) as Scanner;
}

function filesBelow(folder: string): string[] {
	return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
		entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)],
	);
}

/** `npm run scan`: n8n's official scan, offline, on the sources and on the tarball; and what the tarball holds. */
async function main(): Promise<number> {
	const findings: string[] = [];
	const { analyzePackage, SOURCE_FILE_PATTERNS } = await loadScanner();

	const unpacked = mkdtempSync(join(tmpdir(), 'huawei-iot-scan-'));
	await mustRun('tar', ['-xzf', await packTarball(), '-C', unpacked, '--strip-components=1']);

	for (const [what, folder, patterns] of [
		['sources', ROOT, SOURCE_FILE_PATTERNS],
		['tarball', unpacked, ['**/*.js', 'package.json']],
	] as const) {
		const result = await analyzePackage(folder, [...patterns]);
		const nothingRead = result.message === 'No files found to analyze';
		console.log(`Official scan of the ${what}: ${result.passed && !nothingRead ? 'no finding' : 'FINDINGS'}`);
		if (!result.passed || nothingRead) findings.push(`${what}: ${result.message}\n${result.details ?? ''}`);
	}

	const files = filesBelow(unpacked);
	const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
	for (const file of files.map((path) => relative(unpacked, path))) {
		if (!EXPECTED.test(file)) findings.push(`the tarball holds ${file}`);
	}
	if (bytes >= MOST_BYTES) findings.push(`the tarball unpacks to ${bytes} bytes`);
	const manifest = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8')) as Record<string, object>;
	if (Object.keys(manifest.dependencies ?? {}).length > 0)
		findings.push('the package has runtime dependencies');
	for (const folder of ['nodes', 'credentials']) {
		for (const file of filesBelow(join(ROOT, folder))) {
			if (/eslint-disable|@ts-ignore|@ts-expect-error/.test(readFileSync(file, 'utf8'))) {
				findings.push(`${relative(ROOT, file)} switches a check off`);
			}
		}
	}
	rmSync(unpacked, { recursive: true });
	console.log(`Tarball: ${files.length} files, ${bytes} bytes unpacked, no dependency`);
	for (const finding of findings) console.error(finding);
	return findings.length === 0 ? 0 : 1;
}

void main().then(
	(code) => process.exit(code),
	(thrown) => {
		console.error(thrown);
		process.exit(1);
	},
);
