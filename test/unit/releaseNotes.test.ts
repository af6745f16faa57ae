/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js beside n8n, never inside it */
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { section } = createRequire(__filename)(join(__dirname, '../release/notes.js')) as {
	section(changelog: string, version: string): string | undefined;
};

const CHANGELOG = `# Changelog

## [Unreleased]

## [1.1.0] - 2026-12-01

### Fixed

- Later.

## [1.0.0] - 2026-11-24

### Added

- First.
`;

describe('the text of a GitHub release', () => {
	test('is the section of its version and nothing of the others', () => {
		expect(section(CHANGELOG, '1.1.0')).toBe('### Fixed\n\n- Later.');
		expect(section(CHANGELOG, '1.0.0')).toBe('### Added\n\n- First.');
	});

	test('is missing for a version without a dated heading', () => {
		expect(section(CHANGELOG, 'Unreleased')).toBeUndefined();
		expect(section(CHANGELOG, '1.1')).toBeUndefined();
		expect(section(CHANGELOG, '1x0.0')).toBeUndefined();
	});

	test('is missing for a section that says nothing', () => {
		expect(
			section('## [1.0.0] - 2026-11-24\n\n## [0.9.0] - 2026-01-01\n\n- Old.\n', '1.0.0'),
		).toBeUndefined();
	});
});
