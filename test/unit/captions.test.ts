import { Workflow, type INodeParameters, type INodeType, type INodeTypes } from 'n8n-workflow';

import { IotCommandRevoke } from '../../nodes/IotCommandRevoke/IotCommandRevoke.node';
import { IotDevice } from '../../nodes/IotDevice/IotDevice.node';
import { IotDevicePollingTrigger } from '../../nodes/IotDevicePollingTrigger/IotDevicePollingTrigger.node';
import { IotDeviceTrigger } from '../../nodes/IotDeviceTrigger/IotDeviceTrigger.node';

/** The captions of the nodes on the canvas, as n8n evaluates them. */
function captionOf(type: INodeType, parameters: INodeParameters): unknown {
	const node = {
		id: '1',
		name: 'Node',
		type: 'type',
		typeVersion: 1,
		position: [0, 0] as [number, number],
		parameters,
	};
	const nodeTypes = { getByNameAndVersion: () => type } as unknown as INodeTypes;
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const { subtitle } = type.description;
	return workflow.expression.getSimpleParameterValue(node, subtitle, 'internal', {}, undefined, '');
}

it.each([
	['command', 'revoke', 'Command: Revoke All Pending'],
	['command', 'revokeSelected', 'Command: Revoke Selected'],
	['command', 'getAll', 'Command: Get Many'],
	['revocationTask', 'get', 'Revocation Task: Get'],
	['revocationTask', 'getAll', 'Revocation Task: Get Many'],
])('IoT Command Revoke, %s, %s', (resource, operation, caption) => {
	expect(captionOf(new IotCommandRevoke(), { resource, operation })).toBe(caption);
});

it.each([
	['device', 'get', 'Device: Get'],
	['device', 'getAll', 'Device: Get Many'],
	['command', 'send', 'Command: Send'],
])('IoT Device, %s, %s', (resource, operation, caption) => {
	expect(captionOf(new IotDevice(), { resource, operation })).toBe(caption);
});

it.each([
	[['deviceStatusChanged'], 'Device Status Changed'],
	[['deviceAdded', 'deviceDeleted'], 'Device Added, Device Deleted'],
	[[], ''],
])('IoT Device Trigger, %j', (events, caption) => {
	expect(captionOf(new IotDeviceTrigger(), { events })).toBe(caption);
});

it('IoT Device Polling Trigger', () => {
	const parameters = { statuses: ['ABNORMAL', 'OFFLINE'] };
	expect(captionOf(new IotDevicePollingTrigger(), parameters)).toBe('ABNORMAL, OFFLINE');
});
