import type { Resource } from '../../../shared/items/operation';
import { get } from './get';
import { getAll } from './getAll';

export const revocationTask: Resource = {
	option: { name: 'Revocation Task', value: 'revocationTask' },
	operations: [get, getAll],
	defaultOperation: 'getAll',
};
