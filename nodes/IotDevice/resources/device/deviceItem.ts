import type { IDataObject } from 'n8n-workflow';

import type { Device } from '../../../shared/platform/devices';
import { toIso } from '../../../shared/values/times';

/** A device as an item: what a person looks for first, IDs last. What the platform leaves out is null. */
export function deviceItem(device: Device, isSimple: boolean): IDataObject {
	if (!isSimple) return device as IDataObject;
	const info = device.deviceInfo ?? {};
	return {
		deviceId: device.deviceId ?? null,
		name: info.name ?? null,
		status: info.status ?? null,
		statusDetail: info.statusDetail ?? null,
		deviceType: info.deviceType ?? null,
		model: info.model ?? null,
		createTime: toIso(device.createTime),
		lastModifiedTime: toIso(device.lastModifiedTime),
		nodeId: info.nodeId ?? null,
		gatewayId: device.gatewayId ?? null,
	};
}
