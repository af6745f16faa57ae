import { unexpectedContent } from '../client/replies';
import type { Transport } from '../client/transport';
import { isOfDevice } from '../values/ids';
import { isObject } from '../values/json';
import { fail, ok, type Result } from '../values/results';

const PATH = '/iocm/app/data/v1.1.0/deviceCapabilities';

/** What a parameter of a command may be, as the device's profile says (platform API, "Commands"). */
export interface ParaRules {
	name: string;
	/** `int`, `long`, `decimal`, `string`, `DateTime` or `jsonObject`; as the platform spells it. */
	dataType: string;
	required: boolean;
	min?: number;
	max?: number;
	step?: number;
	maxLength?: number;
	unit?: string;
	/** The only values that are accepted, as texts. */
	choices?: string[];
}

export interface Method {
	/** The platform's `commandName`, which a command names as its `method`. */
	name: string;
	paras: ParaRules[];
}

export interface Service {
	serviceId: string;
	description: string;
	methods: Method[];
}

/**
 * Reads what a device understands: its services and their methods.
 * @param appId another application that owns the device
 * @returns an empty list if the platform knows of none
 */
export async function readCapabilities(
	transport: Transport,
	deviceId: string,
	appId: string | undefined,
): Promise<Result<Service[]>> {
	const sent = await transport.send({
		method: 'GET',
		path: PATH,
		query: { deviceId, appId },
		safety: 'repeatable',
	});
	if (!sent.ok) return sent;
	const { body } = sent.value;
	if (!isObject(body) || !('deviceCapabilities' in body)) {
		return fail(unexpectedContent('list of device capabilities'));
	}
	const devices = objectsIn(body.deviceCapabilities).filter((entry) =>
		isOfDevice({ deviceId: textOf(entry.deviceId) || null }, deviceId),
	);
	return ok(devices.flatMap(({ serviceCapabilities }) => objectsIn(serviceCapabilities).flatMap(asService)));
}

/** The method of a service among what a device understands. */
export function methodIn(services: Service[], serviceId: string, method: string): Method | undefined {
	const service = services.find((entry) => entry.serviceId === serviceId);
	return service?.methods.find(({ name }) => name === method);
}

function asService({ serviceId, description, commands }: Record<string, unknown>): Service[] {
	const id = textOf(serviceId);
	const methods = objectsIn(commands).flatMap(({ commandName, paras }) => {
		const name = textOf(commandName);
		return name === '' ? [] : [{ name, paras: objectsIn(paras).flatMap(asRules) }];
	});
	return id === '' ? [] : [{ serviceId: id, description: textOf(description), methods }];
}

function asRules(para: Record<string, unknown>): ParaRules[] {
	const name = textOf(para.paraName);
	if (name === '') return [];
	const [min, max] = [numberOf(para.min), numberOf(para.max)];
	// A profile writes zeros where it sets no limit.
	const hasRange = min === undefined || max === undefined || min < max;
	const choices = (Array.isArray(para.enumList) ? para.enumList : [])
		.map(textOf)
		.filter((text) => text !== '');
	return [
		{
			name,
			dataType: textOf(para.dataType),
			required: para.required === true || para.required === 'true',
			...(hasRange && min !== undefined ? { min } : {}),
			...(hasRange && max !== undefined ? { max } : {}),
			...positive('step', para.step),
			...positive('maxLength', para.maxLength),
			...(textOf(para.unit) === '' ? {} : { unit: textOf(para.unit) }),
			...(choices.length > 0 ? { choices } : {}),
		},
	];
}

function positive(name: 'step' | 'maxLength', value: unknown): Partial<ParaRules> {
	const number = numberOf(value) ?? 0;
	return number > 0 ? { [name]: number } : {};
}

/** Numbers may come as texts. */
function numberOf(value: unknown): number | undefined {
	const text = textOf(value);
	const number = text === '' ? NaN : Number(text);
	return Number.isFinite(number) ? number : undefined;
}

function textOf(value: unknown): string {
	return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
}

function objectsIn(list: unknown): Array<Record<string, unknown>> {
	return (Array.isArray(list) ? list : []).filter(isObject);
}
