/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports, no-console -- a command for people, runs in Node.js beside n8n */
import { parseArgs } from 'node:util';

import { soak } from './soak';

/** `npm run soak`: about ten minutes. `-- --rounds 50 --seed 7` for another one. */
async function main(): Promise<void> {
	const { values } = parseArgs({ options: { rounds: { type: 'string' }, seed: { type: 'string' } } });
	const seed = Number(values.seed ?? Date.now() % 1_000_000);
	const rounds = Number(values.rounds ?? 300);
	console.log(`${rounds} rounds with the seed ${seed}`);
	const result = await soak({ seed, rounds, log: (line) => console.log(line) });
	console.log(JSON.stringify(result, undefined, '\t'));
	const isComplete = [result.twice, result.lost, result.left].every((ids) => ids.length === 0);
	console.log(isComplete ? 'Every command is accounted for' : `Not accounted for: see above (seed ${seed})`);
	process.exit(isComplete ? 0 : 1);
}

void main();
