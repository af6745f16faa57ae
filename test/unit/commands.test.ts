/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-dangerous-functions -- runs in Node.js: reads the documents, and openssl's output */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readConnection } from '../../nodes/shared/client/credential';
import { npmEnvironment, succeed } from '../lab/command';
import { PROJECT } from '../lab/folders';
import { scripts, startScript } from '../lab/script';
import { certificates } from '../platform/certificates';

const MINUTE = 60_000;

/** Every command that README and CONTRIBUTING tell a person to run is run by CI, or by a test. */

const read = (file: string) => readFileSync(join(PROJECT, file), 'utf8');

/** In blocks and within sentences. */
function commandsOf(file: string): string[] {
	const text = read(file);
	const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block ?? '');
	const lines = blocks.flatMap((block) => block.split(/\n|&&/)).map((line) => line.replace(/#.*/, '').trim());
	const inline = [...text.matchAll(/`((?:\w+=\S+ )?(?:npm|npx|\.ci\/run)(?: [^`]+)?)`/g)];
	return [...lines, ...inline.map(([, command]) => command ?? '')].filter(
		(command) => !/^(npm|npx)?$/.test(command),
	);
}

const commands = [...new Set(['README.md', 'CONTRIBUTING.md', 'docs/operating.md'].flatMap(commandsOf))];

/** What CI does not run as it stands, and the test that runs it. */
const TESTED: Record<string, string> = {
	'npm run dev': 'test/e2e/reload.test.ts',
	'npm run platform': 'test/unit/commands.test.ts',
	'npm run soak': 'test/unit/commands.test.ts',
	openssl: 'test/unit/commands.test.ts',
	'npm run docs': 'test/unit/readme.test.ts',
};

/** What nothing runs, and why. */
const NOT_RUN: Record<string, string> = {
	'npm run format': 'changes the files; npm run lint checks what it would change',
	'npm run screenshots': 'changes docs/images; beyond that it is npm run test:editor',
	'npx jest --selectProjects engine -t': 'is a part of npm test',
	'npm run mutation': 'takes hours, or an hour for a sample',
	'SAMPLE=0.03 npm run mutation': 'takes an hour',
	keytool: 'is a part of Java, which nothing here needs',
};

const startsWithOneOf = (command: string, table: Record<string, string>) =>
	Object.keys(table).find((start) => command === start || command.startsWith(`${start} `));

it.each(commands)('%s is run', (command) => {
	const [, script] = /npm run (\S+)/.exec(command) ?? [];
	if (script) expect(scripts()).toHaveProperty([script]);
	if (startsWithOneOf(command, NOT_RUN)) return;
	const tested = startsWithOneOf(command, TESTED);
	if (tested) return expect(existsSync(join(PROJECT, TESTED[tested] ?? ''))).toBe(true);
	if (command === '.ci/run') return expect(read('.github/workflows/ci.yml')).toContain('run: .ci/run\n');
	// In .ci/run itself `env` sets variables.
	const step = command.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
	expect(read('.ci/run')).toMatch(new RegExp(`^step (env )?${step}( |$)`, 'm'));
});

it.each(Object.keys({ ...TESTED, ...NOT_RUN }))('%s is still in the documents', (start) => {
	expect(commands.filter((command) => startsWithOneOf(command, { [start]: '' }))).not.toEqual([]);
});

it(
	'npm run platform starts a platform, and leaves nothing behind when it is stopped',
	async () => {
		const platform = startScript('platform', ['--port', '0']);
		await platform.until(() => platform.output.includes('Stop with Ctrl+C'), MINUTE);
		const [, folder] = /^Certificates +(\S+)/m.exec(platform.output) ?? [];
		expect(existsSync(join(folder ?? '', 'ca.pem'))).toBe(true);
		expect(platform.output).toMatch(/^Server +https:\/\/127\.0\.0\.1:\d+$/m);
		await platform.stop();
		expect(existsSync(folder ?? '')).toBe(false);
	},
	MINUTE,
);

it(
	'npm run soak accounts for every command',
	async () => {
		const soak = startScript('soak', ['--rounds', '1', '--seed', '7']);
		await soak.until(() => soak.output.includes('Every command is accounted for'), MINUTE);
		await soak.stop();
	},
	MINUTE,
);

/** The files of an operator, and the lines of the docs that turn them into PEM. */
describe('certificates as platforms hand them out', () => {
	const OF_FILE = 'of-the-file';
	const OF_KEY = 'of-the-key';
	let folder = '';

	const openssl = async (...args: string[]) =>
		await succeed('openssl', args, { cwd: folder, env: npmEnvironment() });
	const pem = (name: string) => readFileSync(join(folder, name), 'utf8').replace(/\n/g, ' ');

	/** Runs a line in a shell, with the passphrases that openssl would ask for. */
	const runLine = async (line: string, asksForNewPassphrase: boolean) => {
		const newPassphrase = asksForNewPassphrase ? ` -passout pass:${OF_KEY}` : '';
		const command = `${line} -passin pass:${OF_FILE}${newPassphrase}`;
		await succeed('sh', ['-c', command], { cwd: folder, env: npmEnvironment() });
	};

	/** Runs the lines of the docs that begin like this. */
	const follow = async (start: string, asksForNewPassphrase: (line: string) => boolean) => {
		const lines = commandsOf('docs/operating.md').filter((line) => line.startsWith(start));
		expect(lines).not.toEqual([]);
		for (const line of lines) await runLine(line, asksForNewPassphrase(line));
	};

	const makeFile = async (...cipher: string[]) =>
		await openssl(
			...['pkcs12', '-export', ...cipher, '-in', 'cert.pem', '-inkey', 'key.pem', '-certfile', 'ca.pem'],
			...['-out', 'client.p12', '-passout', `pass:${OF_FILE}`],
		);

	const connectWith = (clientKey: string, passphrase = OF_KEY) =>
		readConnection({
			server: 'https://iot.example.com:8743',
			appKey: 'app',
			authentication: 'accessToken',
			token: 'token',
			customTls: true,
			caCertificate: pem('ca-certificate.pem'),
			clientCertificate: pem('client-certificate.pem'),
			clientKey: pem(clientKey),
			passphrase,
		});

	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'pkcs12-'));
		const { ca, client } = certificates();
		const files = { 'ca.pem': ca, 'cert.pem': client.cert, 'key.pem': client.key };
		for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
	});

	afterEach(() => rmSync(folder, { recursive: true }));

	it('a PKCS#12 file becomes PEM fields that the credential takes', async () => {
		await makeFile();
		await follow('openssl pkcs12 -in', (line) => line.includes('-nocerts'));
		expect(connectWith('client-key.pem')).toMatchObject({ ok: true });
	});

	// Debian's and Ubuntu's OpenSSL have it; some other builds leave it out.
	const hasOldCiphers = spawnSync('openssl', ['list', '-providers', '-provider', 'legacy']).status === 0;
	const itWithOldCiphers = hasOldCiphers ? it : it.skip;
	const RC2 = ['-legacy', '-certpbe', 'PBE-SHA1-RC2-40', '-keypbe', 'PBE-SHA1-RC2-40'];

	itWithOldCiphers("so does one that is encrypted with RC2 (needs OpenSSL's legacy provider)", async () => {
		await makeFile(...RC2);
		await expect(follow('openssl pkcs12 -in', (line) => line.includes('-nocerts'))).rejects.toThrow(
			/unsupported/,
		);
		await follow('openssl pkcs12 -legacy', (line) => line.includes('-nocerts'));
		expect(connectWith('client-key.pem')).toMatchObject({ ok: true });
	});

	itWithOldCiphers("and a key that is encrypted with RC2 (needs OpenSSL's legacy provider)", async () => {
		await makeFile();
		await follow('openssl pkcs12 -in', (line) => line.includes('-nocerts'));
		await openssl(
			...['pkcs8', '-topk8', '-v1', 'PBE-SHA1-RC2-40', '-provider', 'legacy', '-provider', 'default'],
			...['-in', 'key.pem', '-out', 'client-key.pem', '-passout', `pass:${OF_FILE}`],
		);
		expect(connectWith('client-key.pem')).toMatchObject({ ok: false });
		await follow('openssl pkcs8', () => true);
		expect(connectWith('client-key-new.pem')).toMatchObject({ ok: true });
	});

	const PKCS8 = ['pkcs8', '-topk8'];

	itWithOldCiphers.each([
		['PKCS#5 with MD5 and DES', [...PKCS8, '-v1', 'PBE-MD5-DES']],
		['PKCS#12 with RC2', [...PKCS8, '-v1', 'PBE-SHA1-RC2-40']],
		['PKCS#12 with RC4', [...PKCS8, '-v1', 'PBE-SHA1-RC4-128']],
		...['des-cbc', 'des-ecb', 'des-cfb', 'des-ofb', 'rc2-cbc', 'rc4', 'bf-cbc', 'cast5-cbc', 'seed-cbc'].map(
			(cipher): [string, string[]] => [`PBES2 with ${cipher}`, [...PKCS8, '-v2', cipher]],
		),
		...['des-cbc', 'desx-cbc', 'rc2-cbc', 'bf-cbc', 'cast5-cbc', 'seed-cbc'].map(
			(cipher): [string, string[]] => [`headers with ${cipher}`, ['rsa', '-traditional', `-${cipher}`]],
		),
	])(
		"and one that is encrypted as %s, by the command in the credential's message (needs OpenSSL's legacy provider)",
		async (_name, encrypt) => {
			const { ca, client } = certificates();
			writeFileSync(join(folder, 'ca-certificate.pem'), ca);
			writeFileSync(join(folder, 'client-certificate.pem'), client.cert);
			await openssl(
				...[...encrypt, '-provider', 'legacy', '-provider', 'default'],
				...['-in', 'key.pem', '-out', 'old.key', '-passout', `pass:${OF_FILE}`],
			);
			const refused = connectWith('old.key', OF_FILE);
			if (refused.ok) throw new Error('The key was accepted as it is');
			const { what, help } = refused.failure;
			expect(what).toMatch(/^'Client Key' is encrypted in an outdated way/);
			const [, command, afterwards] = /^Convert the key with: (openssl .+?)\. (Then .+)$/.exec(help) ?? [];
			await runLine(command ?? '', true);
			expect(connectWith('new.key')).toMatchObject({ ok: true });
			expect(afterwards).toBe(
				"Then paste the new key and its passphrase into 'Client Key' and 'Passphrase' of the credential.",
			);
		},
	);
});
