import { HuaweiIotApi } from '../../credentials/HuaweiIotApi.credentials';
import { IotCommandRevoke } from '../../nodes/IotCommandRevoke/IotCommandRevoke.node';
import { IotDevice } from '../../nodes/IotDevice/IotDevice.node';
import { IotDevicePollingTrigger } from '../../nodes/IotDevicePollingTrigger/IotDevicePollingTrigger.node';
import { IotDeviceTrigger } from '../../nodes/IotDeviceTrigger/IotDeviceTrigger.node';

it.each([IotCommandRevoke, IotDevice, IotDevicePollingTrigger, IotDeviceTrigger])(
	'%p needs the credential',
	(Node) => {
		const { credentials } = new Node().description;
		expect(credentials).toEqual([{ name: new HuaweiIotApi().name, required: true }]);
	},
);
