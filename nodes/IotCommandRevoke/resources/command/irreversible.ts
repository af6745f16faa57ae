import type { INodeProperties } from 'n8n-workflow';

/** Stands first in the form of what revokes, wherever the node came from. */
export const irreversible: INodeProperties = {
	displayName:
		"This can't be undone. To look first, change 'Operation' to 'Get Many', which keeps the other settings, and turn on 'Return All'.",
	name: 'irreversible',
	type: 'notice',
	default: '',
};
