/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js: reads the documents, and openssl's output */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readConnection } from '../../nodes/shared/connection';
import { npmEnvironment, succeed } from '../lab/command';
import { PROJECT } from '../lab/folders';
import { certificates } from '../platform/certificates';

/** Every command that README and CONTRIBUTING tell a person to run is run by CI, or by a test. */

const read = (file: string) => readFileSync(join(PROJECT, file), 'utf8');

function commandsOf(file: string): string[] {
	const blocks = [...read(file).matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block ?? '');
	return blocks.flatMap((block) => block.split(/\n|&&/)).map((line) => line.replace(/#.*/, '').trim());
}

const commands = ['README.md', 'CONTRIBUTING.md'].flatMap(commandsOf).filter((command) => command !== '');

/** What CI does not run as it stands, and the test that runs it, or what it rests on. */
const TESTED: Record<string, string> = {
	'npm run dev': 'test/e2e/reload.test.ts',
	openssl: 'test/unit/commands.test.ts',
};

it.each(commands)('%s is run', (command) => {
	const test = Object.entries(TESTED).find(([start]) => command.startsWith(start))?.[1];
	if (test) return expect(existsSync(join(PROJECT, test))).toBe(true);
	expect(read('.ci/run')).toMatch(new RegExp(`^step (env \\S+ )?${command}( |$)`, 'm'));
	const [, script] = /^npm run (\S+)/.exec(command) ?? [];
	const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
	if (script) expect(scripts).toHaveProperty([script]);
});

it('a PKCS#12 file becomes PEM fields that the credential takes', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'pkcs12-'));
	try {
		const { ca, client } = certificates();
		const files = { 'ca.pem': ca, 'cert.pem': client.cert, 'key.pem': client.key };
		for (const [name, pem] of Object.entries(files)) writeFileSync(join(folder, name), pem);
		const openssl = async (...args: string[]) =>
			await succeed('openssl', args, { cwd: folder, env: npmEnvironment() });
		await openssl(
			...['pkcs12', '-export', '-in', 'cert.pem', '-inkey', 'key.pem', '-certfile', 'ca.pem'],
			...['-out', 'client.p12', '-passout', 'pass:of-the-file'],
		);
		for (const command of commandsOf('README.md').filter((line) => line.startsWith('openssl'))) {
			const asked = ['-passin', 'pass:of-the-file'];
			if (command.includes('-nocerts')) asked.push('-passout', 'pass:of-the-key');
			await openssl(...command.split(' ').slice(1), ...asked);
		}
		const pem = (name: string) => readFileSync(join(folder, name), 'utf8').replace(/\n/g, ' ');
		const connection = readConnection({
			server: 'https://iot.example.com:8743',
			appKey: 'app',
			authentication: 'accessToken',
			token: 'token',
			customTls: true,
			caCertificate: pem('ca-certificate.pem'),
			clientCertificate: pem('client-certificate.pem'),
			clientKey: pem('client-key.pem'),
			passphrase: 'of-the-key',
		});
		expect(connection).toMatchObject({ ok: true });
	} finally {
		rmSync(folder, { recursive: true });
	}
});
