import { LoadOptionsContext } from 'n8n-core';
import { Workflow, type IDataObject, type INode, type INodeType } from 'n8n-workflow';

import { additionalDataFor, CREDENTIAL_ID, type CredentialStore } from './engine';

/** What n8n gives a node whose form is open in the editor: a context for one of its lists. */
export function editorContext(
	type: INodeType,
	store: CredentialStore,
	parameters: IDataObject = {},
): LoadOptionsContext {
	const node: INode = {
		id: '1',
		name: type.description.displayName,
		type: 'node',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
		credentials: { huaweiIotApi: { id: CREDENTIAL_ID, name: 'Platform' } },
	};
	const nodeTypes = { getByName: () => type, getByNameAndVersion: () => type, getKnownTypes: () => ({}) };
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const data = additionalDataFor(store);
	data.currentNodeParameters = parameters as never;
	return new LoadOptionsContext(workflow, node, data, 'parameters.list');
}
