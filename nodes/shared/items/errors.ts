import { NodeApiError, NodeOperationError, type INode, type INodeExecutionData } from 'n8n-workflow';

import type { Failure } from '../values/results';
import { withoutStop } from '../values/text';

/** The item that a failed input item becomes under 'Continue' and on the error output; n8n knows it by these two fields. */
export function failedItem(failure: Failure, itemIndex: number): INodeExecutionData {
	return {
		json: { error: sentence(failure, itemIndex), message: failure.help },
		pairedItem: { item: itemIndex },
	};
}

/**
 * The n8n error that stops a node: the one place that makes them. Built from a plain object, because n8n returns an
 * error that is one already unchanged.
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
	// n8n shows it as the error's code: a refusal with HTTP 200 has one that says more.
	const isRefused = failure.httpStatus !== undefined && failure.httpStatus < 400;
	const httpCode = (isRefused && failure.code) || String(failure.httpStatus);
	const error =
		failure.httpStatus === undefined
			? new NodeOperationError(node, message, { description, itemIndex })
			: new NodeApiError(node, { message, httpCode }, { message, description, httpCode, itemIndex });
	// n8n puts words of its own in place of a message in which it finds ETIMEDOUT or the like, even within a word.
	error.message = message;
	return error;
}

function sentence(failure: Failure, itemIndex?: number, done?: string): string {
	const item = itemIndex === undefined ? '' : ` [item ${itemIndex}]`;
	return `${done === undefined ? failure.what : `${withoutStop(failure.what)}. ${done}`}${item}`;
}
