import { createHash } from 'node:crypto';
import { CheckStatus } from '@stryker-mutator/api/check';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';

/** The share of mutants to test, from 0 to 1, and the seed that selects them. */
const PART = Number(process.env.SAMPLE || 1);
const SEED = process.env.SEED || String(Date.now());

/** A random sample of all mutants: the others are reported as compile errors, which don't count. */
class Sample {
	async init() {}

	async check(mutants) {
		return Object.fromEntries(
			mutants.map((mutant) => [mutant.id, this.isChosen(mutant) ? CHOSEN : LEFT_OUT]),
		);
	}

	isChosen({ fileName, location, mutatorName, replacement }) {
		const place = fileName.replace(/^.*?(nodes|credentials)\//, '$1/');
		const text = JSON.stringify([SEED, place, location, mutatorName, replacement]);
		return createHash('sha256').update(text).digest().readUInt32BE() < PART * 2 ** 32;
	}
}

const CHOSEN = { status: CheckStatus.Passed };
const LEFT_OUT = { status: CheckStatus.CompileError, reason: 'not in the sample' };

export const strykerPlugins = [declareClassPlugin(PluginKind.Checker, 'sample', Sample)];
