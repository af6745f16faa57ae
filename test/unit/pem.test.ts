import fc from 'fast-check';
import { pki } from 'node-forge';

import { openKey, pemBlocks, readCertificates } from '../../nodes/shared/client/pem';
import { certificates } from '../platform/certificates';

const { ca, client, clientEncrypted, foreignClient } = certificates();

/** What can stand where a line break was. */
const damage = fc.constantFrom(' ', '', '  ', '\n', '\r\n', '\\n', '\\r\\n', '\t', '\r', ' \n ', '\n\n');

const normal = (pem: string) => pem.trim().replace(/\r/g, '');

const repaired = (pasted: string) =>
	pemBlocks(pasted)
		.map(({ pem }) => pem)
		.join('')
		.trim();

/** Puts something else in the place of each line break. */
const broken = (pem: string) => {
	const lines = normal(pem).split('\n');
	return fc
		.array(damage, { minLength: lines.length, maxLength: lines.length })
		.map((ends) => lines.map((line, index) => `${line}${ends[index] ?? ''}`).join(''));
};

describe('A pasted PEM block', () => {
	it.each([
		['certificate', ca],
		['key', client.key],
		['encrypted key', clientEncrypted.key],
		['certificate with its chain', `${normal(client.cert)}\n${normal(ca)}`],
	])('that is a %s is repaired whatever became of its line breaks', (_name, pem) => {
		fc.assert(
			fc.property(broken(pem), (pasted) => {
				expect(repaired(pasted)).toBe(normal(pem));
			}),
		);
	});

	it.each([
		['AES-256-CBC', '0123456789ABCDEF0123456789ABCDEF'],
		['DES-EDE3-CBC', '0123456789ABCDEF'],
		['DES-CBC', '0123456789ABCDEF'],
		['RC2-40-CBC', '0123456789ABCDEF'],
	])(
		'keeps the text around it out, and its headers with %s in, with all line breaks gone too',
		(cipher, iv) => {
			const old = [
				'-----BEGIN RSA PRIVATE KEY-----',
				'Proc-Type: 4,ENCRYPTED',
				`DEK-Info: ${cipher},${iv}`,
				'',
				// Looks like more of the vector.
				'ABCDEF0123456789',
				'-----END RSA PRIVATE KEY-----',
			].join('\n');
			for (const gap of ['\n', ' ', '']) {
				expect(repaired(`Bag Attributes ${old.replace(/\n/g, gap)} the end`)).toBe(old);
			}
		},
	);

	it.each([
		'',
		'abc',
		'-----BEGIN CERTIFICATE-----',
		'-----BEGIN CERTIFICATE----------END CERTIFICATE-----',
		'-----BEGIN CERTIFICATE-----a!b-----END CERTIFICATE-----',
		'-----BEGIN CERTIFICATE-----QUJD-----END PRIVATE KEY-----',
	])('that is %p has no block', (pasted) => {
		expect(pemBlocks(pasted)).toEqual([]);
	});
});

/**
 * Keys of no use, made with `openssl pkcs8 -topk8 -v1 PBE-SHA1-RC2-40` and the like; the passphrase is "secret". forge
 * can't make them.
 */
const ENCRYPTED_KEYS = {
	rc2: `-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGxMBwGCiqGSIb3DQEMAQYwDgQI1paeMRHxwb8CAggABIGQ8d0hTmEChMrd2q3E
eRUt2vx3V0MX/FL+QPtFmhtXRxynR9UXIs4XEEvkH0S5rND/4iB26pjY/dqlS3OG
bGeygxogZy52f9U+mUCcNyR0v3DbtbZp796mo4eTugu4GeZC+a3x+0ahf7uIcyQu
lTCYAeOyQ22yeeg+m8mhTbhjaozAX8r2CKaql4rGa0twFI4v
-----END ENCRYPTED PRIVATE KEY-----`,
	md5Des: `-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGwMBsGCSqGSIb3DQEFAzAOBAjZnwuRqZfMqQICCAAEgZCzx3gt8gI3QgzO0EIN
CfOMs660WDKkxtO+Y+1zMKKEwA62UuBuog9vOOV3ysCI59wVcXd5jTWgTYmcdgtj
EW4TP6yvUry5Iyt9jsnEZ5t1T+DOrpLqzgR2OlU3WXXS/KBPD42BibA8jBsMEogY
piB0+fIOxyL4qV6NKtina6KAi1FLDYKdb9quHedJ+pzvYao=
-----END ENCRYPTED PRIVATE KEY-----`,
	tripleDes: `-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGxMBwGCiqGSIb3DQEMAQMwDgQIGapC+VPZUMgCAggABIGQIOV32WycjAPDh6Sa
tBj1P6Y9Pxw5WvUP8cXcqNv+vcBnoDl0Mgh1U5REE8vgOsg77JWp0BvmcirI9drj
DMKnPP+ZL2pKdfmmb0URruATrvLiBz/KdjMO3wksTWrX8hbYu1dB+eAqrS8Lr77o
QPJjWU9kIZrFWVa9Jz/JtPSG7K+oVrG4iuoo89ID1dLf9B63
-----END ENCRYPTED PRIVATE KEY-----`,
};

describe('Certificates and keys', () => {
	const certificatesIn = (pem: string) => readCertificates(pemBlocks(pem));

	it('are read one by one from a chain', () => {
		expect(certificatesIn(`${client.cert}${ca}`)?.map(({ subject }) => subject)).toEqual([
			'CN=client',
			'CN=Stand-in CA',
		]);
	});

	it('are none when one of them cannot be read', () => {
		const bad = '-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----';
		expect(certificatesIn(`${ca}${bad}`)).toBeUndefined();
		expect(certificatesIn('')).toBeUndefined();
	});

	it('are read beside a block that is damaged', () => {
		const damaged = '-----BEGIN PRIVATE KEY-----a!b-----END PRIVATE KEY-----';
		expect(certificatesIn(`${damaged}${client.cert}`)).toHaveLength(1);
	});

	/** The client's key in encryptions that OpenSSL 3 no longer opens. */
	const outdated = (algorithm: 'des' | 'legacyDes') => {
		const key = pki.privateKeyFromPem(client.key);
		return algorithm === 'des'
			? pki.encryptedPrivateKeyToPem(
					pki.encryptPrivateKeyInfo(pki.wrapRsaPrivateKey(pki.privateKeyToAsn1(key)), 'secret', {
						algorithm: 'des' as never,
					}),
				)
			: pki.encryptRsaPrivateKey(key, 'secret', { legacy: true, algorithm: 'des' as never });
	};

	it.each([
		['its own key', client.key, '', 'private'],
		['its own key and a passphrase that is not needed', client.key, 'abc', 'private'],
		['its encrypted key', clientEncrypted.key, clientEncrypted.passphrase, 'private'],
		['no passphrase', clientEncrypted.key, '', 'passphraseMissing'],
		['a wrong passphrase', clientEncrypted.key, 'wrong', 'passphraseWrong'],
		["another's key", foreignClient.key, '', 'private'],
		['a broken key', client.key.replace(/\n[A-Za-z0-9+/]{20}/, '\n'), '', 'noKey'],
		['a key encrypted with DES', outdated('des'), 'secret', 'outdatedEncryption'],
		['an old key encrypted with DES', outdated('legacyDes'), 'secret', 'outdatedEncryption'],
		['a key encrypted with MD5 and DES', ENCRYPTED_KEYS.md5Des, 'secret', 'outdatedEncryption'],
		['a key encrypted with RC2', ENCRYPTED_KEYS.rc2, 'secret', 'outdatedEncryption'],
		['a key encrypted with triple DES', ENCRYPTED_KEYS.tripleDes, 'secret', 'private'],
	])('are opened with %s', (_name, key, passphrase, expected) => {
		const [block] = pemBlocks(key);
		const opened = block && openKey(block, passphrase);
		expect(typeof opened === 'object' ? opened.type : opened).toBe(expected);
	});
});
