import type { Resource } from '../../../shared/items/operation';
import { send } from './send';

export const command: Resource = {
	option: { name: 'Command', value: 'command' },
	operations: [send],
	defaultOperation: 'send',
};
