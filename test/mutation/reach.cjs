const { appendFileSync, existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

/** A line for each file of tests: its path, and the numbers of the changes that it reaches. */
const FILE = join(__dirname, 'reach.jsonl');

/** The number of the change under test; undefined in the run without one. */
const changeUnderTest = () => process.env.__STRYKER_ACTIVE_MUTANT__;

function note(path, changes) {
	appendFileSync(FILE, `${JSON.stringify([path, changes])}\n`);
}

/** The files that reach the change under test, by path, with how many changes they reach; undefined without one. */
function filesThatReach() {
	const change = changeUnderTest();
	if (change === undefined || !existsSync(FILE)) return undefined;
	const files = readFileSync(FILE, 'utf8').trim().split('\n');
	return new Map(
		files
			.map((line) => JSON.parse(line))
			.filter(([, changes]) => changes.includes(change))
			.map(([path, changes]) => [path, changes.length]),
	);
}

module.exports = { changeUnderTest, filesThatReach, note };
