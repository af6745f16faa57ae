/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js: reads the documents */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { ERROR_CODES } from '../../nodes/shared/platform/errorCodes';
import { messagesPage } from '../docs/messages';
import { npmEnvironment, run } from '../lab/command';
import { PROJECT } from '../lab/folders';

const read = (file: string) => readFileSync(join(PROJECT, file), 'utf8');
const readme = read('README.md');

describe('docs/messages.md', () => {
	it("is what 'npm run docs' makes of the table of codes", () => {
		expect(read('docs/messages.md')).toBe(messagesPage());
	});

	it('has the cause and the cure of every code', () => {
		const page = read('docs/messages.md');
		for (const [code, { what, help }] of ERROR_CODES) {
			expect(page).toMatch(new RegExp(`\\b${code}\\b`));
			expect(page).toContain(what);
			expect(page).toContain(help);
		}
	});
});

/** Relative links of the pages, from the folder that each stands in. */
describe('The docs', () => {
	const pages = readdirSync(join(PROJECT, 'docs')).filter((file) => file.endsWith('.md'));

	it.each(pages)('%s leads to files that are there', (page) => {
		const links = [...read(`docs/${page}`).matchAll(/\]\(([^)#]+)(#[^)]*)?\)/g)].map(
			([, link]) => link ?? '',
		);
		const files = links.filter((link) => !link.startsWith('https://'));
		expect(files.filter((file) => !existsSync(join(PROJECT, 'docs', file)))).toEqual([]);
	});
});

const headingsOf = (page: string) =>
	[...page.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
		(heading ?? '')
			.toLowerCase()
			.replace(/[^\w -]/g, '')
			.replace(/ /g, '-'),
	);

/** n8n's help on a node leads there. */
describe('The codex files', () => {
	const folders = readdirSync(join(PROJECT, 'nodes')).filter((folder) => folder !== 'shared');

	it.each(folders)('%s leads to headings that are there', (folder) => {
		const codex = read(`nodes/${folder}/${folder}.node.json`);
		const links = [...codex.matchAll(/github\.com\/[\w-]+\/[\w-]+(?:\/blob\/main\/([^#"]+))?#([^"]+)"/g)];
		expect(links.length).toBeGreaterThan(0);
		for (const [, page = 'README.md', anchor] of links) {
			if (anchor !== 'readme') expect(headingsOf(read(page))).toContain(anchor);
		}
	});
});

describe('README', () => {
	it('has about 1,100 words', () => {
		expect(readme.split(/\s+/).filter(Boolean).length).toBeLessThan(1250);
	});

	it('leads to files that are there', () => {
		const links = [...readme.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, link]) => link ?? '');
		const files = links.filter((link) => !link.startsWith('https://'));
		expect(files.filter((file) => !existsSync(join(PROJECT, file)))).toEqual([]);
		expect(files.length).toBeGreaterThan(5);
	});

	it('leads to headings that are there', () => {
		const headings = headingsOf(readme);
		const anchors = [...readme.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor ?? '');
		expect(anchors.filter((anchor) => !headings.includes(anchor))).toEqual([]);
		expect(anchors.length).toBeGreaterThan(5);
	});

	it('leads to every example, by the name that it has in n8n', () => {
		for (const example of readdirSync(join(PROJECT, 'examples'))) {
			const { name } = JSON.parse(read(`examples/${example}`)) as { name: string };
			expect(readme).toContain(`[${name}](examples/${example})`);
		}
	});
});

/** Keep a Changelog 1.1.0. */
describe('CHANGELOG', () => {
	const changelog = read('CHANGELOG.md');
	const headings = [...changelog.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading ?? '');
	const releases = headings.slice(1).map((heading) => {
		const [, version = '', date = ''] = /^\[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)$/.exec(heading) ?? [];
		return { heading, version, date };
	});

	it('begins with what is not released yet, and goes on with the releases, each with its version and date', () => {
		expect(changelog).toMatch(/^# Changelog\n/);
		expect(headings[0]).toBe('[Unreleased]');
		expect(releases.length).toBeGreaterThan(0);
		for (const { heading, date } of releases) {
			expect([heading, new Date(`${date}T00:00:00Z`).toJSON()?.slice(0, 10)]).toEqual([heading, date]);
		}
	});

	it('has the newest first', () => {
		const ofVersion = (version: string) =>
			version
				.split('.')
				.map((part) => part.padStart(6, '0'))
				.join();
		for (const key of [releases.map(({ version }) => ofVersion(version)), releases.map(({ date }) => date)]) {
			expect(key).toEqual([...key].sort().reverse());
		}
		expect(new Set(releases.map(({ version }) => version)).size).toBe(releases.length);
	});

	it('says what kind of change each one is', () => {
		const kinds = [...changelog.matchAll(/^### (.+)$/gm)].map(([, kind]) => kind);
		expect(kinds.length).toBeGreaterThan(0);
		for (const kind of kinds) expect(kind).toMatch(/^(Added|Changed|Deprecated|Removed|Fixed|Security)$/);
	});

	it('knows the version of package.json', () => {
		const { version } = JSON.parse(read('package.json')) as { version: string };
		expect(releases.map((release) => release.version)).toContain(version);
	});
});

describe('A release', () => {
	const workflow = read('.github/workflows/publish.yml');

	it('is tested, scanned and named in CHANGELOG before it is published', () => {
		for (const check of [
			'npm test -- --ci',
			'npm run scan',
			'node test/release/notes.js "$GITHUB_REF_NAME"',
		]) {
			expect(workflow).toContain(`- run: ${check}\n`);
			expect(workflow.indexOf(`- run: ${check}\n`)).toBeLessThan(workflow.indexOf('npm run release'));
		}
	});

	it.each([
		['1.0.0', 0],
		['1.0', 1],
		['100.0.0', 1],
	])('of the tag %s looks for its heading in CHANGELOG', async (tag, exitCode) => {
		const look = await run('node', ['test/release/notes.js', tag], { cwd: PROJECT, env: npmEnvironment() });
		expect(look).toMatchObject({ exitCode });
	});
});
