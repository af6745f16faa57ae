import type { IDataObject, INodeExecutionData, IRun, ITaskData } from 'n8n-workflow';

/** What a workflow's run left behind. */
export class RunData {
	constructor(readonly run: IRun) {}

	/** The JSON of a node's items, of its last run and the given output. */
	items(node: string, output = 0): IDataObject[] {
		return this.executionData(node, output).map(({ json }) => json);
	}

	/** With `pairedItem` and `error`. */
	executionData(node: string, output = 0): INodeExecutionData[] {
		return this.taskData(node)?.data?.main?.[output] ?? [];
	}

	/** The message with which a node, or the workflow, stopped. */
	errorMessage(node?: string): string | undefined {
		const { error } = node ? (this.taskData(node) ?? {}) : this.run.data.resultData;
		return error?.message;
	}

	/** How long a node took, in milliseconds, as n8n notes it. */
	time(node: string): number | undefined {
		return this.taskData(node)?.executionTime;
	}

	private taskData(node: string): ITaskData | undefined {
		return this.run.data.resultData.runData[node]?.at(-1);
	}
}

/** n8n prints the run as indented JSON, among lines of its log. */
export function parseRun(output: string): RunData | undefined {
	const start = /^\{$/m.exec(output);
	if (!start) return undefined;
	const json = output.slice(start.index);
	const end = /^\}$/m.exec(json);
	return end ? new RunData(JSON.parse(json.slice(0, end.index + 1)) as IRun) : undefined;
}
