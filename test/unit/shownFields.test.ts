import { NodeHelpers, type INodeParameters, type INodeType } from 'n8n-workflow';

import { IotCommandRevoke } from '../../nodes/IotCommandRevoke/IotCommandRevoke.node';
import { IotDeviceTrigger } from '../../nodes/IotDeviceTrigger/IotDeviceTrigger.node';

/** What n8n makes of the parameters of a node, as its editor does after each change. */
function kept({ description }: INodeType, parameters: INodeParameters): INodeParameters | null {
	const node = { typeVersion: 1 };
	return NodeHelpers.getNodeParameters(description.properties, parameters, true, false, node, description);
}

describe("A preview with 'Get Many'", () => {
	const deviceId = { __rl: true, mode: 'id', value: 'device-1' };
	const options = { appId: 'other', concurrency: 3, timeout: 10, maxRetries: 1 };

	it('asks for the same device as Revoke All Pending', () => {
		const revoke = { resource: 'command', operation: 'revoke', deviceId, options };
		expect(kept(new IotCommandRevoke(), { ...revoke, operation: 'getAll' })).toMatchObject({
			deviceId,
			options,
		});
	});

	it.each([{ scope: 'device', deviceId }, { scope: 'application' }])(
		'has the scope %j and the filters of Revoke Selected, and gives them back',
		(scope) => {
			const filters = { serviceId: 'Valve', method: 'SET_VALVE', superseded: true, commandIds: 'a, b' };
			const chosen = { resource: 'command', operation: 'revokeSelected', ...scope, filters, options };
			const preview = kept(new IotCommandRevoke(), { ...chosen, operation: 'getAll' });
			expect(preview).toMatchObject({ ...scope, filters, options });
			expect(kept(new IotCommandRevoke(), { ...preview, operation: 'revokeSelected' })).toMatchObject(chosen);
		},
	);
});

describe("The notice of IoT Device Trigger about 'Statuses'", () => {
	const isShown = (parameters: INodeParameters) => {
		const { description } = new IotDeviceTrigger();
		const notice = description.properties.find(({ name }) => name === 'everyStatus');
		if (!notice) throw new Error('There is no such notice');
		const all = kept(new IotDeviceTrigger(), parameters) ?? {};
		return NodeHelpers.displayParameter(all, notice, { typeVersion: 1 }, description);
	};
	const events = ['deviceStatusChanged'];

	it.each<[boolean, INodeParameters]>([
		[true, {}],
		[true, { events, options: {} }],
		[true, { events, options: { statuses: [] } }],
		[true, { events: ['deviceAdded', ...events] }],
		[false, { events, options: { statuses: ['ABNORMAL', 'OFFLINE'] } }],
		[false, { events: ['deviceAdded'] }],
	])('is shown: %p, for %j', (expected, parameters) => {
		expect(isShown(parameters)).toBe(expected);
	});
});
