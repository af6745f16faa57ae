import type { IExecuteFunctions } from 'n8n-workflow';

import { runOperation } from '../../nodes/shared/items/runOperation';

it('An n8n that is too old is reported in one sentence, before anything is done', async () => {
	const read = jest.fn();
	const context: Partial<IExecuteFunctions> = {
		getInputData: () => [{ json: {} }],
		continueOnFail: () => true,
	};
	const words = { targets: '', done: '' };
	const items = await runOperation(context as IExecuteFunctions, { read, nameOf: String, words, work: read });
	expect(items).toEqual([
		{
			json: {
				error: expect.stringContaining('too old for this node'),
				message: 'Update n8n to 2.20 or later.',
			},
			pairedItem: { item: 0 },
		},
	]);
	expect(read).not.toHaveBeenCalled();
});
