/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js: n8n-core's engine around the compiled node */
import 'reflect-metadata';
import { parse as parseForm } from 'node:querystring';
import { HookContext, WebhookContext } from 'n8n-core';
import {
	type IDataObject,
	type INode,
	type INodeType,
	type IWebhookData,
	type IWebhookResponseData,
	type IWorkflowExecuteAdditionalData,
	type WorkflowActivateMode,
	Workflow,
} from 'n8n-workflow';

import type { CredentialStore } from './engine';
import { collectLines } from './log';

// eslint-disable-next-line @typescript-eslint/no-require-imports -- built before the tests run, unknown to the compiler
const { IotDeviceTrigger } = require('../../dist/nodes/IotDeviceTrigger/IotDeviceTrigger.node.js') as {
	IotDeviceTrigger: new () => INodeType;
};

export const WEBHOOK_ID = '3f0e9c1d-5a52-4b8e-9a0a-1d1c7f3c5b60';

/** What n8n answered to a request, and the items of the run that it started, if any. */
export interface Received {
	status: number;
	items?: IDataObject[];
}

export interface TriggerOptions {
	credential: CredentialStore;
	parameters?: IDataObject;
	/** n8n's own address; default `https://n8n.example.com`. */
	address?: string;
}

/** The compiled trigger in a workflow of n8n's, turned on and off as n8n does it. */
export class TriggerWorkflow {
	readonly type = new IotDeviceTrigger();

	/** What n8n has stored of the node's static data. */
	stored: IDataObject = {};

	readonly warnings: string[] = [];

	parameters: IDataObject;

	constructor(private readonly options: TriggerOptions) {
		this.parameters = options.parameters ?? {};
	}

	get url(): string {
		return `${this.options.address ?? 'https://n8n.example.com'}/webhook/${WEBHOOK_ID}/webhook`;
	}

	get testUrl(): string {
		return this.url.replace('/webhook/', '/webhook-test/');
	}

	/** As n8n does it: `create` unless there is everything; after a failure `delete`; then static data is saved. */
	async activate(mode: WorkflowActivateMode = 'activate'): Promise<void> {
		const workflow = this.workflow();
		const refused: unknown = await this.subscribe(workflow, mode).then(
			() => undefined,
			(error: unknown) => error,
		);
		if (refused !== undefined) {
			await this.call('delete', workflow, 'update');
			this.stored = saved(workflow);
			throw refused;
		}
		this.stored = saved(workflow);
	}

	/** n8n is killed after the subscriptions were made and before static data is saved. */
	async activateAndCrash(): Promise<void> {
		await this.subscribe(this.workflow(), 'activate');
	}

	async deactivate(): Promise<void> {
		const workflow = this.workflow();
		await this.call('delete', workflow, 'update');
		this.stored = saved(workflow);
	}

	/** 'Listen for test event': static data of its own, which is never stored. @returns what ends the listening */
	async listen(): Promise<() => Promise<void>> {
		const workflow = this.workflow({});
		await this.subscribe(workflow, 'manual', true);
		return async () => await this.call('delete', workflow, 'update', true).then(() => undefined);
	}

	/**
	 * A request to the webhook; the URL's query counts, its path does not.
	 * @param body sent as JSON; text is sent as it is
	 * @param contentType null for none
	 */
	async receive(
		callbackUrl: string,
		body: unknown,
		contentType: string | null = 'application/json',
	): Promise<Received> {
		const workflow = this.workflow();
		let status = 200;
		const response = {
			status(code: number) {
				status = code;
				return response;
			},
			json: () => response,
		};
		const query = Object.fromEntries(new URL(callbackUrl).searchParams);
		const text = typeof body === 'string' ? body : JSON.stringify(body);
		const request = Object.assign(requestOf(text, contentType), { query, headers: {}, params: {} });
		const additionalData = { ...this.additionalData(), httpRequest: request, httpResponse: response };
		await workflow.expression.acquireIsolate();
		const node = this.node(workflow);
		const context = new WebhookContext(
			workflow,
			node,
			additionalData as never,
			'webhook',
			this.webhook(additionalData as never),
			[],
			null,
		);
		collectLines(context, 'warn', this.warnings);
		const result = (await this.type.webhook?.call(context)) as IWebhookResponseData;
		await workflow.expression.releaseIsolate();
		this.stored = saved(workflow);
		const items = result.workflowData?.[0]?.map(({ json }) => json);
		return { status, ...(items ? { items } : {}) };
	}

	private async subscribe(workflow: Workflow, mode: WorkflowActivateMode, isTest = false): Promise<void> {
		if ((await this.call('checkExists', workflow, mode, isTest)) === true) return;
		await this.call('create', workflow, mode, isTest);
	}

	private async call(
		method: 'checkExists' | 'create' | 'delete',
		workflow: Workflow,
		activation: WorkflowActivateMode,
		isTest = false,
	): Promise<unknown> {
		const additionalData = this.additionalData();
		const webhook = { ...this.webhook(additionalData), isTest };
		const context = new HookContext(
			workflow,
			this.node(workflow),
			additionalData,
			isTest ? 'manual' : 'trigger',
			activation,
			webhook,
		);
		collectLines(context, 'warn', this.warnings);
		await workflow.expression.acquireIsolate();
		try {
			return await this.type.webhookMethods?.default?.[method]?.call(context);
		} finally {
			await workflow.expression.releaseIsolate();
		}
	}

	private node(workflow: Workflow): INode {
		return workflow.getNode('IoT Device Trigger') as INode;
	}

	private webhook(additionalData: IWorkflowExecuteAdditionalData): IWebhookData {
		return {
			httpMethod: 'POST',
			node: 'IoT Device Trigger',
			path: `${WEBHOOK_ID}/webhook`,
			webhookDescription: this.type.description.webhooks?.[0] as never,
			workflowId: 'workflow-1',
			workflowExecuteAdditionalData: additionalData,
		};
	}

	private workflow(staticData: IDataObject = this.stored): Workflow {
		return new Workflow({
			id: 'workflow-1',
			nodes: [
				{
					id: '1',
					name: 'IoT Device Trigger',
					type: 'trigger',
					typeVersion: 1.1,
					position: [0, 0],
					webhookId: WEBHOOK_ID,
					parameters: this.parameters as never,
					credentials: { huaweiIotApi: { id: 'credential-1', name: 'Platform' } },
				},
			],
			connections: {},
			active: true,
			staticData: structuredClone(staticData),
			nodeTypes: {
				getByName: () => this.type,
				getByNameAndVersion: () => this.type,
				getKnownTypes: () => ({}),
			},
			settings: {},
		});
	}

	private additionalData(): IWorkflowExecuteAdditionalData {
		const address = this.options.address ?? 'https://n8n.example.com';
		return {
			credentialsHelper: this.options.credential,
			webhookBaseUrl: `${address}/webhook`,
			webhookTestBaseUrl: `${address}/webhook-test`,
			webhookWaitingBaseUrl: `${address}/webhook-waiting`,
			formWaitingBaseUrl: `${address}/form-waiting`,
			restApiUrl: `${address}/rest`,
			instanceBaseUrl: `${address}/`,
			variables: {},
		} as unknown as IWorkflowExecuteAdditionalData;
	}
}

/**
 * The body of a request as n8n 2.20 and 2.41 give it to a node of a version above 1 (`parseRequestBody` and `parseBody` of
 * n8n's webhooks): what is no JSON, text or form is not even read before the node asks for it.
 */
function requestOf(text: string, contentType: string | null): object {
	const rawBody = Buffer.from(text);
	const request: { contentType?: string; body?: unknown; rawBody?: Buffer; readRawBody(): Promise<void> } = {
		...(contentType === null ? {} : { contentType }),
		async readRawBody() {
			request.rawBody = rawBody;
		},
	};
	if (contentType === 'application/json')
		Object.assign(request, { rawBody, body: JSON.parse(text) as unknown });
	if (contentType === 'text/plain') Object.assign(request, { rawBody, body: text });
	if (contentType === 'application/x-www-form-urlencoded') {
		Object.assign(request, { rawBody, body: { ...parseForm(text) } });
	}
	if (contentType?.startsWith('multipart/')) {
		const usedUp = async () => await Promise.reject(new Error('stream is not readable'));
		Object.assign(request, { body: { data: {}, files: {} }, readRawBody: usedUp });
	}
	return request;
}

function saved(workflow: Workflow): IDataObject {
	return JSON.parse(JSON.stringify(workflow.staticData)) as IDataObject;
}
