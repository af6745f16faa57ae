const { spawn } = require('node:child_process');
const { mkdir, rm, writeFile } = require('node:fs/promises');
const { dirname, join, relative } = require('node:path');
const { Transform } = require('node:stream');
const esbuild = require('esbuild');
const { dest, parallel, series, src } = require('gulp');
const { n8n } = require('./package.json');

const OUTPUT = 'dist';
/** All code, in one file: nodes and credential share most of it, and what they share must be there once. */
const BUNDLE = 'package.js';

/** What n8n loads, by the paths in package.json. */
const LOADED = [...n8n.nodes, ...n8n.credentials];

/** Parts that tests replace to move time. */
const EXPORTED_FOR_TESTS = ['nodes/shared/clock', 'nodes/shared/pace'];

/** What n8n reads beside the compiled code. */
const ASSETS = {
	icons: ['nodes/**/*.svg', 'credentials/**/*.svg'],
	codex: 'nodes/**/*.node.json',
	schemas: 'nodes/**/__schema__/**/*.json',
};

function clean() {
	return rm(OUTPUT, { recursive: true, force: true });
}

/** The compiler runs as its own command, so the build checks exactly what `tsc` on the command line does. */
function check(done) {
	const tsc = require.resolve('typescript/bin/tsc');
	spawn(process.execPath, [tsc, '--noEmit', '--project', 'tsconfig.json'], { stdio: 'inherit' })
		.on('error', done)
		.on('exit', (code) => done(code === 0 ? undefined : new Error('The sources do not compile, see above')));
}

/** One small file with all code, and beside the icons the files that n8n looks for, which pass its classes on. */
async function bundle() {
	const sources = LOADED.map((path) => relative(OUTPUT, path).replace(/\.js$/, ''));
	await esbuild.build({
		stdin: {
			contents: [...sources, ...EXPORTED_FOR_TESTS].map((path) => `export * from './${path}';`).join('\n'),
			resolveDir: __dirname,
		},
		bundle: true,
		minify: true,
		tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
		platform: 'node',
		target: 'node20',
		packages: 'external',
		outfile: join(OUTPUT, BUNDLE),
	});
	for (const path of LOADED) {
		await mkdir(dirname(path), { recursive: true });
		await writeFile(path, `module.exports = require('${relative(dirname(path), join(OUTPUT, BUNDLE))}');\n`);
	}
}

/** Takes the white space out of JSON and SVG files. */
function compact() {
	return new Transform({
		objectMode: true,
		transform(file, _encoding, done) {
			const text = file.contents.toString();
			const short = file.path.endsWith('.json')
				? JSON.stringify(JSON.parse(text))
				: text.replace(/>\s+</g, '><').trim();
			file.contents = Buffer.from(short);
			done(null, file);
		},
	});
}

function copy(name) {
	const task = () => src(ASSETS[name], { base: '.' }).pipe(compact()).pipe(dest(OUTPUT));
	return Object.assign(task, { displayName: `copy ${name}` });
}

const build = series(clean, parallel(check, bundle, ...Object.keys(ASSETS).map(copy)));

module.exports = { clean, check, bundle, build, default: build };
