/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- a program of its own, run by manyWaits.test.ts */
import { equal } from 'node:assert/strict';

import { clock } from '../../nodes/shared/values/clock';
import { DONE, READ, transportTo } from './transportTo';

/** Recursion over this many, or passing them all as arguments, would overflow the stack. */
const MANY = 120_000;

async function main(): Promise<void> {
	// Nothing ends by itself.
	clock.sleep = async () => await new Promise(() => {});
	const ofWaits = new AbortController();
	const waiting = transportTo(() => DONE, { signal: ofWaits.signal });
	const waits = Array.from({ length: MANY }, async () => await waiting.wait(1000));
	ofWaits.abort();
	equal((await Promise.all(waits)).filter((isOver) => !isOver).length, MANY);

	const ofCalls = new AbortController();
	const calling = transportTo(() => DONE, { signal: ofCalls.signal, limit: 1 });
	equal((await calling.send(READ)).ok, true);
	const calls = Array.from({ length: MANY }, async () => await calling.send(READ));
	ofCalls.abort();
	equal((await Promise.all(calls)).filter(({ ok }) => !ok).length, MANY);
	process.stdout.write('all ended');
}

void main();
