import { HuaweiIotApi } from '../../credentials/HuaweiIotApi.credentials';
import { IotCommandRevoke } from '../../nodes/IotCommandRevoke/IotCommandRevoke.node';
import { IotDevice } from '../../nodes/IotDevice/IotDevice.node';
import { IotDevicePollingTrigger } from '../../nodes/IotDevicePollingTrigger/IotDevicePollingTrigger.node';
import { IotDeviceTrigger } from '../../nodes/IotDeviceTrigger/IotDeviceTrigger.node';

const nodes = [
	new IotCommandRevoke(),
	new IotDevice(),
	new IotDevicePollingTrigger(),
	new IotDeviceTrigger(),
].map(({ description }) => description);

it.each(nodes)('$displayName needs the credential', ({ credentials }) => {
	expect(credentials).toEqual([{ name: new HuaweiIotApi().name, required: true }]);
});
