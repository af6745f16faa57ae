import { para, type ServiceCapability } from '../platform/capabilities';

/** The device that the pictures are about. */
export const PUMP = '7f3c9a52-0d4b-4b1e-9d6f-2a1c5e8b7d90';

const ofService = (
	serviceId: string,
	commandName: string,
	paras: ReturnType<typeof para>[],
): ServiceCapability => ({
	serviceId,
	serviceType: serviceId,
	option: 'Mandatory',
	description: null,
	commands: [{ commandName, paras, responses: [] }],
	properties: [],
});

/** What it understands. */
export const PUMP_CAPABILITIES = [
	ofService('Pump', 'SET_SPEED', [
		para('mode', { dataType: 'string', required: true, enumList: ['auto', 'manual'] }),
		para('speed', { dataType: 'decimal', min: 0, max: 3000, unit: 'rpm' }),
		para('startAt', { dataType: 'DateTime' }),
	]),
	ofService('Valve', 'SET_VALVE', [para('open', { dataType: 'string', enumList: ['true', 'false'] })]),
];

/** What waits for it. */
export const PUMP_COMMANDS = [
	{ serviceId: 'Valve', method: 'SET_VALVE', paras: { open: 'false' } },
	{ serviceId: 'Valve', method: 'SET_VALVE', paras: { open: 'true' } },
	{ serviceId: 'Pump', method: 'SET_SPEED', paras: { mode: 'manual', speed: 1450 } },
];
