const { filesThatReach } = require('./reach.cjs');

/** Only files that reach the change under test: Stryker leaves out the tests of the others, but loads every file. */
module.exports = (paths) => {
	const files = filesThatReach();
	return { filtered: files ? paths.filter((path) => files.has(path)) : paths };
};
