import type { IDataObject } from 'n8n-workflow';

import { credentialFor, runNode } from './engine';
import { usePlatform } from './usePlatform';

/** The node reads the usual expression by itself where the item holds text: nobody may see a difference. */

const platform = usePlatform();

const items: IDataObject[] = [
	{ deviceId: 'device-1' },
	{ deviceId: 'device-2' },
	{ deviceId: 7 },
	{ deviceId: null },
	{},
	{ deviceId: '' },
	{ deviceId: ' ' },
	{ deviceId: { id: 'device-1' } },
	{ deviceId: ['device-1'] },
	{ deviceId: true },
	{ deviceId: '={{ 1 + 1 }}' },
	{ deviceId: 'x'.repeat(65) },
	{ deviceId: 'device-1' },
];

it('The usual expression gives what another one gives, for each kind of value', async () => {
	const outcomes: unknown[] = [];
	for (const value of ['={{ $json.deviceId }}', '={{ $json["deviceId"] }}']) {
		platform.queueCommands('device-1', 1);
		platform.queueCommands('device-2', 2);
		const { items: revoked, failed } = await runNode({
			credential: credentialFor(platform),
			items,
			parameters: { deviceId: { __rl: true, mode: 'id', value } },
			settings: { onError: 'continueErrorOutput' },
		});
		expect(revoked).toHaveLength(3);
		outcomes.push([
			revoked.map(({ json, pairedItem }) => [json.deviceId, pairedItem]),
			failed.map(({ json, pairedItem }) => [json.error, pairedItem]),
		]);
	}
	expect(outcomes[0]).toEqual(outcomes[1]);
});
