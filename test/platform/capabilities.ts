/** What a parameter of a command or a property may be. Fields without a value are null. */
export interface ValueRules {
	dataType: 'int' | 'long' | 'decimal' | 'string' | 'DateTime' | 'jsonObject';
	required: boolean;
	min: number | null;
	max: number | null;
	step: number | null;
	maxLength: number | null;
	unit: string | null;
	enumList: string[] | null;
}

export type Para = ValueRules & { paraName: string };

export interface ServiceCapability {
	serviceId: string;
	serviceType: string;
	option: 'Master' | 'Mandatory' | 'Optional';
	description: string | null;
	commands: Array<{
		/** The `method` of a command. */
		commandName: string;
		paras: Para[];
		responses: Array<{ responseName: string; paras: Para[] }>;
	}>;
	properties: Array<ValueRules & { propertyName: string; method: string }>;
}

/** A parameter with the fields that are given; the others are null. */
export function para(paraName: string, rules: Pick<ValueRules, 'dataType'> & Partial<ValueRules>): Para {
	return { paraName, ...NO_RULES, ...rules };
}

const NO_RULES = {
	required: false,
	min: null,
	max: null,
	step: null,
	maxLength: null,
	unit: null,
	enumList: null,
};

const VALVE: ServiceCapability = {
	serviceId: 'Valve',
	serviceType: 'Valve',
	option: 'Mandatory',
	description: 'The valve of the meter',
	commands: [
		{
			commandName: 'SET_VALVE',
			paras: [para('value', { dataType: 'int', required: true, min: 0, max: 100, step: 1, unit: '%' })],
			responses: [
				{ responseName: 'SET_VALVE_RSP', paras: [para('result', { dataType: 'int', required: true })] },
			],
		},
		{
			commandName: 'CONFIGURE',
			paras: [
				para('mode', { dataType: 'string', required: true, enumList: ['auto', 'manual'] }),
				para('label', { dataType: 'string', maxLength: 16 }),
				para('closeAbove', { dataType: 'decimal', min: -10, max: 60.5, step: 0.5, unit: '°C' }),
				para('volume', { dataType: 'long', min: 0, max: 4_294_967_295, unit: 'L' }),
				para('startAt', { dataType: 'DateTime' }),
				para('schedule', { dataType: 'jsonObject' }),
			],
			responses: [],
		},
		{ commandName: 'RESTART', paras: [], responses: [] },
	],
	properties: [
		{ propertyName: 'position', ...NO_RULES, dataType: 'int', min: 0, max: 100, unit: '%', method: 'R' },
	],
};

const METER: ServiceCapability = {
	serviceId: 'Meter',
	serviceType: 'Meter',
	option: 'Mandatory',
	description: null,
	commands: [],
	properties: [{ propertyName: 'level', ...NO_RULES, dataType: 'decimal', unit: 'm', method: 'R' }],
};

/** What devices of a type can do unless a test says something else; of other types nothing is known. */
export function capabilitiesOf(deviceType: string | null): ServiceCapability[] {
	return deviceType === 'WaterMeter' ? [VALVE, METER] : [];
}
