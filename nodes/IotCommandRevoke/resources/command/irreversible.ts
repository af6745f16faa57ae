import type { INodeProperties } from 'n8n-workflow';

/** Stands first in the form of what revokes, wherever the node came from. */
export const irreversible: INodeProperties = {
	displayName: "This can't be undone. To see first what is queued, use 'Get Many' with 'Return All' on.",
	name: 'irreversible',
	type: 'notice',
	default: '',
};
