const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const CHANGELOG = join(__dirname, '../../CHANGELOG.md');

/** The text between the heading of a version and the next one; undefined when there is none or it is empty. */
function section(changelog, version) {
	const [, ...versions] = changelog.split(/^## /m);
	const wanted = versions.find((text) => text.startsWith(`[${version}] - `));
	return wanted?.slice(wanted.indexOf('\n')).trim() || undefined;
}

/**
 * `node test/release/notes.js 1.0.0` prints what CHANGELOG.md says about a version. Ends with 1 when that is nothing. Plain
 * JavaScript, so that a release needs no packages for it.
 */
function main([version]) {
	const notes = section(readFileSync(CHANGELOG, 'utf8'), version);
	if (notes === undefined) {
		console.error(`CHANGELOG.md has no dated section with a text for ${version}`);
		process.exitCode = 1;
		return;
	}
	console.log(notes);
}

module.exports = { section };
if (require.main === module) main(process.argv.slice(2));
