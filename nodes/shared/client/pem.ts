import { createPrivateKey, X509Certificate } from 'crypto';

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g;

/**
 * Repairs PEM text that lost its line breaks: n8n's password inputs are single-line, so a pasted block arrives with
 * blanks or the two characters `\n` where its line breaks were. Several blocks in one text are kept in order.
 * @returns the text as PEM with 64 characters a line, or undefined if it holds no complete block
 */
export function repairPem(pasted: string): string | undefined {
	const text = pasted.replace(/\\r/g, '').replace(/\\n/g, '\n');
	const blocks: string[] = [];
	for (const [, label = '', content = ''] of text.matchAll(BLOCK)) {
		// Old encrypted keys carry headers ("Proc-Type: 4,ENCRYPTED") before the base64, each on a line of its own.
		const headers = [...content.matchAll(/(Proc-Type: *\S+|DEK-Info: *\S+)/g)].map(([header]) => header);
		const base64 = content.replace(/(Proc-Type: *\S+|DEK-Info: *\S+)/g, '').replace(/\s+/g, '');
		if (base64 === '' || /[^A-Za-z0-9+/=]/.test(base64)) return undefined;
		const lines = base64.match(/.{1,64}/g) ?? [];
		const head = headers.length > 0 ? [...headers, ''] : [];
		blocks.push([`-----BEGIN ${label}-----`, ...head, ...lines, `-----END ${label}-----`].join('\n'));
	}
	return blocks.length > 0 ? `${blocks.join('\n')}\n` : undefined;
}

/** The certificate blocks of a PEM text, each parsed; undefined if one of them is no certificate. */
export function readCertificates(pem: string): X509Certificate[] | undefined {
	try {
		const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
		return blocks.length > 0 ? blocks.map((block) => new X509Certificate(block)) : undefined;
	} catch {
		return undefined;
	}
}

export type KeyCheck = 'ok' | 'notAKey' | 'passphraseMissing' | 'passphraseWrong' | 'otherCertificate';

/** Whether a private key can be opened with the passphrase and belongs to the certificate. */
export function checkKey(pem: string, passphrase: string, certificate: X509Certificate): KeyCheck {
	const encrypted = /ENCRYPTED/.test(pem);
	if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) return 'notAKey';
	if (encrypted && passphrase === '') return 'passphraseMissing';
	try {
		const key = createPrivateKey({ key: pem, format: 'pem', ...(encrypted ? { passphrase } : {}) });
		return certificate.checkPrivateKey(key) ? 'ok' : 'otherCertificate';
	} catch {
		return encrypted ? 'passphraseWrong' : 'notAKey';
	}
}
