/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js beside n8n, never inside it */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IDataObject } from 'n8n-workflow';

import { PROJECT } from '../lab/folders';
import type { N8n, WorkflowToImport } from '../lab/n8n';
import type { Platform } from '../platform/platform';
import { CREDENTIAL_ID } from './workflows';

export const TRIGGER = 'IoT Device Trigger';

const huaweiIotApi = { id: CREDENTIAL_ID, name: 'Platform' };
const following = (name: string) => ({ main: [[{ node: name, type: 'main', index: 0 }]] });

interface WorkflowNode {
	name: string;
	parameters: IDataObject;
	webhookId?: string;
	credentials?: object;
}

/** A workflow of the examples, with the tests' credential. */
export function example(file: string): WorkflowToImport & { nodes: WorkflowNode[] } {
	const text = readFileSync(join(PROJECT, 'examples', file), 'utf8');
	const workflow = JSON.parse(text) as WorkflowToImport & { nodes: WorkflowNode[] };
	for (const node of workflow.nodes) if (node.credentials) node.credentials = { huaweiIotApi };
	return workflow;
}

/** The trigger alone, or n8n's own Webhook node in its place. */
export function startOnly(
	id: string,
	webhookId: string,
	start: 'trigger' | 'webhook',
	parameters: IDataObject = {},
): WorkflowToImport {
	const node =
		start === 'trigger'
			? { type: 'n8n-nodes-huawei-iot.iotDeviceTrigger', typeVersion: 1.1, credentials: { huaweiIotApi } }
			: { type: 'n8n-nodes-base.webhook', typeVersion: 2.1 };
	const own = start === 'trigger' ? {} : { httpMethod: 'POST', path: webhookId, options: {} };
	return {
		id,
		name: id,
		nodes: [
			{ id: '1', name: TRIGGER, position: [0, 0], webhookId, ...node, parameters: { ...own, ...parameters } },
			{
				id: '2',
				name: 'Done',
				type: 'n8n-nodes-base.noOp',
				typeVersion: 1,
				position: [200, 0],
				parameters: {},
			},
		],
		connections: { [TRIGGER]: following('Done') },
	};
}

export interface ExecutionSummary {
	id: string;
	status: string;
	startedAt: string;
	stoppedAt: string;
}

interface ExecutionPage {
	count: number;
	results: ExecutionSummary[];
	nextCursor?: string | null;
}

async function page(
	n8n: N8n,
	filter: object,
	limit: number,
	after: Record<string, string> = {},
): Promise<ExecutionPage> {
	const query = new URLSearchParams({ filter: JSON.stringify(filter), limit: String(limit), ...after });
	const { status, body } = await n8n.rest('GET', `/rest/executions?${query.toString()}`);
	if (status !== 200) throw new Error(`n8n answered ${status}: ${JSON.stringify(body)}`);
	return (body as { data: ExecutionPage }).data;
}

/** All executions of a workflow, newest first. */
export async function executions(n8n: N8n, workflowId: string): Promise<ExecutionSummary[]> {
	const found = new Map<string, ExecutionSummary>();
	for (let after: Record<string, string> = {}; ;) {
		const { results, nextCursor } = await page(n8n, { workflowId }, 100, after);
		for (const execution of results) found.set(execution.id, execution);
		if (results.length < 100 || nextCursor === null) break;
		// n8n 2.20 knows no cursor.
		after = nextCursor ? { cursor: nextCursor } : { lastId: results.at(-1)?.id ?? '' };
	}
	return [...found.values()];
}

/** Waits until a workflow has so many executions that went well, and gives all of it. Rejects after `ms`. */
export async function finished(
	n8n: N8n,
	workflowId: string,
	wanted: number,
	ms = 30_000,
): Promise<ExecutionSummary[]> {
	for (const deadline = Date.now() + ms; ; await sleep(300)) {
		const { count } = await page(n8n, { workflowId, status: ['success'] }, 1);
		if (count >= wanted) return await executions(n8n, workflowId);
		if (Date.now() > deadline) throw new Error(`${count} of ${wanted} executions after ${ms} ms`);
	}
}

/** Waits until a workflow has had `wanted` executions and none is running, and returns all of them, newest first. */
export async function ended(n8n: N8n, workflowId: string, wanted: number): Promise<ExecutionSummary[]> {
	for (const deadline = Date.now() + 60_000; ; await sleep(300)) {
		const all = await executions(n8n, workflowId);
		const statuses = all.map(({ status }) => status);
		const isOver = statuses.every((status) => ['success', 'error', 'crashed', 'canceled'].includes(status));
		if (all.length >= wanted && isOver) return all;
		if (Date.now() > deadline) throw new Error(`${wanted} executions wanted: ${statuses.join()}`);
	}
}

/** Waits until n8n has printed `words`, which may be a moment after it answered. Rejects after 10 s. */
export async function printed(output: () => string, words: string): Promise<void> {
	for (const deadline = Date.now() + 10_000; !output().includes(words); await sleep(50)) {
		if (Date.now() > deadline) throw new Error(`n8n did not print "${words}":\n${output().slice(-4000)}`);
	}
}

/** One OFFLINE push for each of `count` devices, `perSecond` of them started in a second, not waiting for answers. */
export async function pushMany(platform: Platform, count: number, perSecond: number): Promise<void> {
	for (let index = 0; index < count; index += 1) platform.queueCommands(`device-${index}`, 0);
	const began = performance.now();
	const pushes: Array<Promise<void>> = [];
	for (let index = 0; index < count; index += 1) {
		const due = began + (index * 1000) / perSecond - performance.now();
		if (due > 0) await sleep(due);
		pushes.push(platform.setStatus(`device-${index}`, 'OFFLINE'));
	}
	await Promise.all(pushes);
}

/** Milliseconds: the middle, the 95th and 99th of a hundred, and the longest. */
export function spread(values: number[]): { median: number; p95: number; p99: number; max: number } {
	const sorted = [...values].sort((a, b) => a - b);
	const at = (part: number) => Math.round(sorted[Math.ceil(part * sorted.length) - 1] ?? NaN);
	return { median: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}
