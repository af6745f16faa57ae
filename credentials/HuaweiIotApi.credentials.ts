import type {
	Icon,
	IAuthenticateRuleResponseSuccessBody,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IDataObject,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { ERROR_CODES } from '../nodes/shared/platform/errorCodes';
import { connectionOf, readConnection, readText } from '../nodes/shared/client/credential';
import { failureAsError } from '../nodes/shared/client/connectionFailures';
import { identityHeaders, login, probe } from '../nodes/shared/client/login';

/** A field that shows only while 'Custom TLS and Gateway Settings' is on. */
function customTlsField(field: INodeProperties): INodeProperties {
	return { ...field, displayOptions: { show: { customTls: [true] } } };
}

/** A PEM block. It is masked, like everything that belongs to a key pair. */
function pemField(displayName: string, name: string, description: string): INodeProperties {
	return customTlsField({
		displayName,
		name,
		type: 'string',
		typeOptions: { password: true },
		default: '',
		description,
	});
}

/** n8n's credential test compares one key of the answer with one value, so each code needs its rules. */
function testRules(): IAuthenticateRuleResponseSuccessBody[] {
	const rule = (key: string, value: unknown, message: string): IAuthenticateRuleResponseSuccessBody => ({
		type: 'responseSuccessBody',
		properties: { key, value, message },
	});
	const refusals = [...ERROR_CODES].flatMap(([code, { what, help }]) => {
		const message = `${what} (${code}). ${help}`;
		return ['error_code', 'resultcode'].flatMap((key) => [
			rule(key, code, message),
			rule(key, Number(code), message),
		]);
	});
	const notThePlatform = rule(
		'totalCount',
		undefined,
		"The server answers, but not like the platform. Check the host and port in 'Server'.",
	);
	return [...refusals, notThePlatform];
}

/** Credentials, as n8n hands them over for one request, that have been through `preAuthentication`. */
const prepared = new WeakSet<object>();

/** What n8n takes for an expired session: it runs `preAuthentication` and then tries once more. */
function loginWanted(): Error {
	return Object.assign(new Error('The credential has to log in'), { response: { status: 401 } });
}

export class HuaweiIotApi implements ICredentialType {
	name = 'huaweiIotApi';

	displayName = 'Huawei IoT Platform API';

	icon: Icon = { light: 'file:huawei-iot.svg', dark: 'file:huawei-iot.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-huawei-iot/n8n-nodes-huawei-iot#credentials';

	properties: INodeProperties[] = [
		{
			displayName: 'Server',
			name: 'server',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. https://iot.example.com:8743',
			description:
				"The address of the platform's northbound API, including the port. Ask the operator for it.",
		},
		{
			displayName: 'App Key',
			name: 'appKey',
			type: 'string',
			default: '',
			required: true,
			description:
				"The application's ID (App ID), as the platform showed it when the application was created",
		},
		{
			displayName: 'Authentication',
			name: 'authentication',
			type: 'options',
			options: [
				{
					name: 'Access Token',
					value: 'accessToken',
					description: 'Your own token. It usually expires after an hour, and then you have to replace it.',
				},
				{
					name: 'App Key and Secret',
					value: 'appSecret',
					description: 'Logs in with the secret and renews the token automatically',
				},
			],
			default: 'accessToken',
			description: 'How n8n authenticates with the platform',
		},
		{
			displayName: 'Access Token',
			name: 'token',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			displayOptions: { show: { authentication: ['accessToken'] } },
			description: 'The accessToken that the platform returns when you log in, without the word Bearer',
		},
		{
			displayName: 'Secret',
			name: 'secret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			displayOptions: { show: { authentication: ['appSecret'] } },
			description: "The application's secret, as the platform showed it when the application was created",
		},
		{
			displayName: 'Session Token',
			name: 'sessionToken',
			type: 'hidden',
			typeOptions: { expirable: true, password: true },
			default: '',
		},
		{
			displayName: 'Requests per Minute',
			name: 'requestsPerMinute',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 100,
			description:
				"The application's rate limit on the platform: calls in 60 seconds, 100 unless the operator changed it. One n8n process never makes more. Enter less if other programs or several n8n processes use the same application. 0 means no limit.",
		},
		{
			displayName: 'Custom TLS and Gateway Settings',
			name: 'customTls',
			type: 'boolean',
			default: false,
			description:
				'Whether to show settings for platforms that use their own CA, ask for a client certificate, or rename the App Key header',
		},
		pemField(
			'CA Certificate',
			'caCertificate',
			"The operator's CA certificate in PEM form, if the platform's certificate is not signed by a public authority",
		),
		pemField(
			'Client Certificate',
			'clientCertificate',
			'The certificate in PEM form that the operator issued to you, if the platform asks for one',
		),
		pemField('Client Key', 'clientKey', 'The private key of the client certificate in PEM form'),
		customTlsField({
			displayName: 'Passphrase',
			name: 'passphrase',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'The passphrase of the client key, if the key is encrypted',
		}),
		customTlsField({
			displayName: 'Certificate Host Name',
			name: 'certificateHostName',
			type: 'string',
			default: '',
			placeholder: 'e.g. iot.example.com',
			description:
				"The name in the platform's certificate, if you reach the platform by an IP address or another name. The certificate is still verified.",
		}),
		customTlsField({
			displayName: 'App Key Header',
			name: 'appKeyHeader',
			type: 'options',
			options: [
				{ name: 'app_key', value: 'app_key' },
				{ name: 'x-app-key', value: 'x-app-key' },
			],
			default: 'app_key',
			description:
				'The name of the header that contains the App Key. Some platforms and gateways expect x-app-key.',
		}),
		customTlsField({
			displayName: 'Ignore SSL Issues (Insecure)',
			name: 'allowUnauthorizedCerts',
			type: 'boolean',
			default: false,
			description:
				"Whether to connect even if the platform's certificate can't be verified. Anyone who can intercept the connection can then read the token, so use 'CA Certificate' and 'Certificate Host Name' if you can.",
		}),
	];

	/**
	 * Runs when there is no session token, and in every credential test. Logs in with App Key and secret; with a token
	 * of the user's own it makes the test's call once here, because only here a test can speak in words of ours.
	 */
	async preAuthentication(
		this: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
	): Promise<IDataObject> {
		prepared.add(credentials);
		const connection = readConnection(credentials);
		if (!connection.ok) throw failureAsError(connection.failure);
		if (connection.value.authentication === 'accessToken') {
			const probed = await probe(connection.value, ERROR_CODES, this.helpers.httpRequest);
			if (!probed.ok) throw failureAsError(probed.failure);
			return {};
		}
		const session = await login(connection.value, ERROR_CODES, this.helpers.httpRequest);
		if (!session.ok) throw failureAsError(session.failure);
		return { sessionToken: session.value };
	}

	/**
	 * Adds who we are and how to connect. Also runs for the HTTP Request node and the credential test, the only one with
	 * a base URL: n8n makes it with the session token that is stored, whatever was edited since, and is told to log in.
	 */
	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const isTest = requestOptions.baseURL !== undefined;
		if (isTest && !prepared.has(credentials)) throw loginWanted();
		const connection = connectionOf(credentials);
		if (!connection.ok) throw failureAsError(connection.failure);
		const { authentication, token, tls, origin } = connection.value;
		const current = authentication === 'accessToken' ? token : readText(credentials, 'sessionToken');
		return {
			...requestOptions,
			...tls,
			...(isTest ? { baseURL: origin } : {}),
			headers: { ...requestOptions.headers, ...identityHeaders(connection.value, current) },
		};
	}

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{ $credentials.server }}',
			url: '/iocm/app/dm/v1.4.0/devices',
			qs: { pageNo: 1, pageSize: 1 },
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
		},
		rules: testRules(),
	};
}
