import type { Browser, Locator, Page } from 'playwright-core';

import { chosenVersion, N8N_VERSIONS } from '../lab/installation';
import type { N8n } from '../lab/n8n';
import { rectangleOf, type Cut } from './cut';
import { FIELD, formLines } from './formLines';

const LIST_ENTRY = '[data-test-id=rlc-item]:visible';
const LIST_ERROR = '[data-test-id=rlc-error-container]:visible';

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
			viewport: { width: 1600, height: 1300 },
			deviceScaleFactor: 1.5,
		});
		// n8n shows new users a tip about pinning, which covers a trigger's first items.
		await context.addInitScript("localStorage.setItem('N8N_PIN_DATA_DISCOVERY_NDV', 'true')");
		const editor = new Editor(await context.newPage());
		const { page } = editor;
		page.setDefaultTimeout(60_000);
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

	async openWorkflow(id: string): Promise<void> {
		await this.page.goto(`/workflow/${id}`);
		await this.at('canvas-node').first().waitFor();
	}

	canvasNode(name: string): Locator {
		return this.page.locator(`[data-test-id=canvas-node][data-node-name="${name}"]`);
	}

	/** What the connections on the canvas say of the items that went over them, once so many of them say it. */
	async itemCounts(connections: number): Promise<string[]> {
		const labels = this.page.locator('[data-test-id=edge-label]:visible').filter({ hasText: /\S/ });
		await labels.nth(connections - 1).waitFor();
		return (await labels.allInnerTexts()).map((text) => text.trim());
	}

	/** Opens a node of a workflow that was imported. */
	async openNode(workflowId: string, name: string): Promise<void> {
		await this.openWorkflow(workflowId);
		await this.canvasNode(name).dblclick();
		await this.at('node-parameters').waitFor();
	}

	async newWorkflow(): Promise<void> {
		await this.page.goto('/workflow/new');
		await this.at('canvas-plus-button').waitFor();
	}

	/** What the list of nodes shows for a word, and nothing of what it showed before. */
	async findNodes(word: string): Promise<Locator> {
		const search = this.at('node-creator-search-bar');
		if (!(await search.isVisible())) await this.at('node-creator-plus-button').click();
		await search.fill('no node has such a name');
		await this.at('node-creator-no-results').waitFor();
		await search.fill(word);
		return this.at('item-iterator-item');
	}

	/** The one that the list of nodes has by this name, when it is searched for a word. */
	async findNode(name: string, word = name): Promise<Locator> {
		const called = this.at('node-creator-item-name').getByText(name, { exact: true });
		const found = (await this.findNodes(word)).filter({ has: called });
		await found.waitFor();
		return found;
	}

	/** Opens a node in the list of nodes. @returns the names of all that it offers, n8n's own proposals too */
	async openActions(name: string): Promise<Locator> {
		const entry = await this.findNode(name);
		await entry.click();
		const actions = this.at('node-creator-category-item').filter({ hasText: 'Actions (' });
		await actions.waitFor();
		// Those of a node that also has a trigger are folded.
		if (!(await this.page.getByText('Actions need to be triggered').isVisible())) await actions.click();
		await this.page.getByText('Actions need to be triggered').waitFor();
		// The list slides out of the way.
		await entry.waitFor({ state: 'detached' });
		return this.at('node-creator-item-name');
	}

	/** Adds a node by what the list calls it, and if it has actions, one of these. */
	async addNode(name: string, action?: string): Promise<void> {
		if (action === undefined) {
			await (await this.findNode(name)).click();
			await this.page.getByText('Add to workflow').click();
		} else {
			await (await this.openActions(name)).getByText(action, { exact: true }).click();
		}
		await this.at('ndv').waitFor();
	}

	/** Opens the form of a new credential from the node that is open. */
	async newCredential(): Promise<void> {
		// The whole of it is the button in n8n 2.41, and only a part of it in 2.20.
		const invitation = this.at('node-credentials-empty-state');
		const button = invitation.getByRole('button');
		await invitation.waitFor();
		await ((await button.count()) > 0 ? button : invitation).click();
		await this.field('server').waitFor();
	}

	async choose(field: string, option: string): Promise<void> {
		await this.field(field).click();
		await this.page.locator('.el-select-dropdown__item:visible').filter({ hasText: option }).first().click();
	}

	async chooseCredential(name: string): Promise<void> {
		await this.at('node-credentials-select').click();
		const called = this.page.getByText(name, { exact: true });
		await this.page.locator('.el-select-dropdown__item:visible').filter({ has: called }).click();
	}

	/** Opens the list of a resource locator. @returns its entries, or in one text why there are none */
	async openList(field: string): Promise<string[]> {
		const shown = this.page.locator(LIST_ENTRY).or(this.page.locator(LIST_ERROR));
		await this.field(field).getByTestId('rlc-input').click();
		await shown.first().waitFor();
		return await shown.allInnerTexts();
	}

	async closeList(): Promise<void> {
		await this.at('output-panel').click({ position: { x: 5, y: 5 } });
		await this.page.locator(LIST_ERROR).waitFor({ state: 'hidden' });
	}

	/** Chooses in a resource locator. */
	async pick(field: string, entry: string): Promise<void> {
		await this.openList(field);
		await this.page.locator(LIST_ENTRY).filter({ hasText: entry }).click();
	}

	async fill(field: string, text: string): Promise<void> {
		await this.field(field).locator('input').fill(text);
		// n8n takes a field's text over a moment after the last letter.
		await this.page.waitForTimeout(300);
	}

	/** Names in a resource locator what is not chosen from its list. */
	async enter(field: string, mode: 'By ID' | 'By Name', text: string): Promise<void> {
		await this.field(field).getByTestId('rlc-mode-selector').click();
		await this.page.locator('.el-select-dropdown__item:visible').filter({ hasText: mode }).click();
		await this.field(field).getByTestId('rlc-input').fill(text);
		await this.page.waitForTimeout(300);
	}

	/** Adds an entry to the collection 'Filters'. */
	async addFilter(name: string, text: string): Promise<void> {
		await this.page.getByPlaceholder('Add filter').click();
		await this.at('collection-parameter-option').filter({ hasText: name }).locator('visible=true').click();
		await this.fill(name.toLowerCase(), text);
	}

	/** Adds every entry that the collections of a form offer. */
	async addEverything(form: Locator): Promise<void> {
		const offers = form.getByTestId('collection-parameter-add');
		await offers.first().waitFor();
		while ((await offers.count()) > 0) {
			const shown = await form.locator(FIELD).count();
			await offers.first().click();
			await this.at('collection-parameter-option').locator('visible=true').first().click();
			await form.locator(FIELD).nth(shown).waitFor();
		}
	}

	/**
	 * What a form shows, a line for each field: its label, its value and, where one chooses, the choices. What a collection
	 * holds stands below it, indented.
	 */
	async fields(form: Locator): Promise<string[]> {
		return await formLines(form, true);
	}

	/** The same without the choices. */
	async shownFields(form: Locator): Promise<string[]> {
		return await formLines(form, false);
	}

	/** Saves and tests the credential in the form. @returns what the banner in the form then says */
	async testCredential(): Promise<{ isGreen: boolean; words: string }> {
		const { page } = this;
		const green = page.locator('[data-test-id=credentials-config-container-test-success]:visible');
		const red = page.locator('.el-tag:visible', { hasText: 'Couldn’t connect with these settings' });
		const tested = page.waitForResponse((answer) => answer.url().endsWith('/rest/credentials/test'));
		await this.at('credential-save-button').click();
		await tested;
		const form = this.at('editCredential-modal');
		const closed = page.locator('body:not(:has([data-test-id=editCredential-modal]))');
		await green.or(red).or(closed).first().waitFor();
		if ((await red.count()) === 0) {
			// When all is well n8n 2.41 closes the form by itself, 2.20 leaves it open.
			if (chosenVersion() !== N8N_VERSIONS[0]) await form.locator('.el-dialog__headerbtn').click();
			await form.waitFor({ state: 'detached' });
			return { isGreen: true, words: '' };
		}
		const more = red.getByText('More details');
		if (await more.isVisible()) await more.click();
		return { isGreen: false, words: await red.innerText() };
	}

	/** Runs the open node and waits for its output. */
	async executeStep(): Promise<void> {
		await this.at('node-execute-button').click();
		await this.at('output-panel').getByTestId('ndv-items-count').waitFor();
	}

	async show(mode: 'Table' | 'JSON'): Promise<string> {
		const output = this.at('output-panel');
		await output.getByTestId(`radio-button-${mode.toLowerCase()}`).click();
		// n8n loads what shows JSON when it is first asked for.
		await output.locator({ Table: 'table', JSON: '.vjs-tree' }[mode]).first().waitFor();
		return await output.innerText();
	}

	async closeNode(): Promise<void> {
		await this.at('ndv-close-button').click();
	}

	/** The file of this package that an icon shows. Rejects when the icon is another one or does not come out. */
	async icon(where: Locator): Promise<string> {
		const icon = where.locator('img').first();
		const source = (await icon.getAttribute('src')) ?? '';
		const [, file] = /\/icons\/n8n-nodes-huawei-iot\/dist\/(.+)$/.exec(source) ?? [];
		if (file === undefined) throw new Error(`The icon is ${source}`);
		const width = await icon.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth);
		if (width === 0) throw new Error(`${source} does not come out`);
		return file;
	}

	/** What the form of the open node says between its fields. */
	async notices(): Promise<string[]> {
		const texts = await this.at('node-parameters')
			.locator('.notice:visible, [data-test-id^=notice]:visible')
			.allInnerTexts();
		return texts.map((text) => text.trim());
	}

	outputTable(): Locator {
		return this.at('output-panel').locator('table').first();
	}

	/** Moves the form of the open node to the left edge. */
	async makeRoomForOutput(): Promise<void> {
		const handle = await this.at('panel-drag-button').boundingBox();
		if (!handle) return;
		const y = handle.y + handle.height / 2;
		await this.page.mouse.move(handle.x + handle.width / 2, y);
		await this.page.mouse.down();
		await this.page.mouse.move(0, y, { steps: 10 });
		await this.page.mouse.up();
	}

	/** The columns of the table with the output's items, from left to right. */
	async columns(): Promise<string[]> {
		const heads = await this.outputTable().locator('thead th').allInnerTexts();
		return heads.map((text) => text.trim()).filter((text) => text !== '');
	}

	/** What stands below a node on the canvas. */
	async nodeTexts(name: string): Promise<{ name: string; subtitle: string }> {
		const [title = '', subtitle = ''] = (await this.canvasNode(name).innerText()).split('\n').filter(Boolean);
		return { name: title, subtitle };
	}

	/** A picture of a part of the page, without messages of n8n over it. */
	async picture(cut: Cut): Promise<Buffer> {
		// Nor with what moves the panels.
		const content =
			'.el-notification { display: none !important; } [data-test-id=panel-drag-button] { opacity: 0 !important; }';
		await this.page.addStyleTag({ content });
		await this.page.mouse.move(0, 0);
		await this.page.waitForTimeout(700);
		const clip = await rectangleOf(cut);
		return await this.page.screenshot({ clip, animations: 'disabled' });
	}
}
