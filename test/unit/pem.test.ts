import fc from 'fast-check';

import { checkKey, readCertificates, repairPem } from '../../nodes/shared/client/pem';
import { certificates } from '../platform/certificates';

const { ca, client, clientEncrypted, foreignClient } = certificates();

/** What can stand where a line break was. */
const damage = fc.constantFrom(' ', '', '  ', '\n', '\r\n', '\\n', '\\r\\n', '\t', '\r', ' \n ', '\n\n');

const normal = (pem: string) => pem.trim().replace(/\r/g, '');

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
				expect(repairPem(pasted)?.trim()).toBe(normal(pem));
			}),
		);
	});

	it('keeps its text around out and its headers in', () => {
		const old = [
			'-----BEGIN RSA PRIVATE KEY-----',
			'Proc-Type: 4,ENCRYPTED',
			'DEK-Info: AES-256-CBC,0123456789ABCDEF',
			'',
			'QUJD',
			'-----END RSA PRIVATE KEY-----',
		].join('\n');
		expect(repairPem(`Bag Attributes ${old.replace(/\n/g, ' ')} the end`)).toBe(`${old}\n`);
	});

	it.each([
		'',
		'abc',
		'-----BEGIN CERTIFICATE-----',
		'-----BEGIN CERTIFICATE----------END CERTIFICATE-----',
		'-----BEGIN CERTIFICATE-----a!b-----END CERTIFICATE-----',
		'-----BEGIN CERTIFICATE-----QUJD-----END PRIVATE KEY-----',
	])('that is %p is told to be none', (pasted) => {
		expect(repairPem(pasted)).toBeUndefined();
	});
});

describe('Certificates and keys', () => {
	it('are read one by one from a chain', () => {
		expect(readCertificates(`${client.cert}${ca}`)?.map(({ subject }) => subject)).toEqual([
			'CN=client',
			'CN=Stand-in CA',
		]);
	});

	it('are none when one of them cannot be read', () => {
		const bad = '-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----';
		expect(readCertificates(`${ca}${bad}`)).toBeUndefined();
		expect(readCertificates('')).toBeUndefined();
	});

	it.each([
		['its own key', client.key, '', 'ok'],
		['its own key and a passphrase that is not needed', client.key, 'abc', 'ok'],
		['its encrypted key', clientEncrypted.key, clientEncrypted.passphrase, 'ok'],
		['no passphrase', clientEncrypted.key, '', 'passphraseMissing'],
		['a wrong passphrase', clientEncrypted.key, 'wrong', 'passphraseWrong'],
		["another's key", foreignClient.key, '', 'otherCertificate'],
		['a certificate for a key', client.cert, '', 'notAKey'],
		['a broken key', client.key.replace(/\n[A-Za-z0-9+/]{20}/, '\n'), '', 'notAKey'],
	])('are checked with %s', (_name, key, passphrase, expected) => {
		const [leaf] = readCertificates(client.cert) ?? [];
		expect(leaf && checkKey(key, passphrase, leaf)).toBe(expected);
	});
});
