const { compilerOptions } = require('./tsconfig.json');

// Types are checked by `npm run lint`; here every file is compiled for itself, which is faster.
const tsconfig = { ...compilerOptions, isolatedModules: true };

const FAULT_MATRIX = 'aultMatrix\\.test\\.ts$';

const MODEL = 'rateLimitModel\\.test\\.ts$';

const IN_ENGINE = {
	testEnvironment: '<rootDir>/test/engine/environment.ts',
	setupFilesAfterEnv: ['<rootDir>/test/engine/setUp.ts'],
};

/** One project for each kind of test: `jest --selectProjects unit engine`. */
function project(name, settings = {}) {
	return {
		displayName: name,
		rootDir: __dirname,
		// Only these are searched: installed copies of n8n (`.lab/`) hold packages of the same names.
		roots: ['<rootDir>/credentials', '<rootDir>/nodes', '<rootDir>/test'],
		testEnvironment: 'node',
		testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
		transform: { '^.+\\.ts$': ['ts-jest', { tsconfig, diagnostics: false }] },
		...settings,
	};
}

module.exports = {
	// For a machine with other work; tests move time instead of waiting.
	testTimeout: 30_000,
	// By default Jest leaves a core idle, which is half of a machine with two.
	maxWorkers: '100%',
	// What files leave behind in a process adds up: it is replaced before a large one no longer fits.
	workerIdleMemoryLimit: '1GB',
	projects: [
		project('unit', { testPathIgnorePatterns: [MODEL] }),
		project('engine', { ...IN_ENGINE, testPathIgnorePatterns: [FAULT_MATRIX] }),
		// Hundreds of runs: by themselves, so that no other test takes the time that their answers have.
		project('matrix', { ...IN_ENGINE, testMatch: [`<rootDir>/test/engine/**/*aultMatrix.test.ts`] }),
		project('model', { testMatch: ['<rootDir>/test/unit/rateLimitModel.test.ts'] }),
		// The first run installs n8n.
		project('e2e', { setupFilesAfterEnv: ['<rootDir>/test/e2e/timeout.ts'] }),
		project('editor', { setupFilesAfterEnv: ['<rootDir>/test/e2e/timeout.ts'] }),
	],
};
