import type { Resource } from '../../../shared/items/operation';
import { get } from './get';
import { getAll } from './getAll';

export const device: Resource = {
	option: { name: 'Device', value: 'device' },
	operations: [get, getAll],
	defaultOperation: 'getAll',
};
