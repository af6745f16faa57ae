const { spawn } = require('node:child_process');
const { rm } = require('node:fs/promises');
const { Transform } = require('node:stream');
const { transform } = require('esbuild');
const { dest, parallel, series, src } = require('gulp');

const OUTPUT = 'dist';

/** What n8n reads beside the compiled code. */
const ASSETS = {
	icons: ['nodes/**/*.svg', 'credentials/**/*.svg'],
	codex: 'nodes/**/*.node.json',
	schemas: 'nodes/**/__schema__/**/*.json',
};

function clean() {
	return rm(OUTPUT, { recursive: true, force: true });
}

/**
 * The compiler runs as its own command, so the build uses exactly what `tsc` on the command line does: gulp's TypeScript
 * plugins reach into compiler internals that change between versions.
 */
function compile(done) {
	const tsc = require.resolve('typescript/bin/tsc');
	const options = ['--project', 'tsconfig.json', '--outDir', OUTPUT, '--noEmitOnError'];
	spawn(process.execPath, [tsc, ...options], { stdio: 'inherit' })
		.on('error', done)
		.on('exit', (code) => done(code === 0 ? undefined : new Error('The sources do not compile, see above')));
}

/** Makes the code small; the names of a file's functions and classes stay, so that a stack trace can be read. */
function compact() {
	const shorten = new Transform({
		objectMode: true,
		transform(file, _encoding, done) {
			transform(file.contents.toString(), { minify: true, lineLimit: 160 }).then(({ code }) => {
				file.contents = Buffer.from(code);
				done(null, file);
			}, done);
		},
	});
	return src(`${OUTPUT}/**/*.js`).pipe(shorten).pipe(dest(OUTPUT));
}

// `encoding: false` copies bytes as they are; gulp 5 would read them as UTF-8 text otherwise.
function copy(name) {
	const task = () => src(ASSETS[name], { base: '.', encoding: false }).pipe(dest(OUTPUT));
	return Object.assign(task, { displayName: `copy ${name}` });
}

const build = series(clean, parallel(series(compile, compact), ...Object.keys(ASSETS).map(copy)));

module.exports = { clean, compile, compact, build, default: build };
