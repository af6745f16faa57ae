import type { INode } from 'n8n-workflow';

import { stoppingError } from '../../nodes/shared/items/errors';
import type { Failure } from '../../nodes/shared/values/results';

const node: INode = {
	id: '1',
	name: 'Revoke',
	type: 'node',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

describe('The message of a node that stops', () => {
	// n8n looks for these words, and puts a sentence of its own in place of a message that has one.
	it.each(['connect ECONNREFUSED 10.0.0.5', 'upstream ETIMEDOUT', 'the service ValvePermit', 'ENOENT'])(
		'keeps what it says of "%s", the item and what was done before',
		(said) => {
			for (const httpStatus of [undefined, 502]) {
				const failure: Failure = { kind: 'final', maybeDone: false, what: said, help: 'Wait.', httpStatus };
				const error = stoppingError(node, failure, 3, ['1 of 2 devices were done (task-1)']);
				expect(error.message).toBe(`${said}. 1 of 2 devices were done (task-1) [item 3]`);
				expect(error.description).toBe('Wait.');
			}
		},
	);

	it.each([
		[200, '100418', '100418'],
		[200, undefined, '200'],
		[404, '100418', '404'],
	])("has as the error's code, of HTTP %p and code %p, %p", (httpStatus, code, shown) => {
		const failure: Failure = {
			kind: 'final',
			maybeDone: false,
			what: 'It failed',
			help: 'Wait.',
			httpStatus,
			code,
		};
		expect(stoppingError(node, failure)).toMatchObject({ httpCode: shown });
	});

	it('names no item where there is none', () => {
		const failure: Failure = { kind: 'final', maybeDone: false, what: 'It failed', help: 'Wait.' };
		expect(stoppingError(node, failure).message).toBe('It failed');
	});
});
