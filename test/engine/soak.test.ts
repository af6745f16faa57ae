import { soak } from '../soak/soak';

jest.setTimeout(180_000);

it('after rounds with mixed faults, expired tokens and changed thresholds every command is accounted for', async () => {
	const result = await soak({ seed: 2, rounds: 20 });
	expect(result).toMatchObject({ twice: [], lost: [], left: [] });
	expect(result.reported + result.told).toBe(result.queued);
	// Nothing is proved by what never happened.
	const { met, tokensRefused, overThreshold, told } = result;
	const happened = Object.entries({ ...met, tokensRefused, overThreshold, told });
	expect(happened.filter(([, count]) => count === 0)).toEqual([]);
});
