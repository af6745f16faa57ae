import type { Locator } from 'playwright-core';

/** What stands for the value of a password. */
export const SECRET_SHOWN = '•••';
/** A field of a node, or of a credential. */
export const FIELD =
	'[data-test-id=input-label]:visible, [data-test-id=credential-connection-parameter]:visible';

/**
 * What a form shows, a line for each field: its label, its value and, `withChoices`, what one can choose. What a collection
 * holds stands below it, indented.
 */
export async function formLines(form: Locator, withChoices: boolean): Promise<string[]> {
	const lines: string[] = [];
	// The last one of the credential is n8n's own.
	const own = form.locator(FIELD).filter({ hasNotText: 'Allowed HTTP Request Domains' });
	for (const field of await own.all()) {
		const [label] = (await field.locator('label').first().innerText()).split('\n');
		const isInCollection =
			(await field.locator('xpath=ancestor::*[@data-test-id="parameter-item"]').count()) > 1;
		lines.push(`${isInCollection ? '\t' : ''}${label ?? ''}${await valueOf(field, withChoices)}`);
	}
	return lines;
}

async function valueOf(field: Locator, withChoices: boolean): Promise<string> {
	const inputs = field.locator('input');
	// A collection has none of its own.
	if ((await inputs.count()) === 0) return '';
	if ((await field.getByRole('switch').count()) > 0) return (await inputs.isChecked()) ? ': on' : ': off';
	const several = await field.locator('.el-tag').allInnerTexts();
	const value = several.length > 0 ? several.join(', ') : await inputs.first().inputValue();
	const select = field.locator('.el-select').first();
	if (value !== '' && (await inputs.first().getAttribute('type')) === 'password') return `: ${SECRET_SHOWN}`;
	if (!withChoices || (await select.count()) === 0) return `: ${value}`;
	return `: ${value} (${(await choicesIn(select)).join(' | ')})`;
}

/** The names in a drop-down list. */
async function choicesIn(select: Locator): Promise<string[]> {
	const options = select.page().locator('.el-select-dropdown__item:visible');
	// Beside the crosses that take a choice away.
	const position = { x: 4, y: 4 };
	await select.click({ position });
	await options.first().waitFor();
	const texts = await options.allInnerTexts();
	await select.click({ position });
	await options.first().waitFor({ state: 'hidden' });
	// Below its name an option may have a description.
	return texts.map((text) => text.split('\n')[0] ?? '');
}
