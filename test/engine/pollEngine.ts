/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js: n8n-core's engine around the compiled node */
import 'reflect-metadata';
import { PollContext } from 'n8n-core';
import {
	type IDataObject,
	type INode,
	type WorkflowActivateMode,
	type WorkflowExecuteMode,
	Workflow,
} from 'n8n-workflow';

import { IotDevicePollingTrigger } from './dist';
import { additionalDataFor, CREDENTIAL_ID, type CredentialStore } from './engine';
import { collectLines } from './log';

export interface PollOptions {
	credential: CredentialStore;
	parameters?: IDataObject;
	workflowId?: string;
}

const NAME = 'IoT Device Polling Trigger';
let workflows = 0;

/** The compiled trigger in a workflow that n8n polls: in one process, with n8n's rules of what is stored when. */
export class PolledWorkflow {
	readonly type = new IotDevicePollingTrigger();

	/** What n8n has stored of the workflow's static data. */
	stored: IDataObject = {};

	readonly log: string[] = [];

	private running: { workflow: Workflow; context: PollContext } | undefined;

	constructor(private readonly options: PollOptions) {
		workflows += 1;
		this.options = { workflowId: `polled-${workflows}`, ...options };
	}

	/** Publishes the workflow, or starts n8n with it (`init`): n8n polls once and stores static data. */
	async start(
		activation: WorkflowActivateMode = 'activate',
		parameters?: IDataObject,
	): Promise<IDataObject[]> {
		if (parameters) this.options.parameters = parameters;
		const workflow = this.workflow(this.stored);
		this.running = { workflow, context: this.context(workflow, 'trigger', activation) };
		const items = await this.poll();
		this.store();
		return items;
	}

	/** One poll. @returns the `json` of its items; n8n stores static data when there is a run */
	async poll(): Promise<IDataObject[]> {
		return (await this.run()) ?? [];
	}

	/** One poll. @returns undefined for a poll that starts no run */
	async run(): Promise<IDataObject[] | undefined> {
		if (!this.running) throw new Error('Start the workflow first');
		const result = await this.call(this.running.workflow, this.running.context);
		if (result !== null) this.store();
		return result?.[0]?.map(({ json }) => json);
	}

	/** A manual run. */
	async test(): Promise<IDataObject[]> {
		const workflow = this.workflow({});
		const result = await this.call(workflow, this.context(workflow, 'manual', 'manual'));
		expect(Object.keys(workflow.staticData).filter((key) => key !== '__dataChanged')).toEqual([]);
		return (result?.[0] ?? []).map(({ json }) => json);
	}

	private store(): void {
		if (this.running)
			this.stored = JSON.parse(JSON.stringify(this.running.workflow.staticData)) as IDataObject;
	}

	private async call(workflow: Workflow, context: PollContext) {
		await workflow.expression.acquireIsolate();
		try {
			return (await this.type.poll?.call(context)) ?? null;
		} finally {
			await workflow.expression.releaseIsolate();
		}
	}

	private context(
		workflow: Workflow,
		mode: WorkflowExecuteMode,
		activation: WorkflowActivateMode,
	): PollContext {
		const node = workflow.getNode(NAME) as INode;
		const context = new PollContext(
			workflow,
			node,
			additionalDataFor(this.options.credential),
			mode,
			activation,
		);
		collectLines(context, 'info', this.log);
		return context;
	}

	private workflow(staticData: IDataObject): Workflow {
		return new Workflow({
			id: this.options.workflowId,
			nodes: [
				{
					id: '1',
					name: NAME,
					type: 'trigger',
					typeVersion: 1,
					position: [0, 0],
					parameters: { pollTimes: { item: [{ mode: 'everyMinute' }] }, ...this.options.parameters } as never,
					credentials: { huaweiIotApi: { id: CREDENTIAL_ID, name: 'Platform' } },
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
}
