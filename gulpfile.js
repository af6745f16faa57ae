const { spawn } = require('node:child_process');
const { rm } = require('node:fs/promises');
const { Transform } = require('node:stream');
const { decode, encode } = require('@jridgewell/sourcemap-codec');
const { dest, parallel, series, src } = require('gulp');

const OUTPUT = 'dist';

/** What n8n reads beside the compiled code: icons, codex files, and the schemas of the output. */
const ASSETS = [
	'nodes/**/*.svg',
	'credentials/**/*.svg',
	'nodes/**/*.node.json',
	'nodes/**/__schema__/**/*.json',
];

function clean() {
	return rm(OUTPUT, { recursive: true, force: true });
}

/** The compiler runs as its own command, so the build is exactly what `tsc` on the command line makes. */
function compile(done) {
	const tsc = require.resolve('typescript/bin/tsc');
	spawn(process.execPath, [tsc, '--project', 'tsconfig.json'], { stdio: 'inherit' })
		.on('error', done)
		.on('exit', (code) => done(code === 0 ? undefined : new Error('The sources do not compile, see above')));
}

/** Source maps that lead to lines, not to columns: a tenth of the size, and as good for a stack trace. */
function shortenMaps() {
	const shorten = new Transform({
		objectMode: true,
		transform(file, _encoding, done) {
			const { version, sources, names, mappings } = JSON.parse(file.contents.toString());
			const lines = decode(mappings).map(([first]) => (first ? [[0, first[1], first[2], 0]] : []));
			file.contents = Buffer.from(JSON.stringify({ version, sources, names, mappings: encode(lines) }));
			done(null, file);
		},
	});
	return src(`${OUTPUT}/**/*.js.map`, { base: OUTPUT }).pipe(shorten).pipe(dest(OUTPUT));
}

function copyAssets() {
	return src(ASSETS, { base: '.' }).pipe(dest(OUTPUT));
}

const build = series(clean, parallel(series(compile, shortenMaps), copyAssets));

module.exports = { clean, compile, shortenMaps, copyAssets, build, default: build };
