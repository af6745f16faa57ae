/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs in Node.js beside n8n, never inside it */
import type { N8n } from './n8n';

export interface ExecutionState {
	id: string;
	/** `new`, `running`, `waiting`, `success`, `error`, `canceled` or `crashed`. */
	status: string;
}

/** The executions of a workflow that a running n8n knows, the newest first, 100 at the most. */
export async function executionsOf(n8n: N8n, workflowId: string): Promise<ExecutionState[]> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId }));
	const { status, body } = await n8n.rest('GET', `/rest/executions?limit=100&filter=${filter}`);
	if (status !== 200) throw new Error(`n8n lists no executions: ${status} ${JSON.stringify(body)}`);
	return (body as { data: { results: ExecutionState[] } }).data.results;
}

export function isOver({ status }: ExecutionState): boolean {
	return !['new', 'running', 'waiting'].includes(status);
}

/** Calls a webhook of a workflow that was activated. n8n answers an activation a moment before its webhooks are there. */
export async function callWebhook(n8n: N8n, path: string): Promise<void> {
	for (let tries = 1; ; tries += 1) {
		const answer = await fetch(`${n8n.url}/webhook/${path}`);
		if (answer.ok) return;
		if (answer.status !== 404 || tries === 20) {
			throw new Error(`The webhook answers ${answer.status}: ${await answer.text()}`);
		}
		await new Promise((resolve) => setTimeout(resolve, 250));
	}
}
