/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js beside n8n, never inside it */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeParameters } from 'n8n-workflow';

import { PROJECT } from '../lab/folders';

/**
 * What the pictures of the docs show, in words: it stands beside them, and a unit test compares it with the descriptions of
 * the nodes. So a picture that has become stale is noticed without a browser.
 */

export const IMAGES = join(PROJECT, 'docs/images');
const FILE = join(IMAGES, 'pictures.json');

/** A node on the canvas. */
export interface ShownNode {
	name: string;
	subtitle: string;
}

export interface PictureTexts {
	/** The name of the node, or of the credential, whose form is shown. */
	of?: string;
	/** What the form was filled with. */
	parameters?: INodeParameters;
	/** The fields of the form with their values; those of a collection are indented. */
	fields?: string[];
	/** What the form says between its fields. */
	notices?: string[];
	/** The head of the table with the items. */
	columns?: string[];
	/** Of this package. */
	nodes?: ShownNode[];
	/** Other words that have to be seen. */
	words?: string[];
}

export type StoredTexts = PictureTexts & {
	/** Of the picture that was taken with these words. */
	sha256: string;
};

export function readTexts(): Record<string, StoredTexts> {
	return JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, StoredTexts>;
}

export function storePicture(name: string, picture: Buffer, texts: PictureTexts): void {
	writeFileSync(join(IMAGES, `${name}.png`), picture);
	const all = { ...readTexts(), [name]: { ...texts, sha256: sha256(picture) } };
	const sorted = Object.entries(all).sort(([a], [b]) => a.localeCompare(b));
	writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(sorted), undefined, '\t')}\n`);
}

export function sha256(picture: Buffer): string {
	return createHash('sha256').update(picture).digest('hex');
}
