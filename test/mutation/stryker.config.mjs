/** Options of StrykerJS. See `npm run mutation` in CONTRIBUTING. */
export default {
	testRunner: 'jest',
	jest: { configFile: 'test/mutation/jest.config.cjs', enableFindRelatedTests: false },
	coverageAnalysis: 'perTest',
	mutate: ['nodes/**/*.ts', 'credentials/**/*.ts'],
	// The engine tests load the compiled code.
	buildCommand: 'npx gulp build',
	plugins: ['@stryker-mutator/jest-runner', './test/mutation/sample.mjs'],
	checkers: process.env.SAMPLE ? ['sample'] : [],
	// What runs only once, when a file is loaded, is declarations and texts.
	ignoreStatic: true,
	mutator: { excludedMutations: ['StringLiteral'] },
	ignorePatterns: ['.lab', 'dist', 'docs/images', 'reports'],
	tempDirName: '.stryker',
	// One of three checks the sample.
	concurrency: process.env.SAMPLE ? 3 : 2,
	// What is noticed only by waiting has to be sure: on a busy machine a test takes long, too.
	timeoutMS: 60_000,
	// All tests one after another.
	dryRunTimeoutMinutes: 30,
	reporters: ['json', 'clear-text', 'progress-append-only'],
	jsonReporter: { fileName: '.stryker/report.json' },
	clearTextReporter: { allowColor: false, logTests: false },
};
