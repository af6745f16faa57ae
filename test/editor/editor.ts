/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js beside n8n, never inside it */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';

import { PROJECT } from '../lab/folders';
import type { N8n } from '../lab/n8n';

const IMAGES = join(PROJECT, 'docs/images');

/** n8n's editor as a person uses it. */
export class Editor {
	private constructor(readonly page: Page) {}

	static async login(
		browser: Browser,
		{ url, owner }: N8n,
		theme: 'light' | 'dark' = 'light',
	): Promise<Editor> {
		const context = await browser.newContext({
			baseURL: url,
			colorScheme: theme,
			viewport: { width: 1600, height: 900 },
		});
		const editor = new Editor(await context.newPage());
		const { page } = editor;
		page.setDefaultTimeout(15_000);
		await page.goto('/signin');
		await page.fill('input[name=emailOrLdapLoginId]', owner.email);
		await page.fill('input[name=password]', owner.password);
		await editor.at('form-submit-button').click();
		await page.waitForURL((at) => !at.pathname.includes('signin'));
		return editor;
	}

	at(testId: string): Locator {
		return this.page.getByTestId(testId);
	}

	/** A field of the node, or of the credential. */
	field(name: string): Locator {
		return this.at(`parameter-input-${name}`);
	}

	async newWorkflow(): Promise<void> {
		await this.page.goto('/workflow/new');
		await this.at('canvas-plus-button').waitFor();
	}

	/** What the list of nodes shows for a word. */
	async findNodes(word: string): Promise<Locator> {
		if (!(await this.at('node-creator-search-bar').isVisible()))
			await this.at('node-creator-plus-button').click();
		await this.at('node-creator-search-bar').fill(word);
		return this.at('item-iterator-item');
	}

	/** Adds a node by what the list calls it, and if it has actions, one of these. */
	async addNode(name: string, action?: string): Promise<void> {
		const found = await this.findNodes(name);
		await found.filter({ hasText: name }).first().click();
		if (action) await this.at('node-creator-item-name').filter({ hasText: action }).first().click();
		await this.at('ndv').waitFor();
	}

	async choose(field: string, option: string): Promise<void> {
		await this.field(field).click();
		await this.page.locator('.el-select-dropdown__item:visible').filter({ hasText: option }).first().click();
	}

	async fill(field: string, text: string): Promise<void> {
		await this.field(field).locator('input').fill(text);
		// n8n takes a field's text over a moment after the last letter.
		await this.page.waitForTimeout(300);
	}

	/** Adds an entry to the collection 'Filters'. */
	async addFilter(name: string, text: string): Promise<void> {
		const { page } = this;
		await page.getByText('Add filter', { exact: true }).click();
		await page.locator('.el-select-dropdown__item:visible').filter({ hasText: name }).first().click();
		await this.field(name.toLowerCase()).locator('input').fill(text);
		await page.waitForTimeout(300);
	}

	/** Saves and tests the credential in the form. @returns what the form then says */
	async testCredential(): Promise<{ isGreen: boolean; words: string }> {
		const { page } = this;
		const green = page.locator('[data-test-id=credentials-config-container-test-success]:visible');
		const red = page.locator(':text("Couldn’t connect with these settings"):visible');
		const tested = page.waitForResponse((answer) => answer.url().endsWith('/rest/credentials/test'));
		await this.at('credential-save-button').click();
		await tested;
		// n8n closes the form by itself when all is well.
		const closed = page.locator('body:not(:has([data-test-id=editCredential-modal]))');
		await green.or(red).or(closed).first().waitFor();
		if ((await red.count()) === 0) return { isGreen: true, words: '' };
		const more = page.getByText('More details');
		if (await more.isVisible()) await more.click();
		return { isGreen: false, words: await this.at('node-credentials-config-container').innerText() };
	}

	/** Runs the open node and waits for its output. */
	async executeStep(): Promise<void> {
		await this.at('node-execute-button').click();
		await this.at('output-panel').getByTestId('ndv-items-count').waitFor();
	}

	async show(mode: 'Table' | 'JSON' | 'Schema'): Promise<string> {
		await this.at('output-panel').getByTestId(`radio-button-${mode.toLowerCase()}`).click();
		return await this.at('output-panel').innerText();
	}

	async closeNode(): Promise<void> {
		await this.at('ndv-close-button').click();
	}

	/** How wide a picture came out; 0 for one that is broken. */
	async iconWidth(where: Locator): Promise<number> {
		return await where
			.locator('img')
			.first()
			.evaluate((icon) => (icon as unknown as { naturalWidth: number }).naturalWidth);
	}

	/** A picture for README, if pictures are wanted. */
	async picture(name: string): Promise<void> {
		if (process.env.PICTURES === undefined) return;
		mkdirSync(IMAGES, { recursive: true });
		await this.page.waitForTimeout(700);
		await this.page.addStyleTag({ content: '.el-notification { display: none !important; }' });
		await this.page.mouse.move(0, 0);
		await this.page.screenshot({ path: join(IMAGES, `${name}.png`), animations: 'disabled' });
	}
}
