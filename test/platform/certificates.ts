/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js beside n8n, never inside it */
import { createPrivateKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { md, pki } from 'node-forge';

/** Text in PEM form. */
export type Pem = string;

export interface PemPair {
	cert: Pem;
	key: Pem;
}

/** Everything that a test of TLS needs. Made once for each process. */
export interface Certificates {
	ca: Pem;
	caKey: Pem;
	/** For `localhost` and `127.0.0.1`, or the `hostNames` of the platform that shows it. */
	server: PemPair;
	/** Names only `iot.example.com`. */
	serverOtherName: PemPair;
	client: PemPair;
	/** `client` with its key encrypted (PKCS#8). */
	clientEncrypted: PemPair & { passphrase: string };
	/** Signed by a CA that the platform doesn't know. */
	foreignClient: PemPair;
	/** Signed by the platform's CA, but over. */
	expiredClient: PemPair;
}

interface Issuer {
	name: string;
	key: Pem;
}

interface Subject {
	name: string;
	key: Pem;
	/** Host names and IP addresses of a server. */
	hosts?: string[];
	isCa?: boolean;
	/** Sign it with SHA-1 instead of SHA-256. */
	withSha1?: boolean;
	/** Days from now. */
	from?: number;
	until?: number;
}

const DAY_MS = 86_400_000;
const CA_NAME = 'Stand-in CA';
const SHORT_BITS = 1024;

let made: Certificates | undefined;

/** The set of this process. */
export function certificates(): Certificates {
	made ??= makeCertificates();
	return made;
}

/** A server certificate for other names, by the CA of `set` and with the server's key. */
export function serverCertificate(set: Certificates, hosts: string[]): PemPair {
	const subject = { name: hosts[0] ?? 'server', key: set.server.key, hosts };
	return { cert: sign(subject, { name: CA_NAME, key: set.caKey }), key: set.server.key };
}

/** What OpenSSL finds too weak: the certificate's own key, that of the CA between it and the root, or its signature. */
export type Weakness = 'shortKey' | 'shortCaKey' | 'sha1';

/**
 * A pair of a platform or a client that OpenSSL 3 finds too weak, by the CA of `set`. Short keys have 1024 bits.
 * @param hosts of a server; without any, it is a client's
 */
export function weakPair(set: Certificates, weakness: Weakness, hosts?: string[]): PemPair {
	const root = { name: CA_NAME, key: set.caKey };
	const subject = { name: 'weak', key: newKey(weakness === 'shortKey' ? SHORT_BITS : undefined), hosts };
	if (weakness !== 'shortCaKey') {
		return { cert: sign({ ...subject, withSha1: weakness === 'sha1' }, root), key: subject.key };
	}
	const between = { name: 'Weak CA', key: newKey(SHORT_BITS), isCa: true };
	return { cert: sign(subject, between) + sign(between, root), key: subject.key };
}

function makeCertificates(): Certificates {
	const ca = { name: CA_NAME, key: newKey() };
	const foreignCa = { name: 'Foreign CA', key: newKey() };
	const serverKey = newKey();
	const clientKey = newKey();
	const foreignKey = newKey();
	const passphrase = randomBytes(12).toString('hex');
	const client = { name: 'client', key: clientKey };
	const clientCert = sign(client, ca);
	const serverFor = (...hosts: string[]) => ({
		cert: sign({ name: 'server', key: serverKey, hosts }, ca),
		key: serverKey,
	});
	return {
		ca: sign({ ...ca, isCa: true }, ca),
		caKey: ca.key,
		server: serverFor('localhost', '127.0.0.1'),
		serverOtherName: serverFor('iot.example.com'),
		client: { cert: clientCert, key: clientKey },
		clientEncrypted: { cert: clientCert, key: encrypt(clientKey, passphrase), passphrase },
		foreignClient: { cert: sign({ name: 'client', key: foreignKey }, foreignCa), key: foreignKey },
		expiredClient: { cert: sign({ ...client, from: -20, until: -10 }, ca), key: clientKey },
	};
}

/** OpenSSL makes RSA keys a hundred times faster than forge does; forge then only signs. */
function newKey(bits = 2048): Pem {
	const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits });
	return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function encrypt(key: Pem, passphrase: string): Pem {
	const options = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase } as const;
	return createPrivateKey(key).export(options).toString();
}

function sign(subject: Subject, issuer: Issuer): Pem {
	const key = pki.privateKeyFromPem(subject.key);
	const certificate = pki.createCertificate();
	certificate.publicKey = pki.setRsaPublicKey(key.n, key.e);
	// A first byte that is neither zero nor negative: OpenSSL refuses a number with zeros before it.
	certificate.serialNumber = `01${randomBytes(8).toString('hex')}`;
	certificate.validity.notBefore = new Date(Date.now() + (subject.from ?? -1) * DAY_MS);
	certificate.validity.notAfter = new Date(Date.now() + (subject.until ?? 30) * DAY_MS);
	certificate.setSubject([{ name: 'commonName', value: subject.name }]);
	certificate.setIssuer([{ name: 'commonName', value: issuer.name }]);
	certificate.setExtensions(subject.isCa ? caExtensions() : leafExtensions(subject.hosts));
	const digest = subject.withSha1 ? md.sha1 : md.sha256;
	certificate.sign(pki.privateKeyFromPem(issuer.key), digest.create());
	return pki.certificateToPem(certificate);
}

function caExtensions(): object[] {
	return [
		{ name: 'basicConstraints', cA: true, critical: true },
		{ name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
	];
}

function leafExtensions(hosts?: string[]): object[] {
	const extensions: object[] = [
		{ name: 'basicConstraints', cA: false },
		{ name: 'keyUsage', digitalSignature: true, keyEncipherment: true },
		{ name: 'extKeyUsage', serverAuth: hosts !== undefined, clientAuth: hosts === undefined },
	];
	if (hosts) {
		// 7 is an IP address and 2 a DNS name (RFC 5280, GeneralName).
		const altNames = hosts.map((host) => (isIP(host) ? { type: 7, ip: host } : { type: 2, value: host }));
		extensions.push({ name: 'subjectAltName', altNames });
	}
	return extensions;
}
