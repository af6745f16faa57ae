/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs in Node.js beside n8n, never inside it */
import { readTexts, storePicture } from './pictureTexts';
import { SCENES } from './pictures';
import { setStage, type Stage } from './stage';

/** Plays what the pictures of the docs show. With `PICTURES` set (`npm run screenshots`) it takes them again. */

let stage: Stage;

beforeAll(async () => {
	stage = await setStage();
});

afterAll(async () => await stage?.close());

it.each(Object.entries(SCENES))('%s shows what is on the picture', async (name, play) => {
	const { cut, texts } = await play(stage);
	const picture = await stage.editor.picture(cut);
	if (process.env.PICTURES === undefined) {
		const { sha256, ...stored } = readTexts()[name] ?? { sha256: undefined };
		expect(sha256).toBeDefined();
		expect(texts).toEqual(stored);
	} else {
		storePicture(name, picture, texts);
	}
});
