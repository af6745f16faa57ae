import { deviceFilter } from '../../nodes/IotDevicePollingTrigger/readWatched';
import { passes } from '../../nodes/IotDeviceTrigger/events';
import { deviceEvent } from '../../nodes/shared/items/deviceEvent';

/** The platform takes IDs in any case, and so do the triggers. */

const event = (deviceId: string) => deviceEvent('deviceAdded', deviceId, {}, []);
const filter = { events: ['deviceAdded'], statuses: [] };

it.each([
	[['abc-1'], 'ABC-1', true],
	[['ABC-1'], 'abc-1', true],
	[['abc-1', 'abc-2'], 'abc-3', false],
	[['abc'], 'abc-1', false],
	[[], 'abc-1', true],
])('IDs %j and the device %s: %s', (deviceIds, deviceId, isChosen) => {
	expect(passes(event(deviceId), { ...filter, deviceIds })).toBe(isChosen);
	expect(deviceFilter(deviceIds)(deviceId)).toBe(isChosen);
});
