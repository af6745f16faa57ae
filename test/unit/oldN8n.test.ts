import type { IExecuteFunctions } from 'n8n-workflow';

import { forEachTarget } from '../../nodes/shared/items/forEachTarget';

it('An n8n that is too old is told in one sentence, before anything is done', async () => {
	const prepare = jest.fn();
	const context: Partial<IExecuteFunctions> = {
		getInputData: () => [{ json: {} }],
		continueOnFail: () => true,
		getContext: () => ({}),
		getWorkflowDataProxy: () => ({ $runIndex: 0 }) as never,
	};
	const loop = { prepare, read: prepare, keyOf: String, nameOf: String, words: { targets: '', done: '' } };
	const items = await forEachTarget(context as IExecuteFunctions, loop);
	expect(items).toEqual([
		{
			json: {
				error: expect.stringContaining('too old for this node'),
				message: 'Update n8n to 2.20 or later.',
			},
			pairedItem: { item: 0 },
		},
	]);
	expect(prepare).not.toHaveBeenCalled();
});
