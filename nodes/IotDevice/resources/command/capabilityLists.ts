import type { ILoadOptionsFunctions, INodeListSearchResult, ResourceMapperFields } from 'n8n-workflow';

import { connectForList, inTime, orThrow } from '../../../shared/items/editorList';
import { methodIn, readCapabilities, type Service } from '../../../shared/platform/capabilities';
import { readId } from '../../../shared/values/ids';
import { isObject } from '../../../shared/values/json';
import { failForGood, ok, type Result } from '../../../shared/values/results';
import { fieldsOf } from './paraFields';

/**
 * The services of the chosen device, by name.
 * @throws NodeApiError that says why there is no list
 */
export async function searchServices(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const services = orThrow(this, await servicesOfDevice(this));
	return matching(
		filter,
		services.map(({ serviceId, description }) => ({
			name: description === '' ? serviceId : `${serviceId} (${description})`,
			value: serviceId,
		})),
	);
}

/**
 * The methods of the chosen service, by name.
 * @throws NodeApiError that says why there is no list
 */
export async function searchMethods(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const services = orThrow(this, await servicesOfDevice(this));
	const serviceId = orThrow(this, chosen(this, 'serviceId', 'Service'));
	const service = services.find((entry) => entry.serviceId === serviceId);
	const { methods } = orThrow(
		this,
		service ? ok(service) : failForGood(`The device's profile has no service '${serviceId}'`, BY_HAND),
	);
	return matching(
		filter,
		methods.map(({ name }) => ({ name, value: name })),
	);
}

/**
 * The form for the parameters of the chosen method.
 * @throws NodeApiError that says why there is no form
 */
export async function getParas(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	const services = orThrow(this, await servicesOfDevice(this));
	const serviceId = orThrow(this, chosen(this, 'serviceId', 'Service'));
	const name = orThrow(this, chosen(this, 'method', 'Method', 128));
	const method = methodIn(services, serviceId, name);
	const unknown = `The service '${serviceId}' of the device's profile has no method '${name}'`;
	const fields = fieldsOf(orThrow(this, method ? ok(method) : failForGood(unknown, BY_HAND)));
	return {
		fields,
		...(fields.length === 0 ? { emptyFieldsNotice: 'This method has no parameters.' } : {}),
	};
}

async function servicesOfDevice(context: ILoadOptionsFunctions): Promise<Result<Service[]>> {
	const deviceId = chosen(context, 'deviceId', 'Device');
	if (!deviceId.ok) return deviceId;
	const access = await connectForList(context);
	if (!access.ok) return access;
	const { transport, appId } = access.value;
	const read = await readCapabilities(transport, deviceId.value, appId);
	const services = inTime(read, 'The capabilities of the device', BY_HAND);
	if (!services.ok) return services;
	if (services.value.length > 0) return services;
	return failForGood('The platform knows no capabilities of this device', BY_HAND);
}

/** What is chosen in a resource locator; n8n has evaluated its expression, if the editor has the data for it. */
function chosen(
	context: ILoadOptionsFunctions,
	name: string,
	field: string,
	longest?: number,
): Result<string> {
	const parameter: unknown = context.getCurrentNodeParameter(name);
	const value: unknown = isObject(parameter) ? parameter.value : parameter;
	if (value === undefined || value === null || value === '') {
		return failForGood(`'${field}' is not chosen yet`, `Choose '${field}' first.`);
	}
	if (typeof value === 'string' && value.startsWith('=')) {
		return failForGood(
			`The expression in '${field}' has no value in the editor`,
			"Execute the previous nodes first, or choose 'By Name' or 'Using JSON', which need no list.",
		);
	}
	return readId(value, field, longest);
}

function matching(
	filter: string | undefined,
	entries: INodeListSearchResult['results'],
): INodeListSearchResult {
	const wanted = (filter ?? '').trim().toLowerCase();
	return { results: entries.filter(({ name }) => name.toLowerCase().includes(wanted)) };
}

const BY_HAND = "Choose 'By Name' for service and method, and 'Using JSON' for the parameters.";
