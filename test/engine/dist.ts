/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js: loads the compiled code */
import { join } from 'node:path';
import type { ICredentialType, INodeType } from 'n8n-workflow';

import type { Clock } from '../clock/fakeClock';

// eslint-disable-next-line @typescript-eslint/no-require-imports -- built before the tests run, unknown to the compiler
const load = <T>(path: string): T => require(join(__dirname, '../../dist', path)) as T;

/** The compiled code, as it is published. */
export const { IotCommandRevoke } = load<{ IotCommandRevoke: new () => INodeType }>(
	'nodes/IotCommandRevoke/IotCommandRevoke.node.js',
);
export const { IotDevicePollingTrigger } = load<{ IotDevicePollingTrigger: new () => INodeType }>(
	'nodes/IotDevicePollingTrigger/IotDevicePollingTrigger.node.js',
);
export const { IotDevice } = load<{ IotDevice: new () => INodeType }>('nodes/IotDevice/IotDevice.node.js');
export const { HuaweiIotApi } = load<{ HuaweiIotApi: new () => ICredentialType }>(
	'credentials/HuaweiIotApi.credentials.js',
);

/** What tests move time in. */
export const clockModule = load<{ clock: Clock }>('nodes/shared/values/clock.js');
export const { period } = load<{ period: { ms: number } }>('nodes/shared/client/rateLimit.js');

/** What tests watch being called. */
export const commandsModule = load<{ listCommands: (...args: unknown[]) => Promise<unknown> }>(
	'nodes/shared/platform/commands.js',
);
