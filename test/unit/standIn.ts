import { type Answer, call, type Call } from '../platform/caller';
import { type Platform, type PlatformOptions, startPlatform } from '../platform/platform';

export const TASKS = '/iocm/app/cmd/v1.4.0/deviceCommandCancelTasks';
export const COMMANDS = '/iocm/app/cmd/v1.4.0/deviceCommands';
export const DEVICES = '/iocm/app/dm/v1.4.0/devices';
export const CAPABILITIES = '/iocm/app/data/v1.1.0/deviceCapabilities';
export const SUBSCRIPTIONS = '/iocm/app/sub/v1.2.0/subscriptions';
export const LOGIN = '/iocm/app/sec/v1.1.0/login';

/** A stand-in of the platform for one test, with a clock that only the test moves. */
export class StandIn {
	/** Milliseconds. */
	now = 0;
	private running: Platform | undefined;

	get platform(): Platform {
		if (!this.running) throw new Error('The stand-in has not been started');
		return this.running;
	}

	async start(options: PlatformOptions = {}): Promise<Platform> {
		this.now = Date.UTC(2020, 5, 3, 6, 17, 1);
		this.running = await startPlatform({ now: () => this.now, ...options });
		return this.running;
	}

	async stop(): Promise<void> {
		await this.running?.close();
		this.running = undefined;
	}

	async get(path: string, more: Partial<Call> = {}): Promise<Answer> {
		return await call(this.platform, { path, ...more });
	}

	async post(path: string, body: unknown, more: Partial<Call> = {}): Promise<Answer> {
		return await call(this.platform, { method: 'POST', path, body, ...more });
	}

	async put(path: string, body: unknown): Promise<Answer> {
		return await call(this.platform, { method: 'PUT', path, body });
	}

	async remove(path: string): Promise<Answer> {
		return await call(this.platform, { method: 'DELETE', path });
	}

	async revoke(deviceId: unknown, more: Partial<Call> = {}): Promise<Answer> {
		return await this.post(TASKS, { deviceId }, more);
	}

	statuses(deviceId: string): string[] {
		return this.platform.commands(deviceId).map(({ status }) => status);
	}
}

/** How the gateway refuses a call. */
export const gatewayRefusal = (resultcode: string) => ({
	status: 403,
	json: { resultcode, resultmsg: expect.any(String) as string },
});

/** How a service refuses a call. */
export const refusal = (status: number, error_code: string) => ({
	status,
	json: { error_code, error_desc: expect.any(String) as string },
});
