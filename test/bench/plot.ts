import type { TopLevelSpec } from 'vega-lite';

import type { SpeedRow } from './speed';

const SERIES = [
	['node', 'IoT Command Revoke'],
	['httpRequest', 'HTTP Request'],
	['bare', 'bare https'],
] as const;

/** Time over devices, as SVG. */
export async function plot(rows: SpeedRow[]): Promise<string> {
	const values = rows.flatMap((row) =>
		SERIES.map(([key, name]) => ({ devices: row.devices, seconds: row[key] / 1000, name })),
	);
	const spec: TopLevelSpec = {
		width: 480,
		height: 280,
		background: 'white',
		padding: 12,
		data: { values },
		mark: { type: 'line', point: true },
		encoding: {
			x: { field: 'devices', type: 'quantitative', title: 'devices', scale: { zero: true } },
			y: { field: 'seconds', type: 'quantitative', title: 'seconds' },
			color: {
				field: 'name',
				type: 'nominal',
				title: null,
				scale: { domain: SERIES.map(([, name]) => name), range: ['#c7000b', '#6b7280', '#9dbbe0'] },
			},
		},
	};
	// They are ES modules that can't be required.
	const [{ parse, View }, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
	return await new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG();
}
