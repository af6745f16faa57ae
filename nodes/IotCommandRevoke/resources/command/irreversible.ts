import type { INodeProperties } from 'n8n-workflow';

/** Stands first in the form of what revokes, wherever the node came from. */
export const irreversible: INodeProperties = {
	displayName: "This can't be undone. To preview, use 'Get Many' with the same settings and 'Return All' on.",
	name: 'irreversible',
	type: 'notice',
	default: '',
};
