const { require: load } = require('tsx/cjs/api');
const { default: EngineEnvironment } = load('../engine/environment.ts', __filename);
const { changeUnderTest, note } = require('./reach.cjs');

/** The change that a test has noticed last. */
let noticed;

/**
 * The environment of the engine tests, which Stryker loads without Jest. The first test that fails is enough to notice a
 * change: all others are skipped, or a change that makes every call wait would take minutes. In the run without a change
 * it notes which changes each file reaches.
 */
module.exports = class extends EngineEnvironment {
	constructor(config, context) {
		super(config, context);
		this.testPath = context.testPath;
		this.reached = new Set();
	}

	async handleTestEvent({ name, test }) {
		const change = changeUnderTest();
		if (name === 'test_start' && change !== undefined && change === noticed) test.mode = 'skip';
		if (name !== 'test_done') return;
		if (test.errors.length > 0) noticed = change;
		const { currentTestId, mutantCoverage } = this.global.__stryker__ ?? {};
		for (const id of Object.keys(mutantCoverage?.perTest[currentTestId] ?? {})) this.reached.add(id);
	}

	async teardown() {
		if (this.reached.size > 0) note(this.testPath, [...this.reached]);
		await super.teardown();
	}
};
