/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console -- a command for the release, runs in Node.js */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { npmEnvironment, succeed } from '../lab/command';
import { PROJECT } from '../lab/folders';
import { pack, type Tarball } from '../lab/tarball';
import { expectedContents } from './contents';

/** Of the packed tarball. */
const LIMIT_BYTES = 100_000;
const DISABLED = /eslint-disable|@ts-(ignore|nocheck|expect-error)/;
const SOURCES = ['nodes', 'credentials'];

/**
 * `npm run scan`: n8n's official scan for verified packages, offline, on the sources and on the tarball, and what the
 * tarball may hold. Ends with 1 at any finding.
 */
async function main(): Promise<void> {
	const tarball = await pack();
	const folder = dirname(tarball.file);
	try {
		await succeed('tar', ['-xzf', tarball.file, '-C', folder], { cwd: folder, env: npmEnvironment() });
		const unpacked = join(folder, 'package');
		const findings = [
			...(await scan(unpacked)),
			...disabledChecks(),
			...contentFindings(tarball),
			...manifestFindings(unpacked),
		];
		console.log(
			`${tarball.contents.length} files in the tarball, ${tarball.packedSize} bytes packed, ${tarball.unpackedSize} unpacked`,
		);
		for (const finding of findings) console.error(finding);
		console.log(findings.length === 0 ? 'No finding' : `${findings.length} findings`);
		process.exitCode = findings.length === 0 ? 0 : 1;
	} finally {
		rmSync(folder, { recursive: true });
	}
}

async function scan(unpacked: string): Promise<string[]> {
	const { analyzePackage, SOURCE_FILE_PATTERNS } =
		await import('@n8n/scan-community-package/scanner/scanner.mjs');
	const targets = [
		{ name: 'the sources', folder: PROJECT, patterns: SOURCE_FILE_PATTERNS, files: sources() },
		{
			name: 'the tarball',
			folder: unpacked,
			patterns: ['**/*.js', 'package.json'],
			files: filesIn(unpacked, 'dist').filter((file) => file.endsWith('.js')),
		},
	];
	const findings: string[] = [];
	for (const { name, folder, patterns, files } of targets) {
		const { passed, message, details } = await analyzePackage(folder, patterns);
		console.log(`Scan of ${name} (${files.length} files): ${passed ? 'passed' : 'not passed'}`);
		// A scan that found no file passes with a message.
		if (!passed || message)
			findings.push(`Scan of ${name}: ${[message, details].filter(Boolean).join('\n')}`);
		if (files.length === 0) findings.push(`Scan of ${name}: there is nothing to scan`);
	}
	return findings;
}

/** The official scan ignores such comments, so they would only hide its findings from `npm run lint`. */
function disabledChecks(): string[] {
	return sources()
		.filter((file) => DISABLED.test(readFileSync(join(PROJECT, file), 'utf8')))
		.map((file) => `${file} disables a lint rule or the compiler`);
}

function contentFindings(tarball: Tarball): string[] {
	const packed = tarball.contents.map(({ path }) => path);
	const expected = expectedContents();
	const findings = [
		...packed.filter((path) => !expected.includes(path)).map((path) => `${path} is in the tarball`),
		...expected.filter((path) => !packed.includes(path)).map((path) => `${path} is not in the tarball`),
	];
	if (tarball.packedSize >= LIMIT_BYTES) {
		findings.push(`The tarball has ${tarball.packedSize} bytes, the limit is ${LIMIT_BYTES}`);
	}
	return findings;
}

/** Verified packages have no dependencies, and what the manifest names must be there. */
function manifestFindings(unpacked: string): string[] {
	const manifest = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8')) as {
		dependencies?: object;
		optionalDependencies?: object;
		bundledDependencies?: object;
		n8n: { nodes: string[]; credentials: string[] };
	};
	const files = new Set(filesIn(unpacked, 'dist'));
	const { dependencies, optionalDependencies, bundledDependencies } = manifest;
	const missing = [...manifest.n8n.nodes, ...manifest.n8n.credentials].filter((file) => !files.has(file));
	return [
		...(dependencies || optionalDependencies || bundledDependencies ? ['The package has dependencies'] : []),
		...missing.map((file) => `${file} is named in package.json and not in the tarball`),
	];
}

function sources(): string[] {
	return SOURCES.flatMap((folder) => filesIn(PROJECT, folder)).filter((file) => file.endsWith('.ts'));
}

/** Paths from `root` on. */
function filesIn(root: string, folder: string): string[] {
	return readdirSync(join(root, folder), { recursive: true, withFileTypes: true, encoding: 'utf8' })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}

void main();
