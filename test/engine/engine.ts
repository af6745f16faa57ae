/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js: n8n-core's engine around the compiled node */
import 'reflect-metadata';
import { ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import {
	ICredentialsHelper,
	NodeHelpers,
	Workflow,
	type IConnections,
	type ICredentialDataDecryptedObject,
	type IDataObject,
	type IHttpRequestHelper,
	type IHttpRequestOptions,
	type INode,
	type INodeCredentialsDetails,
	type INodeExecutionData,
	type INodeType,
	type IRun,
	type IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

import type { Platform } from '../platform/platform';
import { HuaweiIotApi, IotCommandRevoke, IotDevice, period } from './dist';
import { fakeTime } from './fakeTime';

export { clockModule, IotCommandRevoke, IotDevice } from './dist';

/** The period of the rate limit in the compiled code, for tests that shorten it. */
export const pace = { window: period };

export const CREDENTIAL_ID = 'credential-1';

/** n8n's credentials in memory, with n8n's rules: an empty expirable field makes it log in and store the result. */
export class CredentialStore extends ICredentialsHelper {
	readonly type = new HuaweiIotApi();

	reads = 0;

	unreadable: string | undefined;

	constructor(public data: ICredentialDataDecryptedObject) {
		super();
	}

	getParentTypes = () => [];

	isCredentialUsableByNode = () => true;

	getCredentialsProperties = () => this.type.properties;

	runPreAuthentication = async () => undefined;

	updateCredentialsOauthTokenData = async () => {};

	async getCredentials(): Promise<never> {
		throw new Error('not used by these tests');
	}

	async getDecrypted(): Promise<ICredentialDataDecryptedObject> {
		this.reads += 1;
		if (this.unreadable) throw new Error(this.unreadable);
		const defaults = NodeHelpers.getNodeParameters(
			this.type.properties,
			this.data as never,
			true,
			true,
			null,
			null,
		) as ICredentialDataDecryptedObject | null;
		return { ...defaults, ...this.data };
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		_type: string,
		options: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		if (typeof this.type.authenticate !== 'function') return options;
		return await this.type.authenticate(credentials, options);
	}

	async preAuthentication(
		helpers: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
		_type: string,
		_node: INode,
		expired: boolean,
	): Promise<ICredentialDataDecryptedObject | undefined> {
		if (credentials.sessionToken !== '' && !expired) return undefined;
		const made = (await this.type.preAuthentication?.call(helpers, credentials)) as
			ICredentialDataDecryptedObject | undefined;
		if (made?.sessionToken === undefined) return undefined;
		await this.updateCredentials({ id: CREDENTIAL_ID, name: '' }, '', { ...this.data, ...made });
		return Object.assign(credentials, made);
	}

	async updateCredentials(
		_details: INodeCredentialsDetails,
		_type: string,
		data: ICredentialDataDecryptedObject,
	): Promise<void> {
		this.data = data;
	}
}

/** A credential that logs in with the secret and trusts the stand-in's CA. */
export function credentialFor(platform: Platform, changes: IDataObject = {}): CredentialStore {
	return new CredentialStore({
		server: platform.url,
		appKey: platform.appId,
		authentication: 'appSecret',
		secret: platform.secret,
		sessionToken: '',
		requestsPerMinute: 0,
		customTls: true,
		caCertificate: platform.certificates.ca,
		...(changes as ICredentialDataDecryptedObject),
	});
}

export interface RunOptions {
	credential: CredentialStore;
	/** The `json` of the input items. */
	items?: IDataObject[];
	parameters?: IDataObject;
	/** Settings of the node: onError, retryOnFail, … */
	settings?: Partial<INode>;
	/** Takes what a person's 'Stop' does, for a test that cancels the run at some event. */
	onStart?: (cancel: () => void) => void;
}

export interface Outcome {
	/** The regular output. */
	items: INodeExecutionData[];
	/** The error output. */
	failed: INodeExecutionData[];
	/** The execution hints. */
	hints: string[];
	/** What stopped the node: message and description. */
	stopped?: { message: string; description?: string | null };
	run: IRun;
	/** Everything n8n keeps of the run, as text. */
	everything: string;
}

/** What n8n hands to its contexts. */
export function additionalDataFor(credential: CredentialStore): IWorkflowExecuteAdditionalData {
	return {
		executionId: 'execution-1',
		credentialsHelper: credential,
		currentNodeExecutionIndex: 0,
		webhookWaitingBaseUrl: 'http://localhost/webhook-waiting',
		formWaitingBaseUrl: 'http://localhost/form-waiting',
		restApiUrl: 'http://localhost/rest',
		instanceBaseUrl: 'http://localhost/',
		variables: {},
		executeData: undefined,
	} as unknown as IWorkflowExecuteAdditionalData;
}

/** The node under test, as it stands in a workflow. */
export const NODE = 'IoT Command Revoke';

export function nodeUnderTest({ parameters, settings }: Pick<RunOptions, 'parameters' | 'settings'>): INode {
	return {
		id: '2',
		name: NODE,
		type: 'revoke',
		typeVersion: 1,
		position: [200, 0],
		parameters: {
			deviceId: { __rl: true, mode: 'id', value: '={{ $json.deviceId }}' },
			...parameters,
		} as never,
		credentials: { huaweiIotApi: { id: CREDENTIAL_ID, name: 'Platform' } },
		...settings,
	};
}

/** A kind of node that a test brings with it; 'execute' is all it does. */
export function nodeType(
	execute: NonNullable<INodeType['execute']>,
	outputs: INodeType['description']['outputs'] = ['main'],
): INodeType {
	const { description } = new IotCommandRevoke();
	return { description: { ...description, outputs, credentials: [], properties: [] }, execute };
}

/** A workflow of the node under test (type `revoke` or `device`) and of others that a test brings with it. */
export function workflowOf(
	nodes: INode[],
	connections: IConnections,
	others: Record<string, INodeType>,
): Workflow {
	const types: Record<string, INodeType> = {
		...others,
		revoke: new IotCommandRevoke(),
		device: new IotDevice(),
	};
	return new Workflow({
		id: 'workflow-1',
		nodes,
		connections,
		active: false,
		nodeTypes: {
			getByName: (name) => types[name] as INodeType,
			getByNameAndVersion: (name) => types[name] as INodeType,
			getKnownTypes: () => ({}),
		},
		settings: { executionOrder: 'v1' },
	});
}

/** Runs a workflow from its node 'Start' in n8n-core's own engine. */
export async function runWorkflow(
	workflow: Workflow,
	options: Pick<RunOptions, 'credential' | 'onStart'>,
): Promise<IRun> {
	const run = execute(workflow, options);
	return await (fakeTime.isInstalled ? fakeTime.run(run) : run);
}

async function execute(
	workflow: Workflow,
	{ credential, onStart }: Pick<RunOptions, 'credential' | 'onStart'>,
): Promise<IRun> {
	const hooks = new ExecutionLifecycleHooks('manual', 'execution-1', {
		id: 'workflow-1',
		name: 'test',
		nodes: Object.values(workflow.nodes),
		connections: {},
		active: false,
		createdAt: new Date(),
		updatedAt: new Date(),
	} as never);
	await workflow.expression.acquireIsolate();
	const execution = new WorkflowExecute({ ...additionalDataFor(credential), hooks }, 'manual').run({
		workflow,
		startNode: workflow.getNode('Start') ?? undefined,
	});
	onStart?.(() => execution.cancel());
	const run = await execution;
	await workflow.expression.releaseIsolate();
	return run;
}

/** Runs the compiled node once. */
export async function runNode(options: RunOptions): Promise<Outcome> {
	const start: INode = {
		id: '1',
		name: 'Start',
		type: 'start',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
	};
	const run = await runWorkflow(
		workflowOf(
			[start, nodeUnderTest(options)],
			{ Start: { main: [[{ node: NODE, type: 'main', index: 0 }]] } },
			{ start: nodeType(async () => [(options.items ?? [{}]).map((json) => ({ json }))]) },
		),
		options,
	);
	const data = run.data.resultData.runData[NODE]?.at(-1);
	const thrown = data?.error ?? run.data.resultData.error;
	return {
		items: data?.data?.main?.[0] ?? [],
		failed: data?.data?.main?.[1] ?? [],
		hints: (data?.hints ?? []).map(({ message }) => message),
		...(thrown ? { stopped: { message: thrown.message, description: thrown.description } } : {}),
		run,
		everything: JSON.stringify(run.data),
	};
}
