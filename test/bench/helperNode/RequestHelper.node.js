const { HTTP_DEFAULTS } = require('../../../dist/nodes/shared/client/login');
const { concurrency, MOST_AT_ONCE } = require('../../../dist/nodes/shared/items/fields');
const { inParallel } = require('../../../dist/nodes/shared/values/concurrency');

/**
 * n8n's request helper and hardly anything else: the calls of IoT Command Revoke, with its options and as many at the same
 * time, but without credential, rate limit, retries and checks. About the least that any node of n8n can make them with.
 */
class RequestHelper {
	constructor() {
		const field = (name) => ({ displayName: name, name, type: 'string', default: '' });
		this.description = {
			displayName: 'Request Helper',
			name: 'requestHelper',
			group: ['transform'],
			version: 1,
			description: "Makes the calls of IoT Command Revoke with n8n's request helper alone",
			defaults: { name: 'Request Helper' },
			inputs: ['main'],
			outputs: ['main'],
			properties: ['url', 'appId', 'token'].map(field),
		};
	}

	async execute() {
		const [url, appId, token] = ['url', 'appId', 'token'].map((name) => this.getNodeParameter(name, 0));
		const headers = {
			app_key: appId,
			Authorization: `Bearer ${token}`,
			'Content-Type': 'application/json',
			Accept: 'application/json',
		};
		const inputs = this.getInputData().map(({ json }, item) => ({ deviceId: json.deviceId, item }));
		const outputs = [];
		const atOnce = { first: concurrency.default, most: MOST_AT_ONCE };
		await inParallel(inputs, atOnce, async ({ deviceId, item }) => {
			const options = { ...HTTP_DEFAULTS, method: 'POST', url, headers, body: { deviceId }, timeout: 30_000 };
			const { body } = await this.helpers.httpRequest(options);
			outputs[item] = JSON.parse(body).deviceCommands.map((json) => ({ json, pairedItem: { item } }));
			return true;
		});
		return [outputs.flat()];
	}
}

module.exports = { RequestHelper };
