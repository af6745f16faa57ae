const { compilerOptions } = require('./tsconfig.json');

// Types are checked by `npm run lint`; here every file is compiled for itself, which is faster.
const tsconfig = { ...compilerOptions, isolatedModules: true };

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
	projects: [
		project('unit'),
		project('engine', {
			testEnvironment: '<rootDir>/test/engine/environment.ts',
			setupFilesAfterEnv: ['<rootDir>/test/engine/setUp.ts'],
		}),
		// The first run installs n8n.
		project('e2e', { setupFilesAfterEnv: ['<rootDir>/test/e2e/timeout.ts'] }),
		project('editor', { setupFilesAfterEnv: ['<rootDir>/test/e2e/timeout.ts'] }),
	],
};
