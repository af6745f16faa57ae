/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js: reads README.md */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { KNOWN_CODES } from '../../nodes/shared/advice';
import { PROJECT } from '../lab/folders';

const readme = readFileSync(join(PROJECT, 'README.md'), 'utf8');
const messages = readme.slice(readme.indexOf('## Messages'), readme.indexOf('## Resources'));

describe('README', () => {
	it.each(KNOWN_CODES)('tells the cause and the cure of code %s', (code) => {
		expect(messages).toMatch(new RegExp(`\\b${code}\\b`));
	});

	it('leads to files that are there', () => {
		const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map(([, link]) => link ?? '');
		const files = links.filter((link) => !link.startsWith('https://'));
		expect(files.filter((file) => !existsSync(join(PROJECT, file)))).toEqual([]);
		expect(files.length).toBeGreaterThan(5);
	});

	it('leads to headings that are there', () => {
		const headings = [...readme.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
			(heading ?? '')
				.toLowerCase()
				.replace(/[^\w -]/g, '')
				.replace(/ /g, '-'),
		);
		const anchors = [...readme.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor ?? '');
		expect(anchors.filter((anchor) => !headings.includes(anchor))).toEqual([]);
		expect(anchors.length).toBeGreaterThan(5);
	});

	it('leads to every example', () => {
		for (const example of readdirSync(join(PROJECT, 'examples')))
			expect(readme).toContain(`examples/${example}`);
	});
});
