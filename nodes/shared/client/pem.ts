import { createPrivateKey, X509Certificate, type KeyObject } from 'crypto';

/** One block of a PEM text, repaired. */
export interface PemBlock {
	/** For example `CERTIFICATE`. */
	label: string;
	pem: string;
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g;

/** The headers of an old encrypted key: the cipher, and its initialization vector in hexadecimal digits. */
const HEADERS = /Proc-Type:\s*4,\s*ENCRYPTED\s*DEK-Info:\s*([A-Z0-9-]+?),\s*([0-9A-Fa-f]+)/;

/**
 * The blocks of a PEM text, in order. Repairs what lost its line breaks: n8n's password inputs are single-line, so a
 * pasted block arrives with blanks, the two characters `\n`, or nothing where its line breaks were. Blocks that can't be
 * repaired are left out.
 */
export function pemBlocks(pasted: string): PemBlock[] {
	const text = pasted.replace(/\\r/g, '').replace(/\\n/g, '\n');
	return [...text.matchAll(BLOCK)].flatMap(([, label = '', content = '']) => {
		const { headers, base64 } = splitHeaders(content);
		if (base64 === '' || /[^A-Za-z0-9+/=]/.test(base64)) return [];
		const lines = [...headers, ...(base64.match(/.{1,64}/g) ?? [])];
		return [{ label, pem: `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n` }];
	});
}

function splitHeaders(content: string): { headers: string[]; base64: string } {
	const found = HEADERS.exec(content);
	const [header = '', cipher = '', digits = ''] = found ?? [];
	// Without a line break the first digits of the key may look like more of the vector: its length follows from the cipher.
	const iv = digits.slice(0, /^(AES|ARIA|CAMELLIA|SEED|SM4)/.test(cipher) ? 32 : 16);
	const end = (found?.index ?? 0) + header.length - (digits.length - iv.length);
	const headers = found ? ['Proc-Type: 4,ENCRYPTED', `DEK-Info: ${cipher},${iv}`, ''] : [];
	return { headers, base64: content.slice(end).replace(/\s+/g, '') };
}

/** The certificates among the blocks; undefined if there are none, or one of them can't be read. */
export function readCertificates(blocks: PemBlock[]): X509Certificate[] | undefined {
	const found = blocks.filter(({ label }) => label.endsWith('CERTIFICATE'));
	try {
		return found.length > 0 ? found.map(({ pem }) => new X509Certificate(pem)) : undefined;
	} catch {
		return undefined;
	}
}

export type KeyTrouble = 'noKey' | 'passphraseMissing' | 'passphraseWrong' | 'outdatedEncryption';

/** Opens a private key with its passphrase, or says why that is not possible. */
export function openKey({ pem }: PemBlock, passphrase: string): KeyObject | KeyTrouble {
	const isEncrypted = pem.includes('ENCRYPTED');
	if (isEncrypted && isOutdated(pem)) return 'outdatedEncryption';
	if (isEncrypted && passphrase === '') return 'passphraseMissing';
	try {
		return createPrivateKey({ key: pem, format: 'pem', ...(isEncrypted ? { passphrase } : {}) });
	} catch {
		return isEncrypted ? 'passphraseWrong' : 'noKey';
	}
}

/**
 * Encryption that OpenSSL 3 no longer opens, as object identifiers in hexadecimal digits (DER). OpenSSL itself reports a
 * wrong passphrase and these with the same words.
 */
const OUTDATED_IDS = new RegExp(
	[
		'06092a864886f70d01050[1346ab]', // PKCS #5 version 1: 1.2.840.113549.1.5, with DES or RC2
		'060a2a864886f70d010c010[1256]', // PKCS #12: 1.2.840.113549.1.12.1, with RC2 or RC4
		'06052b0e03020[6-9]', // single DES: 1.3.14.3.2
		'06082a864886f70d030[24]', // RC2 and RC4: 1.2.840.113549.3
		'06092b0601040197550102', // Blowfish: 1.3.6.1.4.1.3029.1.2
		'06092a864886f67d07420a', // CAST5: 1.2.840.113533.7.66.10
		'06082a831a8c9a44010[3-6]', // SEED: 1.2.410.200004.1
	].join('|'),
);

function isOutdated(pem: string): boolean {
	const cipher = /DEK-Info: ([A-Z0-9-]+)/.exec(pem)?.[1];
	if (cipher !== undefined) return /^(DES-(CBC|ECB|CFB|OFB)|DESX|RC2|RC4|IDEA|BF|CAST5|SEED)/.test(cipher);
	const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
	// What says how a key is encrypted stands at its beginning.
	return OUTDATED_IDS.test(der.subarray(0, 128).toString('hex'));
}
