const { join } = require('node:path');
const { projects } = require('../../jest.config.js');

const engine = projects.find(({ displayName }) => displayName === 'engine');
const ROOT = join(__dirname, '../..');

/** These take minutes and show what other tests show too: each mutant that survives runs all tests. */
const SLOW = [
	'unit/(hints|manyWaits|pollingHistories)\\.test\\.ts$',
	'engine/(rateLimit|revokeSelected\\.preview|secrets|soak)\\.test\\.ts$',
];

/** What looks at the files of the project instead of running its code, or at the stand-in. */
const NOT_ABOUT_CODE = ['unit/(commands|imports|pictures|readme|releaseNotes|platform\\..*)\\.test\\.ts$'];

/** The unit and engine tests as one project, in the environment of the latter: Stryker knows no projects. */
module.exports = {
	...engine,
	displayName: undefined,
	rootDir: ROOT,
	roots: ['<rootDir>/test/unit', '<rootDir>/test/engine'],
	testEnvironment: join(__dirname, 'environment.cjs'),
	testMatch: ['<rootDir>/test/{unit,engine}/**/*.test.ts'],
	testPathIgnorePatterns: [
		...engine.testPathIgnorePatterns,
		...projects.find(({ displayName }) => displayName === 'unit').testPathIgnorePatterns,
		...NOT_ABOUT_CODE,
		...SLOW,
	],
	// A change that makes a test wait for ever is noticed sooner.
	testTimeout: 15_000,
	filter: join(__dirname, 'filter.cjs'),
	testSequencer: join(__dirname, 'sequencer.cjs'),
};
