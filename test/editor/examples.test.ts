/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js beside n8n, never inside it */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { PROJECT } from '../lab/folders';
import type { WorkflowToImport } from '../lab/n8n';
import { setStage, type Stage } from './stage';

/** The notes of the examples, as a person sees them on the canvas. */

const FOLDER = join(PROJECT, 'examples');
const examples = readdirSync(FOLDER).map(
	(file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as WorkflowToImport,
);

let stage: Stage;

beforeAll(async () => {
	stage = await setStage();
	await stage.n8n.importWorkflows(examples);
});

afterAll(async () => await stage?.close());

it.each(examples)('the note of "$name" shows its whole text, and little more', async ({ id }) => {
	const { editor } = stage;
	await editor.openWorkflow(id);
	const note = editor.at('sticky').first();
	await note.waitFor();
	const { room, text } = await note.evaluate((element) => {
		const { top, height } = element.getBoundingClientRect();
		const ends = [...element.querySelectorAll('h2, p, li')].map(
			(part) => part.getBoundingClientRect().bottom,
		);
		// The canvas may be zoomed.
		const scale = height / element.clientHeight;
		return { room: element.clientHeight, text: (Math.max(...ends) - top) / scale };
	});
	expect(text).toBeLessThanOrEqual(room);
	expect(text).toBeGreaterThan(room - 50);
});
