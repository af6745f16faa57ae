import { soak } from '../soak/soak';

jest.setTimeout(180_000);

it('after rounds with mixed faults, expired tokens and changed thresholds every command is accounted for', async () => {
	const result = await soak({ seed: 1, rounds: 12 });
	expect(result).toMatchObject({ twice: [], lost: [], left: [] });
	expect(result.reported + result.told).toBe(result.queued);
	expect(result.faults).toBeGreaterThan(20);
});
