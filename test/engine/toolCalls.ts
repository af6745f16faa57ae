import { ExecuteContext } from 'n8n-core';
import { createRunExecutionData, type IDataObject, type INodeExecutionData } from 'n8n-workflow';

import { additionalDataFor, IotCommandRevoke, nodeUnderTest, workflowOf, type RunOptions } from './engine';
import { fakeTime } from './fakeTime';

type ToolCall = { items: INodeExecutionData[]; stopped?: { message: string } };

/**
 * Runs the node as n8n does it for an AI agent: again and again in one execution, each time with the next run index,
 * whether it is another call or another try of the same one.
 * @param inputs the items of each time
 */
export async function runAsTool(
	options: Omit<RunOptions, 'items'>,
	inputs: IDataObject[][],
): Promise<ToolCall[]> {
	const node = { ...nodeUnderTest(options), type: 'revokeTool' };
	const workflow = workflowOf([node], {}, { revokeTool: new IotCommandRevoke() });
	const data = createRunExecutionData({});
	const calls: ToolCall[] = [];
	await workflow.expression.acquireIsolate();
	for (const [runIndex, input] of inputs.entries()) {
		const items = input.map((json): INodeExecutionData => ({ json }));
		const context = new ExecuteContext(
			workflow,
			node,
			additionalDataFor(options.credential),
			'manual',
			data,
			runIndex,
			items,
			{ main: [items] },
			{ data: { main: [items] }, node, source: null },
			[],
		);
		const call = Promise.resolve(new IotCommandRevoke().execute?.call(context));
		const made = fakeTime.isInstalled ? fakeTime.run(call) : call;
		calls.push(
			await made.then(
				(output) => ({ items: Array.isArray(output) ? (output[0] ?? []) : [] }),
				(thrown: Error) => ({ items: [], stopped: { message: thrown.message } }),
			),
		);
	}
	await workflow.expression.releaseIsolate();
	return calls;
}
