import { readCapabilities } from '../../nodes/shared/platform/capabilities';
import { createTask, getTask, listTasks } from '../../nodes/shared/platform/revocationTasks';
import { findCommand, readCommands } from '../../nodes/shared/platform/commands';
import { getDevice, listDevices } from '../../nodes/shared/platform/devices';
import { browseDevices, searchDevices } from '../../nodes/shared/platform/searchDevices';
import { sendCommand } from '../../nodes/shared/platform/sendCommand';
import { Subscriptions } from '../../nodes/shared/platform/subscriptions';
import type { Transport } from '../../nodes/shared/client/transport';
import type { Result } from '../../nodes/shared/values/results';
import { transportWith } from './fakeTransport';

/** The envelopes of gateways and other services, with HTTP 200: whatever was asked, their words are shown. */

const goOn = () => true;

const CALLS: Record<string, (transport: Transport) => Promise<Result<unknown>>> = {
	'the list of commands': async (to) => await readCommands(to, {}, goOn),
	'the look-up of a command': async (to) => await findCommand(to, { commandId: 'c' }, undefined),
	'the list of tasks': async (to) => await listTasks(to, {}, goOn),
	'the look-up of a task': async (to) => await getTask(to, 't'),
	'the list of devices': async (to) => await listDevices(to, {}, goOn),
	'the look-up of a device': async (to) => await getDevice(to, 'd', undefined),
	'the list of devices in the editor': async (to) => await browseDevices(to, undefined),
	'the search for devices': async (to) => await searchDevices(to, undefined, 'd'),
	"the list of a device's capabilities": async (to) => await readCapabilities(to, 'd', undefined),
	'the list of subscriptions': async (to) => await new Subscriptions(to).list(),
	'a revocation': async (to) => await createTask(to, { deviceId: 'd' }),
	'a command': async (to) =>
		await sendCommand(to, { deviceId: 'd', serviceId: 's', method: 'm', paras: {} }, undefined),
};

const LISTS = ['data', 'devices', 'subscriptions', 'deviceCapabilities'];
const BESIDE = [{}, { pagination: null }, { pagination: { pageNo: 0, pageSize: 1 } }, { totalCount: 0 }];

describe.each(Object.keys(CALLS))('An envelope instead of the answer to %s', (name) => {
	const whatOf = async (body: object) => {
		const result = await CALLS[name]?.(transportWith(() => ({ body })));
		return !result || result.ok ? `accepted: ${JSON.stringify(body)}` : result.failure.what;
	};

	it.each(['message', 'msg', 'error_desc', 'error_msg', 'resultmsg'])(
		'shows the words that stand in %s, beside a list that is null',
		async (key) => {
			for (const list of LISTS) {
				for (const more of BESIDE) {
					const body = { code: 30001, [list]: null, [key]: 'authentication failed', ...more };
					expect(await whatOf(body)).toContain('30001: authentication failed');
				}
			}
		},
	);

	it('shows its code where it has no words', async () => {
		for (const list of LISTS) {
			for (const more of BESIDE) {
				expect(await whatOf({ code: '30001', [list]: null, ...more })).toContain('(30001)');
			}
		}
	});
});
