import type { IExecuteFunctions } from 'n8n-workflow';

import { runOperation } from '../../nodes/shared/items/runOperation';

it.each<[string, unknown]>([
	['an error', new Error('It broke')],
	['an object with a message', { message: 'It broke' }],
	['a text', 'It broke'],
])('%s that is thrown while an item is read is told by its text', async (_what, thrown) => {
	const context = {
		getInputData: () => [{ json: {} }],
		getNode: () => ({ type: 'revoke' }),
		getContext: () => context,
		getExecutionCancelSignal: () => undefined,
		continueOnFail: () => true,
		addExecutionHints: () => {},
	};
	const items = await runOperation(context as unknown as IExecuteFunctions, {
		words: { targets: '', done: '' },
		read: () => {
			throw thrown;
		},
		nameOf: String,
		work: () => ({ job: jest.fn() }),
	});
	expect(items.map(({ json }) => json.error)).toEqual(['The node had an internal error: It broke [item 0]']);
});
