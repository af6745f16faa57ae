/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js: servers that break off */
import { createServer, type AddressInfo, type Server } from 'node:net';
import { versions } from 'node:process';
import tls, { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import type { IDataObject } from 'n8n-workflow';

import { certificates, weakPair, type Weakness } from '../platform/certificates';
import { startPlatform, type Platform, type PlatformOptions } from '../platform/platform';
import { credentialFor, runNode, type Outcome } from './engine';

let platform: Platform;

afterEach(async () => await platform.close());

async function start(options: Partial<PlatformOptions>): Promise<void> {
	platform = await startPlatform(options);
	platform.queueCommands('device-1', 2);
}

const run = async (changes: IDataObject) =>
	await runNode({
		credential: credentialFor(platform, changes),
		items: [{ deviceId: 'device-1' }],
		parameters: { options: { maxRetries: 0, timeout: 5 } },
	});

const told = ({ stopped }: Outcome) => `${stopped?.message} ${stopped?.description}`;

/** What a single-line input makes of a pasted block. */
const oneLine = (pem: string) => pem.trim().replace(/\n/g, ' ');

describe('A platform that asks for a client certificate', () => {
	beforeEach(async () => await start({ mutualTls: true }));

	it('is reached with the right one', async () => {
		const { cert, key } = platform.certificates.client;
		const { items } = await run({ clientCertificate: cert, clientKey: key });
		expect(items).toHaveLength(2);
	});

	it('is reached with an encrypted key and its passphrase', async () => {
		const { cert, key, passphrase } = platform.certificates.clientEncrypted;
		const { items } = await run({ clientCertificate: cert, clientKey: key, passphrase });
		expect(items).toHaveLength(2);
	});

	it('is reached with blocks that were pasted into one line', async () => {
		const { ca, client } = platform.certificates;
		const { items } = await run({
			caCertificate: oneLine(ca),
			clientCertificate: oneLine(client.cert),
			clientKey: oneLine(client.key),
		});
		expect(items).toHaveLength(2);
	});

	it('is reached with an encrypted key that was pasted with \\n for its line breaks', async () => {
		const { cert, key, passphrase } = platform.certificates.clientEncrypted;
		const { items } = await run({
			clientCertificate: cert.replace(/\r?\n/g, '\\n'),
			clientKey: key.replace(/\r?\n/g, '\\n'),
			passphrase,
		});
		expect(items).toHaveLength(2);
	});

	it('names the field when there is none', async () => {
		const outcome = await run({});
		expect(told(outcome)).toContain("'Client Certificate'");
		expect(told(outcome)).toContain("'Client Key'");
		expect(platform.requests).toEqual([]);
	});

	it('names the field when it is from another authority', async () => {
		const { cert, key } = platform.certificates.foreignClient;
		const outcome = await run({ clientCertificate: cert, clientKey: key });
		expect(told(outcome)).toContain("'Client Certificate'");
		expect(told(outcome)).toMatch(/is the one|are the ones/);
		expect(platform.requests).toEqual([]);
	});

	it('names the field and the day when it has expired', async () => {
		const { cert, key } = platform.certificates.expiredClient;
		const outcome = await run({ clientCertificate: cert, clientKey: key });
		expect(told(outcome)).toMatch(/'Client Certificate' expired on \d{4}-\d\d-\d\d/);
		expect(platform.requests).toEqual([]);
	});

	it.each([
		['wrong', 'not-the-passphrase', /'Passphrase' doesn't open 'Client Key'/],
		['missing', '', /'Client Key' is encrypted, but 'Passphrase' is empty/],
	])('names the field when the passphrase is %s', async (_name, passphrase, message) => {
		const { cert, key } = platform.certificates.clientEncrypted;
		const outcome = await run({ clientCertificate: cert, clientKey: key, passphrase });
		expect(told(outcome)).toMatch(message);
		expect(platform.requests).toEqual([]);
	});

	it('names both fields when the key is that of another certificate', async () => {
		const outcome = await run({
			clientCertificate: platform.certificates.client.cert,
			clientKey: platform.certificates.foreignClient.key,
		});
		expect(told(outcome)).toContain("'Client Key' doesn't belong to 'Client Certificate'");
	});

	it('names the field when certificate and key are swapped', async () => {
		const { cert, key } = platform.certificates.client;
		const outcome = await run({ clientCertificate: key, clientKey: cert });
		expect(told(outcome)).toContain("'Client Certificate' is not in PEM form");
	});
});

describe("A platform whose certificate carries another name than 'Server'", () => {
	beforeEach(async () => await start({ certificateNames: 'other' }));

	it('is reached by its IP address with the name in Certificate Host Name', async () => {
		const { items } = await run({ certificateHostName: 'iot.example.com' });
		expect(items).toHaveLength(2);
	});

	it.each([
		['', 'is for another name'],
		['iot.example.org', "does not contain the name 'iot.example.org'"],
	])('is refused with the name %p, and the field is named', async (name, words) => {
		const outcome = await run({ certificateHostName: name });
		expect(told(outcome)).toContain(words);
		expect(told(outcome)).toContain("'Certificate Host Name'");
		expect(platform.requests).toEqual([]);
	});

	it('is still verified against the CA', async () => {
		const outcome = await run({ certificateHostName: 'iot.example.com', caCertificate: '' });
		expect(told(outcome)).toContain("'CA Certificate'");
		expect(platform.requests).toEqual([]);
	});
});

describe('A platform whose certificate nobody known has signed', () => {
	beforeEach(async () => await start({}));

	it('is refused by default, and the field is named', async () => {
		const outcome = await run({ customTls: false });
		expect(told(outcome)).toContain('signed by an authority that n8n does not trust');
		expect(told(outcome)).toContain("'CA Certificate'");
		expect(platform.requests).toEqual([]);
	});

	it('is refused with the certificate of another CA', async () => {
		const outcome = await run({ caCertificate: platform.certificates.foreignClient.cert });
		expect(told(outcome)).toContain("'CA Certificate'");
		expect(platform.requests).toEqual([]);
	});

	it('is reached when certificate errors are ignored on purpose', async () => {
		const { items } = await run({ caCertificate: '', allowUnauthorizedCerts: true });
		expect(items).toHaveLength(2);
	});

	it('stays refused when errors are ignored in a setting that is hidden', async () => {
		const outcome = await run({ customTls: false, allowUnauthorizedCerts: true });
		expect(told(outcome)).toContain("'CA Certificate'");
	});

	it('is told to speak no TLS when the port does not', async () => {
		const outcome = await run({ server: platform.url.replace('https:', 'http:') });
		expect(outcome.stopped?.message).toBeDefined();
		expect(told(outcome)).toContain("'Server'");
	});
});

/** Servers that no request gets through to. */
describe('A server that no secure connection can be made to', () => {
	const servers: Server[] = [];

	afterEach(() => servers.splice(0).forEach((server) => server.close()));

	const listen = async (server: Server) => {
		servers.push(server);
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
	};

	/** After the client's first words: `answer`, or the end of the connection. */
	const raw = async (answer?: Buffer) => {
		let connections = 0;
		const url = await listen(
			createServer((socket) => {
				connections += 1;
				socket.on('error', () => {});
				socket.once('data', () => (answer ? socket.write(answer) : socket.end()));
			}),
		);
		return { url, connections: () => connections };
	};

	/** A ServerHello of TLS 1.2 without the extension for secure renegotiation. */
	const oldServerHello = () => {
		const hello = Buffer.concat([Buffer.from([3, 3]), Buffer.alloc(32, 7), Buffer.from([0, 0xc0, 0x2f, 0])]);
		const message = Buffer.concat([Buffer.from([2, 0, 0, hello.length]), hello]);
		return Buffer.concat([Buffer.from([0x16, 3, 3, 0, message.length]), message]);
	};

	const revoke = async (server: string, changes: IDataObject = {}, options: IDataObject = {}) => {
		platform = await startPlatform();
		return await runNode({
			credential: credentialFor(platform, { server, ...changes }),
			items: [{ deviceId: 'device-1' }],
			parameters: { options: { maxRetries: 5, ...options } },
		});
	};

	const expectAtOnce = (outcome: Outcome, words: RegExp) => {
		expect(told(outcome)).toMatch(words);
		expect(told(outcome)).not.toMatch(/may have|revoked/);
	};

	it('because it offers TLS 1.1 only is named at once', async () => {
		const { key, cert } = certificates().server;
		const url = await listen(
			createTlsServer({
				key,
				cert,
				minVersion: 'TLSv1',
				maxVersion: 'TLSv1.1',
				ciphers: 'DEFAULT@SECLEVEL=0',
			}),
		);
		expectAtOnce(await revoke(url), /outdated versions of TLS/);
	});

	it('because it knows no secure renegotiation is named at once', async () => {
		const { url, connections } = await raw(oldServerHello());
		expectAtOnce(await revoke(url), /no secure renegotiation/);
		expect(connections()).toBe(1);
	});

	it("because of that is talked to with 'Ignore SSL Issues'", async () => {
		const { url } = await raw(oldServerHello());
		// No login here: it has its own, longer time-out.
		const token = { authentication: 'accessToken', token: 'of-nobody' };
		const outcome = await revoke(
			url,
			{ ...token, allowUnauthorizedCerts: true },
			{ maxRetries: 0, timeout: 1 },
		);
		// The handshake goes on, so that this server would have to go on too.
		expect(told(outcome)).toContain('did not answer in time');
	});

	it('because it cuts every handshake is named at once', async () => {
		const { url, connections } = await raw();
		expectAtOnce(await revoke(url), /before it was secure.*'Client Certificate'/);
		expect(connections()).toBe(1);
	});

	describe('because of a weak certificate', () => {
		/** OpenSSL's security level in Node.js 24; 20 and 22 have level 1, which takes keys of 1024 bits. */
		const STRICT = 'DEFAULT@SECLEVEL=2';
		const ANYTHING = 'DEFAULT@SECLEVEL=0';
		/** The request itself is what fails, not a login before it. */
		const ownToken = { authentication: 'accessToken', token: 'of-nobody' };

		beforeEach(() => jest.replaceProperty(tls, 'DEFAULT_CIPHERS', STRICT));

		afterEach(() => jest.restoreAllMocks());

		/** A server that is not strict itself: it shows and accepts weak certificates, and hangs up on every request. */
		const lenient = async (options: TlsOptions = {}) => {
			const seen = { connections: 0, requests: 0 };
			const { ca, server } = certificates();
			const listening = createTlsServer(
				{ ...server, ca, requestCert: true, ciphers: ANYTHING, ...options },
				(socket) => {
					socket.on('error', () => {});
					socket.once('data', () => {
						seen.requests += 1;
						socket.destroy();
					});
				},
			);
			listening.on('connection', () => {
				seen.connections += 1;
			});
			return { url: await listen(listening), seen };
		};

		const weakServer = async (weakness: Weakness) =>
			await lenient(weakPair(certificates(), weakness, ['127.0.0.1']));

		const clientFields = ({ cert, key } = certificates().client) => ({
			...ownToken,
			clientCertificate: cert,
			clientKey: key,
		});

		const WEAKNESSES: Array<[Weakness, RegExp]> = [
			['shortKey', /its key is too short/],
			['shortCaKey', /the key of its CA is too short/],
			['sha1', /is signed with SHA-1/],
		];

		it.each(WEAKNESSES)('of the platform is not blamed on that of the client: %s', async (weakness, why) => {
			const { url, seen } = await weakServer(weakness);
			const outcome = await revoke(url, clientFields());
			expectAtOnce(outcome, /^The certificate of 127\.0\.0\.1:\d+ is too weak/);
			expect(told(outcome)).toMatch(why);
			expect(told(outcome)).toContain("'Ignore SSL Issues (Insecure)'");
			expect(told(outcome)).not.toContain("'Client");
			expect(seen).toEqual({ connections: 1, requests: 0 });
		});

		it.each(WEAKNESSES)("of the platform is ignored with 'Ignore SSL Issues': %s", async (weakness) => {
			const { url, seen } = await weakServer(weakness);
			await revoke(url, { ...clientFields(), allowUnauthorizedCerts: true }, { maxRetries: 0 });
			expect(seen.requests).toBeGreaterThan(0);
		});

		/** OpenSSL 3.5 (Node.js 24) sends a certificate of ours that is signed with SHA-1, and leaves it to the platform. */
		const isOpenSsl30 = versions.openssl.startsWith('3.0.');

		it.each(WEAKNESSES.filter(([weakness]) => weakness !== 'sha1' || isOpenSsl30))(
			'of the client is named before anything is sent: %s',
			async (weakness, why) => {
				const { url, seen } = await lenient();
				const outcome = await revoke(url, clientFields(weakPair(certificates(), weakness)));
				expectAtOnce(outcome, /^'Client Certificate' is too weak/);
				expect(told(outcome)).toMatch(why);
				expect(told(outcome)).toContain("into 'Client Certificate' and 'Client Key'");
				expect(seen).toEqual({ connections: 0, requests: 0 });
			},
		);
	});
});
