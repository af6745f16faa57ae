import type { IDataObject } from 'n8n-workflow';

import { appId } from '../../../shared/items/fields';
import type { Field, ItemParameters } from '../../../shared/items/parameters';
import type { NewCommand } from '../../../shared/platform/sendCommand';
import { failForGood, ok, type Result } from '../../../shared/values/results';
import { savedRules } from './paraFields';
import { checkParas, readFormParas, readJsonParas, type Given } from './paraValues';
import {
	callbackUrl,
	deviceId,
	expireTime,
	maxRetransmit,
	method,
	paras,
	parasJson,
	replaceQueued,
	serviceId,
	specifyParas,
} from './sendFields';

/** What one input item asks for. */
export interface Target {
	command: NewCommand;
	appId: string | undefined;
	replaceQueued: boolean;
	given: Given;
	/** Whether the parameters were checked against the rules that the form was saved with. */
	isChecked: boolean;
}

const LONGEST_METHOD = 128;

/** Reads and checks what an item asks for, without any call. */
export function readTarget(read: ItemParameters, zone: string): Target {
	const command: NewCommand = {
		deviceId: read.id(deviceId),
		serviceId: read.id(serviceId),
		method: read.id(method, undefined, LONGEST_METHOD),
		paras: {},
		callbackUrl: read.isSet(callbackUrl, 'options') ? readCallbackUrl(read) : undefined,
		expireTime: optionalNumber(read, expireTime),
		maxRetransmit: optionalNumber(read, maxRetransmit),
	};
	const { given, isChecked, ...checked } = readParas(read, zone);
	if (checked.paras.ok) command.paras = checked.paras.value;
	else read.refuse(checked.paras);
	return {
		command,
		appId: read.optionalId(appId, 'options'),
		replaceQueued: read.flag(replaceQueued, 'options'),
		given,
		isChecked,
	};
}

function readParas(
	read: ItemParameters,
	zone: string,
): Pick<Target, 'given' | 'isChecked'> & { paras: Result<IDataObject> } {
	if (read.choice(specifyParas) === 'json') {
		const json = readJsonParas(read.value(parasJson), parasJson.displayName);
		return { given: { as: 'json' }, isChecked: false, paras: json };
	}
	const given: Given = { as: 'form', zone };
	const form = read.value(paras);
	const values = readFormParas(form, paras.displayName);
	const rules = savedRules(form);
	if (!rules || !values.ok) return { given, isChecked: false, paras: values };
	return { given, isChecked: true, paras: checkParas(values.value, rules, given) };
}

/** What is not set is not sent. */
function optionalNumber(read: ItemParameters, field: Field): number | undefined {
	return read.isSet(field, 'options') ? read.wholeNumber(field, 'options') : undefined;
}

/** The platform takes no callback URL without an explicit port and a path (platform API, code 100222). */
const CALLBACK_URL = /^https?:\/\/(\[[0-9a-f:.]+\]|[^\s/?#@:]+):\d{1,5}\/[^\s]*$/i;

function readCallbackUrl(read: ItemParameters): string {
	const url = read.text(callbackUrl, 'options');
	const checked = URL.canParse(url) && CALLBACK_URL.test(url) ? ok(url) : NO_CALLBACK_URL;
	if (!checked.ok) read.refuse(checked);
	return url;
}

const NO_CALLBACK_URL = failForGood(
	"'Callback URL' is not a URL with http or https, an explicit port and a path",
	"Enter 'Callback URL' with its port and a path, for example https://n8n.example.com:443/webhook/command-result.",
);
