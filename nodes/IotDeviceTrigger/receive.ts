import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { stoppingError } from '../shared/items/errors';
import { isAuthentic } from './authenticity';
import { sentences } from './context';
import { passes, readReport } from './events';
import { readParameters } from './parameters';
import { readJson } from './webhookBody';

/**
 * Answers a request. A report of the platform becomes the item that starts the workflow, or was left out by the node's
 * parameters, or is in n8n's log.
 * @throws NodeOperationError when the parameters can't be read any more: n8n shows it as an execution and answers 500, and
 *   the platform sends the report again
 */
export async function receive(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	if (!(await isAuthentic(context))) {
		return answer(context, 401, 'The secret of the callback URL is missing or wrong');
	}
	const parameters = readParameters(context);
	if (!parameters.ok) throw stoppingError(context.getNode(), parameters.failure);
	const body = await readJson(context);
	const report = readReport(body);
	// Here and not by n8n, which answers when a place for the run is free: the platform waits 15 seconds.
	const received = answer(context, 200, 'Received');
	if (!report.ok) {
		const { what, help } = report.failure;
		context.logger.warn(`${context.getNode().name}: ${sentences(what, help)}`);
		return received;
	}
	if (!passes(report.value, parameters.value)) return received;
	const json = { ...report.value, ...(parameters.value.simplify ? {} : { body: body as IDataObject }) };
	return { ...received, workflowData: [[{ json }]] };
}

function answer(context: IWebhookFunctions, status: number, message: string): IWebhookResponseData {
	context.getResponseObject().status(status).json({ message });
	return { noWebhookResponse: true };
}
