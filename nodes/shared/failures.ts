import { NodeApiError, NodeOperationError, type INode, type INodeExecutionData } from 'n8n-workflow';

import type { Failure } from './types';

/** The item that a failed input item becomes under 'Continue' and on the error output; n8n knows it by these two fields. */
export function failedItem(failure: Failure, itemIndex: number): INodeExecutionData {
	return {
		json: { error: sentence(failure, itemIndex), message: failure.help },
		pairedItem: { item: itemIndex },
	};
}

/**
 * The n8n error that stops a node: the one place that makes them. Built from a plain object, because n8n returns an
 * error that is one already unchanged, and replaces messages that carry a code like ECONNRESET by its own.
 * @param itemIndex the input item; undefined where there is none, as in the editor
 * @param done what the run had achieved before, for a person: the first line goes into the message, the others below it
 */
export function stoppingError(
	node: INode,
	failure: Failure,
	itemIndex?: number,
	[first, ...more]: string[] = [],
): NodeApiError | NodeOperationError {
	const message = sentence(failure, itemIndex, first);
	const description = [failure.help, ...more].join('\n');
	if (failure.httpStatus === undefined) {
		return new NodeOperationError(node, message, { description, itemIndex });
	}
	return new NodeApiError(
		node,
		{ message, httpCode: String(failure.httpStatus) },
		{ message, description, httpCode: String(failure.httpStatus), itemIndex },
	);
}

function sentence(failure: Failure, itemIndex?: number, done?: string): string {
	const item = itemIndex === undefined ? '' : ` [item ${itemIndex}]`;
	return `${failure.what}${done === undefined ? '' : `. ${done}`}${item}`;
}
