import { constants, X509Certificate } from 'crypto';
import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

import { clock } from '../values/clock';
import { failForGood, ok, type Result } from '../values/results';
import { openKey, pemBlocks, readCertificates } from './pem';

type Fields = ICredentialDataDecryptedObject;
type AgentOptions = NonNullable<IHttpRequestOptions['agentOptions']>;

/** A switch of the credential; `"true"`, as an expression gives it, counts as what it says. */
export function isOn(value: unknown): boolean {
	return value === true || (typeof value === 'string' && value.trim().toLowerCase() === 'true');
}

/** How requests are to use TLS, from the fields under 'Custom TLS and Gateway Settings'. */
export function readTls(
	fields: Fields,
): Result<Pick<IHttpRequestOptions, 'agentOptions' | 'skipSslCertificateValidation'>> {
	const ca = readCa(textOf(fields.caCertificate));
	if (!ca.ok) return ca;
	const client = readClientCertificate(fields);
	if (!client.ok) return client;
	const agentOptions: AgentOptions = { ...ca.value, ...client.value };
	const hostName = textOf(fields.certificateHostName).trim();
	if (hostName !== '') agentOptions.checkServerIdentity = identityCheck(hostName);
	if (!isOn(fields.allowUnauthorizedCerts)) return ok({ agentOptions });
	// As n8n's HTTP Request node does: servers with old certificates are old in this respect too.
	agentOptions.secureOptions = constants.SSL_OP_LEGACY_SERVER_CONNECT;
	return ok({ agentOptions, skipSslCertificateValidation: true });
}

function textOf(value: unknown): string {
	return typeof value === 'string' ? value : '';
}

function notPem(field: string): ReturnType<typeof failForGood> {
	return failForGood(
		`'${field}' is not in PEM form`,
		`Paste the whole block into '${field}' of the credential, from -----BEGIN to -----END, including both lines.`,
	);
}

function readCa(pasted: string): Result<Pick<AgentOptions, 'ca'>> {
	if (pasted.trim() === '') return ok({});
	const certificates = readCertificates(pemBlocks(pasted));
	return certificates ? ok({ ca: asPem(certificates) }) : notPem('CA Certificate');
}

function asPem(certificates: X509Certificate[]): string {
	return certificates.map(String).join('');
}

function readClientCertificate(fields: Fields): Result<Pick<AgentOptions, 'cert' | 'key' | 'passphrase'>> {
	const certificate = textOf(fields.clientCertificate);
	// A key that was pasted together with its certificate is found there.
	const isTogether = textOf(fields.clientKey).trim() === '';
	const key = isTogether ? certificate : textOf(fields.clientKey);
	if (certificate.trim() === '' && key.trim() === '') return ok({});
	if (certificate.trim() === '') {
		return failForGood(
			"'Client Key' is filled in, but 'Client Certificate' is empty",
			"Paste the certificate that belongs to the key into 'Client Certificate' of the credential.",
		);
	}
	const certificates = readCertificates(pemBlocks(certificate));
	if (!certificates) return notPem('Client Certificate');
	const keyBlock = pemBlocks(key).find(({ label }) => label.endsWith('PRIVATE KEY'));
	if (!keyBlock && isTogether) {
		return failForGood(
			"'Client Certificate' is filled in, but 'Client Key' is empty",
			"Paste the private key that belongs to the certificate into 'Client Key' of the credential.",
		);
	}
	if (!keyBlock) {
		return pemBlocks(key).length > 0 ? keyUnusable('noKey') : notPem('Client Key');
	}
	// Blanks can be part of a passphrase; a line break comes from pasting.
	const passphrase = textOf(fields.passphrase).replace(/[\r\n]+$/, '');
	const opened = openKey(keyBlock, passphrase);
	if (typeof opened === 'string') return keyUnusable(opened);
	const leaf = certificates.find((candidate) => candidate.checkPrivateKey(opened));
	if (!leaf) return keyUnusable('otherCertificate');
	const dates = checkDates(leaf);
	if (!dates.ok) return dates;
	const chain = [leaf, ...certificates.filter((candidate) => candidate !== leaf)];
	return ok({
		cert: asPem(chain),
		key: keyBlock.pem,
		...(passphrase === '' ? {} : { passphrase }),
	});
}

/** What is wrong with a client key, and what to do. */
const UNUSABLE_KEYS = {
	noKey: [
		"'Client Key' contains no private key that can be read",
		"Paste the whole PEM block of the private key into 'Client Key' of the credential.",
	],
	passphraseMissing: [
		"'Client Key' is encrypted, but 'Passphrase' is empty",
		"Enter the key's passphrase in 'Passphrase' of the credential.",
	],
	passphraseWrong: ["'Passphrase' doesn't open 'Client Key'", "Check 'Passphrase' in the credential."],
	outdatedEncryption: [
		"'Client Key' is encrypted in an outdated way (such as DES, RC2 or RC4) that n8n can't open",
		"Convert the key with: openssl pkey -provider legacy -provider default -in old.key -aes256 -out new.key. Then paste the new key and its passphrase into 'Client Key' and 'Passphrase' of the credential.",
	],
	otherCertificate: [
		"'Client Key' doesn't belong to 'Client Certificate'",
		"Paste the certificate and the key of the same pair into 'Client Certificate' and 'Client Key' of the credential.",
	],
} as const;

function keyUnusable(reason: keyof typeof UNUSABLE_KEYS): ReturnType<typeof failForGood> {
	const [what, help] = UNUSABLE_KEYS[reason];
	return failForGood(what, help);
}

function checkDates({ validFrom, validTo }: X509Certificate): Result<void> {
	const now = clock.now();
	const day = (time: string) => new Date(time).toISOString().slice(0, 10);
	if (Date.parse(validTo) < now) {
		return failForGood(
			`'Client Certificate' expired on ${day(validTo)}`,
			"Ask the operator of the platform for a new certificate and paste it with its key into the credential. If the platform doesn't ask for a client certificate, leave 'Client Certificate' and 'Client Key' empty.",
		);
	}
	if (Date.parse(validFrom) > now) {
		return failForGood(
			`'Client Certificate' is not valid before ${day(validFrom)}`,
			"Check the clock of n8n's machine, and 'Client Certificate' of the credential.",
		);
	}
	return ok(undefined);
}

/** Accepts the platform's certificate if it carries `name`, whatever host the connection was made to. */
function identityCheck(name: string) {
	return (_host: string, peer: { raw: Buffer }): Error | undefined => {
		if (carries(new X509Certificate(peer.raw), name)) return undefined;
		return Object.assign(new Error(`The certificate does not carry the name ${name}`), {
			code: 'ERR_TLS_CERT_ALTNAME_INVALID',
		});
	};
}

/** Never throws: what is thrown while a connection is made ends the whole process. */
function carries(certificate: X509Certificate, name: string): boolean {
	try {
		return (certificate.checkHost(name) ?? certificate.checkIP(name)) !== undefined;
	} catch {
		return false; // `checkIP` throws for what is not an IP address
	}
}
