import {
	answersTo,
	claimedCommands,
	forgetOpen,
	hasOpenTwin,
	rememberOpen,
} from '../../nodes/IotDevice/resources/command/knownCommands';
import { Sender } from '../../nodes/IotDevice/resources/command/sendOnce';
import type { NewCommand } from '../../nodes/shared/platform/sendCommand';
import { transportWith } from './fakeTransport';
import { VirtualClock } from './virtualClock';

/** What tells one command from another like it, so that none is taken for a request that is not its own. */

const time = new VirtualClock();

beforeEach(() => time.install());
afterEach(() => time.uninstall());

const request = (changes: Partial<NewCommand> = {}): NewCommand => ({
	deviceId: 'device-1',
	serviceId: 'Valve',
	method: 'SET_VALVE',
	paras: { value: 50, mode: 'slow' },
	...changes,
});

describe('A listed command', () => {
	const listed = (changes: object = {}) => ({
		commandId: 'c',
		deviceId: 'device-1',
		command: { serviceId: 'Valve', method: 'SET_VALVE', paras: { mode: 'slow', value: 50 } },
		expireTime: 3600,
		...changes,
	});

	it.each<[string, object, Partial<NewCommand>, boolean]>([
		['with the same values in another order', {}, {}, true],
		['with another value', {}, { paras: { value: 51, mode: 'slow' } }, false],
		['of another service', {}, { serviceId: 'Lamp' }, false],
		['of another method', {}, { method: 'RESTART' }, false],
		['with the expiry that was asked for', {}, { expireTime: 3600 }, true],
		['with another expiry', {}, { expireTime: 7200 }, false],
		['that does not say when it expires', { expireTime: null }, { expireTime: 7200 }, true],
		['with another callback', { callbackUrl: 'http://a:1/x' }, { callbackUrl: 'http://b:1/x' }, false],
		['with other retransmissions', { maxRetransmit: 1 }, { maxRetransmit: 0 }, false],
	])('%s', (_what, changes, asked, isIt) => {
		expect(answersTo(listed(changes), request(asked))).toBe(isIt);
	});
});

describe('A request whose fate is not known', () => {
	it('makes another one like it unclear, but not itself, nor what differs', () => {
		const [one, twin] = [request(), request()];
		rememberOpen('a', one);
		expect(hasOpenTwin('a', twin)).toBe(true);
		expect(hasOpenTwin('a', request({ deviceId: 'DEVICE-1' }))).toBe(true);
		expect(hasOpenTwin('a', one)).toBe(false);
		expect(hasOpenTwin('another', twin)).toBe(false);
		for (const other of [{ deviceId: 'device-2' }, { serviceId: 'Lamp' }, { method: 'X' }, { paras: {} }]) {
			expect(hasOpenTwin('a', request(other))).toBe(false);
		}
		forgetOpen('a', one);
		expect(hasOpenTwin('a', twin)).toBe(false);
	});

	it('no longer counts after an hour', () => {
		rememberOpen('b', request());
		time.pass(3_599_999);
		expect(hasOpenTwin('b', request())).toBe(true);
		time.pass(1);
		expect(hasOpenTwin('b', request())).toBe(false);
	});
});

it('A claimed command belongs to its application alone', () => {
	claimedCommands.add('c', 'x');
	expect([claimedCommands.has('c', 'x'), claimedCommands.has('d', 'x')]).toEqual([true, false]);
});

it('A command without an ID is claimed for no request', async () => {
	const { deviceId, ...command } = request();
	const listed = { deviceId, command };
	const sender = new Sender(
		transportWith(() => ({ body: { pagination: {}, data: [listed] } })),
		true,
	);
	const cause = { kind: 'transient' as const, maybeDone: true, what: 'Lost', help: 'None' };
	const before = { range: {}, commandIds: new Set<string>(), latest: -Infinity };
	for (let lookUp = 0; lookUp < 2; lookUp += 1) {
		const lost = { command: request(), appId: undefined, cause, before, notBefore: -Infinity };
		expect(await time.run(sender.lookUp(lost))).toEqual({ command: listed });
	}
});
