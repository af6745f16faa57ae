import type { INodeProperties } from 'n8n-workflow';

/** Stands first in the form of what revokes, wherever the node came from. */
export const irreversible: INodeProperties = {
	displayName:
		"This can't be undone. To preview, change 'Operation' to 'Get Many' and turn on 'Return All'. Check the other fields when you change back.",
	name: 'irreversible',
	type: 'notice',
	default: '',
};
