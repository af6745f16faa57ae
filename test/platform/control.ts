import type { FastifyInstance } from 'fastify';

import type { Tokens } from './access';
import type { Fault, Faults } from './faults';
import type { PlatformOptions } from './options';
import type { RecordedRequest } from './platform';
import type { Store } from './store';

interface Controlled {
	store: Store;
	tokens: Tokens;
	faults: Faults;
	options: PlatformOptions;
	requests: RecordedRequest[];
}

/** Not part of the platform: how people and other processes steer the stand-in. */
export function registerControl(
	server: FastifyInstance,
	{ store, tokens, faults, options, requests }: Controlled,
): void {
	server.post('/control/devices', async (request) => {
		const { deviceId, commands } = request.body as { deviceId: string; commands: number };
		return store.queue(deviceId, commands, options.appId);
	});
	server.post('/control/expire-tokens', async () => {
		tokens.expireAll();
		return {};
	});
	server.post('/control/fault', async (request) => {
		faults.add(request.body as Fault);
		return {};
	});
	server.get('/control/state', async () => ({
		devices: Object.fromEntries(store.devices),
		tasks: store.tasks.length,
		requests: requests.length,
	}));
}
