/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js beside n8n, never inside it */
import type { Server as HttpsServer } from 'node:https';
import type { FastifyInstance } from 'fastify';
import { Callbacks } from './callbacks';
import { PlatformClock } from './clock';
import { Commands } from './commands';
import { Delivery } from './delivery';
import { Devices } from './devices';
import { Faults } from './faults';
import { LateWork } from './lateWork';
import { Tokens } from './login';
import type { RecordedRequest } from './model';
import { Notifications } from './notifications';
import { type PlatformOptions, type Settings, withDefaults } from './options';
import { Pusher } from './pusher';
import { Subscriptions } from './subscriptions';
import { Tasks } from './tasks';
import { Throttle } from './throttle';
import { Timers } from './timers';

export type Server = FastifyInstance<HttpsServer>;

/** Everything that the platform knows, shared by its calls. */
export class Backend {
	readonly settings: Settings;
	readonly clock: PlatformClock;
	readonly timers = new Timers();
	readonly requests: RecordedRequest[] = [];
	readonly faults = new Faults();
	readonly lateWork = new LateWork();
	readonly throttle: Throttle;
	readonly tokens: Tokens;
	readonly devices: Devices;
	readonly commands: Commands;
	readonly tasks: Tasks;
	readonly subscriptions = new Subscriptions();
	readonly callbacks = new Callbacks(this.subscriptions);
	readonly pusher: Pusher;
	readonly notifications: Notifications;
	readonly delivery: Delivery;

	constructor(options: PlatformOptions) {
		this.settings = withDefaults(options);
		const { settings, timers } = this;
		const clock = new PlatformClock(settings);
		this.clock = clock;
		this.throttle = new Throttle(settings);
		this.tokens = new Tokens(settings);
		this.devices = new Devices(clock);
		this.commands = new Commands(settings, clock, this.callbacks);
		this.tasks = new Tasks(settings, clock, this.commands);
		this.pusher = new Pusher(settings, timers);
		this.notifications = new Notifications(settings, clock, this.subscriptions, this.pusher);
		this.delivery = new Delivery(settings, clock, timers, this.notifications);
	}

	/** Ends all that goes on by itself. */
	stop(): void {
		this.timers.stop();
		this.pusher.stop();
	}
}
