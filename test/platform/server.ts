import Fastify, { type FastifyRequest } from 'fastify';
import formbody from '@fastify/formbody';
import type { Backend, Server } from './backend';
import { addCapabilityCalls } from './capabilityCalls';
import type { Certificates } from './certificates';
import { addCommandCalls } from './commandCalls';
import { addDeviceCalls } from './deviceCalls';
import { Refusal, refusalReply } from './errors';
import { textUnlessJson } from './faultAnswers';
import { addGate } from './gate';
import { addLogin } from './login';
import { addSubscriptionCalls } from './subscriptionCalls';
import { addTaskCalls } from './taskCalls';

/** The HTTPS server with all calls, not yet listening. */
export async function buildServer(backend: Backend, set: Certificates): Promise<Server> {
	const { mutualTls, tlsVersion } = backend.settings;
	const clients = mutualTls ? { ca: set.ca, requestCert: true, rejectUnauthorized: true } : {};
	const versions = tlsVersion ? { minVersion: tlsVersion, maxVersion: tlsVersion } : {};
	const server: Server = Fastify({
		https: { ...set.server, ...clients, ...versions },
		// Calls that hang must not keep the server from closing.
		forceCloseConnections: true,
		exposeHeadRoutes: false,
		routerOptions: { maxParamLength: 500 },
	});
	await addBodyParsers(server);
	addErrorAnswers(server, backend);
	addGate(server, backend);
	addLogin(server, backend);
	addTaskCalls(server, backend);
	addCommandCalls(server, backend);
	addCapabilityCalls(server, backend);
	addDeviceCalls(server, backend);
	addSubscriptionCalls(server, backend);
	return server;
}

/** Bodies are read whatever they are: the platform looks at the headers first and refuses a bad body later. */
async function addBodyParsers(server: Server): Promise<void> {
	await server.register(formbody);
	server.removeContentTypeParser('application/json');
	server.addContentTypeParser(
		'application/json',
		{ parseAs: 'string' },
		async (_request: FastifyRequest, text: string) => {
			try {
				return JSON.parse(text) as unknown;
			} catch {
				return text;
			}
		},
	);
	server.addContentTypeParser(
		'*',
		{ parseAs: 'string' },
		async (_request: FastifyRequest, text: string) => text,
	);
}

function addErrorAnswers(server: Server, { settings }: Backend): void {
	server.setErrorHandler(async (error, _request, reply) => {
		if (error instanceof Refusal) {
			const { status, body, contentType } = refusalReply(error, settings);
			return await reply.code(status).type(contentType).send(textUnlessJson(body, contentType));
		}
		// A mistake of the stand-in itself: the text says which.
		const error_desc = error instanceof Error ? error.message : String(error);
		return await reply.code(500).send({ error_code: '100001', error_desc });
	});
	server.setNotFoundHandler(async (_request, reply) => {
		return await reply.code(404).send({ statusCode: 404, message: 'Application not found' });
	});
}
