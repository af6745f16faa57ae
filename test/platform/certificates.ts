import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import forge from 'node-forge';

export interface PemPair {
	cert: string;
	key: string;
}

export interface Certificates {
	/** The operator's CA certificate. */
	ca: string;
	/** Names localhost and 127.0.0.1. */
	server: PemPair;
	/** Names only iot.example.com. */
	serverOtherName: PemPair;
	client: PemPair;
	/** The client's certificate with its key encrypted. */
	clientEncrypted: PemPair & { passphrase: string };
	/** Signed by another CA. */
	foreignClient: PemPair;
	/** Signed by the operator's CA, and over. */
	expiredClient: PemPair;
}

const DAY_MS = 86_400_000;

interface Authority {
	certificate: forge.pki.Certificate;
	key: forge.pki.PrivateKey;
}

interface Made extends PemPair {
	keyObject: KeyObject;
	certificate: forge.pki.Certificate;
	forgeKey: forge.pki.PrivateKey;
}

function make(
	name: string,
	options: { signedBy?: Authority; hosts?: string[]; expired?: boolean; ca?: boolean },
): Made {
	const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
	const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
	const forgeKey = forge.pki.privateKeyFromPem(key);
	const certificate = forge.pki.createCertificate();
	certificate.publicKey = forge.pki.publicKeyFromPem(
		publicKey.export({ type: 'spki', format: 'pem' }).toString(),
	);
	certificate.serialNumber = `01${randomBytes(8).toString('hex')}`;
	const now = Date.now();
	certificate.validity.notBefore = new Date(now - 10 * DAY_MS);
	certificate.validity.notAfter = new Date(now + (options.expired ? -1 : 30) * DAY_MS);
	const subject = [{ name: 'commonName', value: name }];
	certificate.setSubject(subject);
	certificate.setIssuer(options.signedBy ? options.signedBy.certificate.subject.attributes : subject);
	const extensions: object[] = [{ name: 'basicConstraints', cA: options.ca === true }];
	if (options.hosts) {
		const altNames = options.hosts.map((host) =>
			/^[\d.]+$/.test(host) ? { type: 7, ip: host } : { type: 2, value: host },
		);
		extensions.push({ name: 'subjectAltName', altNames });
	}
	certificate.setExtensions(extensions);
	certificate.sign((options.signedBy?.key ?? forgeKey) as forge.pki.rsa.PrivateKey, forge.md.sha256.create());
	return { cert: forge.pki.certificateToPem(certificate), key, keyObject: privateKey, certificate, forgeKey };
}

const pair = ({ cert, key }: Made): PemPair => ({ cert, key });

let made: Certificates | undefined;

/** One set of certificates for each process: making keys takes a moment. */
export function certificates(): Certificates {
	if (made) return made;
	const authority = make('Stand-in CA', { ca: true });
	const foreign = make('Another CA', { ca: true });
	const ours: Authority = { certificate: authority.certificate, key: authority.forgeKey };
	const others: Authority = { certificate: foreign.certificate, key: foreign.forgeKey };
	const client = make('client', { signedBy: ours });
	const passphrase = randomBytes(9).toString('hex');
	const encryptedKey = client.keyObject
		.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase })
		.toString();
	made = {
		ca: authority.cert,
		server: pair(make('localhost', { signedBy: ours, hosts: ['localhost', '127.0.0.1'] })),
		serverOtherName: pair(make('iot.example.com', { signedBy: ours, hosts: ['iot.example.com'] })),
		client: pair(client),
		clientEncrypted: { cert: client.cert, key: encryptedKey, passphrase },
		foreignClient: pair(make('client', { signedBy: others })),
		expiredClient: pair(make('client', { signedBy: ours, expired: true })),
	};
	return made;
}
