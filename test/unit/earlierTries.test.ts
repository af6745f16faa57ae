import type { IExecuteFunctions } from 'n8n-workflow';

import { earlierTries } from '../../nodes/shared/items/earlierTries';

it('A run without an earlier try does not ask n8n for its run index', () => {
	const getWorkflowDataProxy = jest.fn();
	const context = { getContext: () => ({}), getWorkflowDataProxy } as unknown as IExecuteFunctions;
	expect(earlierTries(context).size).toBe(0);
	expect(getWorkflowDataProxy).not.toHaveBeenCalled();
});
