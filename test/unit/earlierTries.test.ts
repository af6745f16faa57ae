import type { IExecuteFunctions } from 'n8n-workflow';

import { isDone } from '../../nodes/shared/items/earlierTries';

it('A job without an earlier try costs no question to n8n, of which each takes tens of microseconds', () => {
	const getWorkflowDataProxy = jest.fn();
	const context = { getWorkflowDataProxy } as unknown as IExecuteFunctions;
	expect(isDone(context, undefined)).toBe(false);
	expect(getWorkflowDataProxy).not.toHaveBeenCalled();
});
