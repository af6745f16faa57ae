/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js beside n8n, never inside it */
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'flatted';
import type { IRunExecutionData } from 'n8n-workflow';

import type { N8n } from '../lab/n8n';
import { MEASURED } from './workflows';

export interface Measured {
	/** How long the node took, as n8n itself has it, in milliseconds. */
	ms: number;
	/** Items without `error`. */
	done: number;
	status: string;
}

interface Stored {
	id: string;
	status: string;
	data: string;
}

/** Starts an active workflow by its webhook and waits for its end. */
export async function execute(n8n: N8n, workflowId: string, devices: number): Promise<string> {
	const before = await newest(n8n, workflowId);
	const start = async () => await fetch(`${n8n.url}/webhook/${workflowId}?devices=${devices}`);
	let answer = await start();
	// n8n answers an activation a moment before the webhook is there.
	for (let tries = 1; answer.status === 404 && tries < 20; tries += 1) {
		await sleep(250);
		answer = await start();
	}
	if (!answer.ok) throw new Error(`The webhook answers ${answer.status}: ${await answer.text()}`);
	for (;;) {
		await sleep(500);
		const latest = await newest(n8n, workflowId);
		if (latest && latest.id !== before?.id && !['new', 'running', 'waiting'].includes(latest.status)) {
			return latest.id;
		}
	}
}

/** What n8n kept of an execution about the node that is measured. */
export async function measured(n8n: N8n, executionId: string): Promise<Measured> {
	const { body } = await n8n.rest('GET', `/rest/executions/${executionId}`);
	const { data, status } = (body as { data: Stored }).data;
	const run = (parse(data) as IRunExecutionData).resultData.runData[MEASURED]?.at(-1);
	if (!run) throw new Error(`The execution ended with '${status}' before ${MEASURED}`);
	const items = run.data?.main?.[0] ?? [];
	return {
		ms: run.executionTime,
		done: items.filter(({ json, error }) => json.error === undefined && error === undefined).length,
		status,
	};
}

async function newest(n8n: N8n, workflowId: string): Promise<Stored | undefined> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId }));
	const { status, body } = await patiently(
		async () => await n8n.rest('GET', `/rest/executions?limit=1&filter=${filter}`),
	);
	if (status !== 200) throw new Error(`n8n lists no executions: ${status}`);
	return (body as { data: { results: Stored[] } }).data.results[0];
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
