import { capabilitiesOf } from './capabilities';
import { type PlatformClock, readPlatformTime } from './clock';
import type { DeviceInfo, StoredDevice } from './model';
import { insertInOrder } from './order';

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
	DeviceInfo & Omit<StoredDevice, 'appId' | 'commands' | 'deviceId' | 'deviceInfo' | 'registeredAt'>
>;

/** The devices of one application. */
interface Registry {
	byId: Map<string, StoredDevice>;
	/** In order of registration. May hold removed ones until somebody looks. */
	ordered: StoredDevice[];
	hasRemoved: boolean;
	/** Parts of the list that were asked for, until a device changes. */
	selections: Map<string, StoredDevice[]>;
}

/** So many parts of a list are remembered at most. */
const MAX_SELECTIONS = 50;

/** The devices of each application, in order of registration. */
export class Devices {
	private readonly byApplication = new Map<string, Registry>();

	constructor(private readonly clock: PlatformClock) {}

	/** Registers a device, or changes what is said of one that is there. */
	add(appId: string, deviceId: string, spec: DeviceSpec = {}): StoredDevice {
		const registry = this.of(appId);
		const known = registry.byId.get(deviceId);
		registry.selections.clear();
		if (known) {
			this.change(registry, known, spec);
			return known;
		}
		const device = this.make(appId, deviceId, spec);
		registry.byId.set(deviceId, device);
		insertInOrder(registry.ordered, device, ({ registeredAt }) => registeredAt);
		return device;
	}

	find(appId: string, deviceId: string): StoredDevice | undefined {
		return this.byApplication.get(appId)?.byId.get(deviceId);
	}

	/** The device of that id in every application. */
	named(deviceId: string): StoredDevice[] {
		return [...this.byApplication.values()].flatMap(({ byId }) => byId.get(deviceId) ?? []);
	}

	/** The list itself, in order of registration. */
	list(appId: string): StoredDevice[] {
		const registry = this.of(appId);
		if (registry.hasRemoved) {
			registry.ordered = registry.ordered.filter((device) => registry.byId.get(device.deviceId) === device);
			registry.hasRemoved = false;
		}
		return registry.ordered;
	}

	/** Makes a part of the list, or finds it: reading a list page by page makes it once. */
	select(appId: string, key: string, make: (all: StoredDevice[]) => StoredDevice[]): StoredDevice[] {
		const { selections } = this.of(appId);
		const found = selections.get(key) ?? make(this.list(appId));
		if (selections.size >= MAX_SELECTIONS) selections.clear();
		selections.set(key, found);
		return found;
	}

	/** Has to be called when the information of a device was changed. */
	changed({ appId }: StoredDevice): void {
		this.of(appId).selections.clear();
	}

	/** Puts a device elsewhere in the list, whenever it was registered; 0 is the first place. */
	move(device: StoredDevice, place: number): void {
		const list = this.list(device.appId);
		list.splice(list.indexOf(device), 1);
		list.splice(place, 0, device);
		this.changed(device);
	}

	remove(device: StoredDevice): void {
		const registry = this.of(device.appId);
		registry.byId.delete(device.deviceId);
		registry.hasRemoved = true;
		registry.selections.clear();
	}

	private make(appId: string, deviceId: string, spec: DeviceSpec): StoredDevice {
		const { gatewayId, nodeType, createTime, lastModifiedTime, capabilities, isZombie, ...info } = spec;
		const deviceInfo: DeviceInfo = {
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
		};
		const created = createTime ?? this.clock.time();
		return {
			deviceId,
			appId,
			gatewayId: gatewayId ?? deviceId,
			nodeType: nodeType ?? 'ENDPOINT',
			createTime: created,
			registeredAt: readPlatformTime(created) ?? NaN,
			lastModifiedTime: lastModifiedTime ?? created,
			deviceInfo,
			capabilities: capabilities ?? capabilitiesOf(deviceInfo.deviceType),
			isZombie: isZombie ?? false,
			commands: [],
		};
	}

	private change(registry: Registry, device: StoredDevice, spec: DeviceSpec): void {
		const { gatewayId, nodeType, createTime, lastModifiedTime, capabilities, isZombie, ...info } = spec;
		device.gatewayId = gatewayId ?? device.gatewayId;
		device.nodeType = nodeType ?? device.nodeType;
		device.lastModifiedTime = lastModifiedTime ?? this.clock.time();
		device.capabilities = capabilities ?? device.capabilities;
		device.isZombie = isZombie ?? device.isZombie;
		Object.assign(device.deviceInfo, info);
		if (createTime === undefined || createTime === device.createTime) return;
		device.createTime = createTime;
		device.registeredAt = readPlatformTime(createTime) ?? NaN;
		registry.ordered = this.list(device.appId).filter((other) => other !== device);
		insertInOrder(registry.ordered, device, ({ registeredAt }) => registeredAt);
	}

	private of(appId: string): Registry {
		const known = this.byApplication.get(appId);
		if (known) return known;
		const registry = { byId: new Map(), ordered: [], hasRemoved: false, selections: new Map() };
		this.byApplication.set(appId, registry);
		return registry;
	}
}
