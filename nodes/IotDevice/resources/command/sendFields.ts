import type { INodeProperties } from 'n8n-workflow';

import { deviceIdField, locatorField, optionsField } from '../../../shared/items/fields';

export const deviceId = deviceIdField(
	'The device that the command is for. Use an expression to take it from the input item.',
);

export const serviceId = locatorField(
	{
		displayName: 'Service',
		name: 'serviceId',
		description:
			"The device's service that receives the command. The list comes from the device's profile; you can also enter another service by name.",
		typeOptions: { loadOptionsDependsOn: ['deviceId.value'] },
	},
	{ placeholder: 'Select a service…', searchListMethod: 'searchServices' },
	{ displayName: 'By Name', name: 'name', placeholder: 'e.g. Valve' },
);

export const method = locatorField(
	{
		displayName: 'Method',
		name: 'method',
		description:
			"What the device should do. The list comes from the device's profile; you can also enter another method by name.",
		typeOptions: { loadOptionsDependsOn: ['serviceId.value'] },
	},
	{ placeholder: 'Select a method…', searchListMethod: 'searchMethods' },
	{ displayName: 'By Name', name: 'name', placeholder: 'e.g. SET_VALVE' },
);

export const specifyParas: INodeProperties = {
	displayName: 'Specify Parameters',
	name: 'specifyParas',
	type: 'options',
	options: [
		{
			name: 'Using Fields Below',
			value: 'fields',
			description: "A form made from the device's profile",
		},
		{
			name: 'Using JSON',
			value: 'json',
			description: 'A JSON object, for example the parameters of a revoked command',
		},
	],
	default: 'fields',
	description: 'How to give the parameters of the command',
};

export const paras: INodeProperties = {
	displayName: 'Parameters',
	name: 'paras',
	type: 'resourceMapper',
	noDataExpression: true,
	default: { mappingMode: 'defineBelow', value: null },
	description: 'The parameters of the command. What is left empty is not sent.',
	displayOptions: { show: { specifyParas: ['fields'] } },
	typeOptions: {
		loadOptionsDependsOn: ['method.value'],
		resourceMapper: {
			resourceMapperMethod: 'getParas',
			mode: 'add',
			fieldWords: { singular: 'parameter', plural: 'parameters' },
			addAllFields: true,
			supportAutoMap: false,
			noFieldsError: 'Choose a device, a service and a method first, or specify the parameters using JSON.',
		},
	},
};

export const parasJson: INodeProperties = {
	displayName: 'Parameters (JSON)',
	name: 'parasJson',
	type: 'json',
	default: '{}',
	placeholder: 'e.g. { "value": 50 }',
	description:
		'The parameters of the command as a JSON object. Use an expression to take those of a revoked command from the input item.',
	displayOptions: { show: { specifyParas: ['json'] } },
};

export const callbackUrl: INodeProperties = {
	displayName: 'Callback URL',
	name: 'callbackUrl',
	type: 'string',
	default: '',
	placeholder: 'e.g. https://n8n.example.com:443/webhook/command-result',
	description:
		'Where the platform reports what becomes of the command. The URL must have an explicit port and a path. All callback URLs of an application must share host and port.',
};

export const expireTime: INodeProperties = {
	displayName: 'Expire Time',
	name: 'expireTime',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 172_800,
	description:
		'How many seconds the command stays queued for a device that is offline, at least 0 (default 172800, two days). With 0 it is delivered now or never.',
};

export const maxRetransmit: INodeProperties = {
	displayName: 'Max Retransmissions',
	name: 'maxRetransmit',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 3 },
	default: 3,
	description:
		'How many times the platform transmits the command again when the device does not acknowledge it, from 0 to 3 (default 3)',
};

export const replaceQueued: INodeProperties = {
	displayName: 'Replace Queued',
	name: 'replaceQueued',
	type: 'boolean',
	default: false,
	description:
		'Whether to revoke queued commands of the same device, service and method first. The command is sent only if all of them are known to be revoked or gone. For a moment neither the old commands nor the new one is queued.',
};

export const sendOptions = optionsField(callbackUrl, expireTime, maxRetransmit, replaceQueued);
