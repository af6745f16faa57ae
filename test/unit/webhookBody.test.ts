import type { IWebhookFunctions } from 'n8n-workflow';

import { readJson } from '../../nodes/IotDeviceTrigger/webhookBody';

it('A request of which n8n has not kept a body holds no JSON', async () => {
	const context: Partial<IWebhookFunctions> = { getRequestObject: () => ({ body: undefined }) as never };
	expect(await readJson(context as IWebhookFunctions)).toBeUndefined();
});
