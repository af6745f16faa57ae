import type { PlatformClock } from './clock';
import type { DeviceInfo, StoredDevice } from './model';

/** Every field of a device's information without a value. */
export const NO_INFO: DeviceInfo = {
	nodeId: null,
	name: null,
	description: null,
	manufacturerId: null,
	manufacturerName: null,
	mac: null,
	location: null,
	deviceType: null,
	model: null,
	swVersion: null,
	fwVersion: null,
	hwVersion: null,
	protocolType: null,
	bridgeId: null,
	status: null,
	statusDetail: null,
	mute: null,
};

/** What a test may say of a device that it adds; the rest is filled in. */
export type DeviceSpec = Partial<
	DeviceInfo & Pick<StoredDevice, 'gatewayId' | 'nodeType' | 'createTime' | 'lastModifiedTime'>
>;

/** The devices of each application, in order of creation. */
export class Devices {
	private readonly byApplication = new Map<string, Map<string, StoredDevice>>();

	constructor(private readonly clock: PlatformClock) {}

	add(appId: string, deviceId: string, spec: DeviceSpec = {}): StoredDevice {
		const { gatewayId, nodeType, createTime, lastModifiedTime, ...info } = spec;
		const device: StoredDevice = {
			deviceId,
			appId,
			gatewayId: gatewayId ?? deviceId,
			nodeType: nodeType ?? 'ENDPOINT',
			createTime: createTime ?? this.clock.time(),
			lastModifiedTime: lastModifiedTime ?? this.clock.time(),
			deviceInfo: {
				...NO_INFO,
				nodeId: deviceId.slice(0, 15),
				name: deviceId,
				manufacturerId: 'Example',
				manufacturerName: 'Example',
				deviceType: 'WaterMeter',
				model: 'NBIoTDevice',
				protocolType: 'CoAP',
				status: 'OFFLINE',
				statusDetail: 'NONE',
				mute: 'FALSE',
				...info,
			},
			commands: this.find(appId, deviceId)?.commands ?? [],
		};
		this.of(appId).set(deviceId, device);
		return device;
	}

	find(appId: string, deviceId: string): StoredDevice | undefined {
		return this.byApplication.get(appId)?.get(deviceId);
	}

	/** The device of that id in every application. */
	named(deviceId: string): StoredDevice[] {
		return [...this.byApplication.values()].flatMap((devices) => devices.get(deviceId) ?? []);
	}

	list(appId: string): StoredDevice[] {
		return [...this.of(appId).values()];
	}

	remove({ appId, deviceId }: StoredDevice): void {
		this.of(appId).delete(deviceId);
	}

	private of(appId: string): Map<string, StoredDevice> {
		const devices = this.byApplication.get(appId) ?? new Map<string, StoredDevice>();
		this.byApplication.set(appId, devices);
		return devices;
	}
}
