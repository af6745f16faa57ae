import type { Resource } from '../../../shared/items/operation';
import { getAll } from './getAll';
import { revoke } from './revoke';
import { revokeSelected } from './revokeSelected';

export const command: Resource = {
	option: { name: 'Command', value: 'command' },
	operations: [getAll, revoke, revokeSelected],
	defaultOperation: 'revoke',
};
