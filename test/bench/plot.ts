import type { TopLevelSpec } from 'vega-lite';

import { count } from './figures';
import type { SpeedRow } from './speed';

const SERIES = [
	['node', 'IoT Command Revoke'],
	['httpRequest', 'HTTP Request'],
	['bare', 'bare https'],
] as const;

/** Time over latency as SVG, a small plot for each number of devices. */
export async function plot(rows: SpeedRow[]): Promise<string> {
	const sizes = [...new Set(rows.map(({ devices }) => devices))];
	const titles = sizes.map((devices) => `${count(devices)} devices`);
	const values = rows.flatMap((row) =>
		SERIES.map(([key, name]) => ({
			devices: titles[sizes.indexOf(row.devices)],
			latency: row.latencyMs,
			seconds: row[key] / 1000,
			name,
		})),
	);
	const spec: TopLevelSpec = {
		background: 'white',
		padding: 12,
		data: { values },
		facet: { field: 'devices', type: 'nominal', title: null, sort: titles },
		columns: sizes.length,
		// Three sizes, ten times apart: each needs seconds of its own.
		resolve: { scale: { y: 'independent' } },
		spec: {
			width: 190,
			height: 220,
			mark: { type: 'line', point: true },
			encoding: {
				x: {
					field: 'latency',
					type: 'quantitative',
					title: 'latency of the platform (ms)',
					axis: { values: [...new Set(rows.map(({ latencyMs }) => latencyMs))] },
				},
				y: { field: 'seconds', type: 'quantitative', title: 'seconds', scale: { zero: true } },
				color: {
					field: 'name',
					type: 'nominal',
					title: null,
					legend: { orient: 'bottom' },
					scale: { domain: SERIES.map(([, name]) => name), range: ['#c7000b', '#6b7280', '#9dbbe0'] },
				},
			},
		},
	};
	// They are ES modules that can't be required.
	const [{ parse, View }, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
	return await new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG();
}
