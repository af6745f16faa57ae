import { ExecuteContext } from 'n8n-core';
import { createRunExecutionData, type INodeExecutionData } from 'n8n-workflow';

import { additionalDataFor, IotCommandRevoke, nodeUnderTest, workflowOf, type RunOptions } from './engine';
import { fakeTime } from './fakeTime';

type ToolCall = { items: INodeExecutionData[]; stopped?: { message: string } };

/**
 * Runs the node as n8n does it for an AI agent: again and again in one execution, each time with the next run index,
 * whether it is another call or another try of the same one.
 */
export async function runAsTool(options: RunOptions, times: number): Promise<ToolCall[]> {
	const node = nodeUnderTest(options);
	const workflow = workflowOf([node], {}, {});
	const data = createRunExecutionData({});
	const items = (options.items ?? [{}]).map((json): INodeExecutionData => ({ json }));
	const calls: ToolCall[] = [];
	await workflow.expression.acquireIsolate();
	for (let runIndex = 0; runIndex < times; runIndex += 1) {
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
