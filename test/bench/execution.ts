/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js beside n8n, never inside it */
import { setTimeout as sleep } from 'node:timers/promises';

import { callWebhook, executionsOf, isOver, type ExecutionState } from '../lab/executions';
import type { N8n } from '../lab/n8n';
import { MEASURED } from './workflows';

export interface Measured {
	/** How long the node took, as n8n itself has it, in milliseconds. */
	ms: number;
	/** When the node started, in milliseconds since 1970. */
	began: number;
	/** Items without `error`. */
	done: number;
	status: string;
}

/** Starts an active workflow by its webhook and waits for its end. */
export async function execute(n8n: N8n, workflowId: string, devices: number): Promise<ExecutionState> {
	const newest = async () => (await patiently(async () => await executionsOf(n8n, workflowId)))[0];
	const before = await newest();
	await callWebhook(n8n, `${workflowId}?devices=${devices}`);
	for (;;) {
		await sleep(500);
		const latest = await newest();
		if (latest && latest.id !== before?.id && isOver(latest)) return latest;
	}
}

/** Like `execute`, with what n8n kept of the node that is measured. */
export async function measure(n8n: N8n, workflowId: string, devices: number): Promise<Measured> {
	const { id, status } = await execute(n8n, workflowId, devices);
	const run = await n8n.executionData(id);
	const task = run.run.data.resultData.runData[MEASURED]?.at(-1);
	if (!task) throw new Error(`The execution ended with '${status}' before ${MEASURED}`);
	const items = run.executionData(MEASURED);
	const done = items.filter(({ json, error }) => json.error === undefined && error === undefined).length;
	return { ms: task.executionTime, began: task.startTime, done, status };
}

/** Thousands of calls at once leave n8n without a free connection for a while. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
	for (let tries = 1; tries < 20; tries += 1) {
		try {
			return await ask();
		} catch {
			await sleep(1000);
		}
	}
	return await ask();
}
