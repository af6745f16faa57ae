import { Backend } from './backend';
import { type Certificates, certificates, serverCertificate } from './certificates';
import { addControl } from './control';
import { type Events, eventsOf } from './events';
import type { Fault } from './faults';
import type { RecordedPush, RecordedRequest, StoredCommand, StoredSubscription, StoredTask } from './model';
import { type PlatformOptions, type Settings, withDefaults } from './options';
import { buildServer } from './server';

export type { Certificates, Pem, PemPair } from './certificates';
export { para, type ServiceCapability } from './capabilities';
export type { DeviceSpec } from './devices';
export type { Fault } from './faults';
export type * from './model';
export type { PlatformOptions } from './options';

/** A running stand-in of the platform, on 127.0.0.1. */
export interface Platform extends Events {
	/** `https://127.0.0.1:PORT` */
	url: string;
	port: number;
	appId: string;
	secret: string;
	certificates: Certificates;
	/** In order of arrival; control calls are not among them. */
	requests: RecordedRequest[];
	/** A valid access token, as if somebody had logged in elsewhere. */
	issueToken(): string;
	/** From now on every token issued so far is refused. */
	expireTokens(): void;
	/** All commands, or those of one device, with their present status. */
	commands(deviceId?: string): StoredCommand[];
	tasks(): StoredTask[];
	subscriptions(): StoredSubscription[];
	/** Each attempt to push a notification. */
	pushes: RecordedPush[];
	/** Adds a fault to those that wait for a call. */
	failNext(fault: Fault): void;
	clearFaults(): void;
	/** Changes how it behaves while it runs. */
	set(options: Partial<PlatformOptions>): void;
	/** Cuts what is open and ends all timers. */
	close(): Promise<void>;
}

/**
 * Starts a stand-in of the platform. It behaves as the platform's pages say and refuses what the platform would
 * refuse; where nobody knows, `options` choose.
 */
export async function startPlatform(options: PlatformOptions = {}): Promise<Platform> {
	const backend = new Backend(options);
	const { settings, tokens, devices, commands, tasks, faults, subscriptions, pusher } = backend;
	const set = certificatesFor(settings);
	const server = await buildServer(backend, set);
	const events = eventsOf(backend);
	addControl(server, backend, events);
	await server.listen({ host: '127.0.0.1', port: settings.port });
	const address = server.server.address();
	const port = typeof address === 'object' && address !== null ? address.port : settings.port;

	return {
		...events,
		url: `https://127.0.0.1:${port}`,
		port,
		appId: settings.appId,
		secret: settings.secret,
		certificates: set,
		requests: backend.requests,
		pushes: pusher.pushes,
		issueToken: () => tokens.issue(),
		expireTokens: () => tokens.expireAll(),
		commands(deviceId) {
			tasks.advance();
			if (deviceId === undefined) return commands.all();
			return devices.named(deviceId).flatMap((device) => device.commands);
		},
		tasks() {
			tasks.advance();
			return tasks.all();
		},
		subscriptions: () => subscriptions.all(),
		failNext: (fault) => faults.add(fault),
		clearFaults: () => faults.clear(),
		set(changes) {
			// An option that is set to undefined gets its default again.
			for (const option of Object.keys(changes)) delete settings[option as keyof typeof settings];
			Object.assign(settings, withDefaults({ ...settings, ...changes }));
		},
		async close() {
			backend.stop();
			await server.close();
		},
	};
}

/** The set of certificates, with the server's as the options want it. */
function certificatesFor({ certificates: given, hostNames, certificateNames }: Settings): Certificates {
	const set = given ?? certificates();
	if (hostNames) return { ...set, server: serverCertificate(set, hostNames) };
	return certificateNames === 'other' ? { ...set, server: set.serverOtherName } : set;
}
