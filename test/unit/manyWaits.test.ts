import { clock } from '../../nodes/shared/values/clock';
import { DONE, READ, transportTo } from './transportTo';
import { VirtualClock } from './virtualClock';

const time = new VirtualClock();

beforeEach(() => time.install());
afterEach(() => time.uninstall());

/** Recursion over this many, or passing them all as arguments, would overflow the stack. */
it('a run that is canceled ends 120,000 waits at once', async () => {
	// The clock of these tests takes longer for each one that waits.
	clock.sleep = async () => await new Promise(() => {});
	const cancel = new AbortController();
	const transport = transportTo(() => DONE, { signal: cancel.signal });
	const waits = Array.from({ length: 120_000 }, async () => await transport.wait(1000));
	cancel.abort();
	expect((await Promise.all(waits)).every((waited) => !waited)).toBe(true);
});

it('and 120,000 calls that wait for the rate limit', async () => {
	const cancel = new AbortController();
	const transport = transportTo(() => DONE, { signal: cancel.signal, limit: 1 });
	await time.run(transport.send(READ));
	clock.sleep = async () => await new Promise(() => {});
	const calls = Array.from({ length: 120_000 }, async () => await transport.send(READ));
	cancel.abort();
	expect((await Promise.all(calls)).every((sent) => !sent.ok)).toBe(true);
});
