const { default: Sequencer } = require('@jest/test-sequencer');
const { filesThatReach } = require('./reach.cjs');

/** The files that are about little else than the change under test come first. */
module.exports = class extends Sequencer {
	sort(tests) {
		const files = filesThatReach() ?? new Map();
		return [...tests].sort((a, b) => (files.get(a.path) ?? 0) - (files.get(b.path) ?? 0));
	}
};
