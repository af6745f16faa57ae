import { count, type Figures } from './figures';
import type { SpeedRow } from './speed';

/** What a release has to reach, and what was measured; each a ratio, a number of calls or a time of one run of the benchmark. */
export interface Target {
	what: string;
	measured: number;
	/** The most that is allowed. */
	most: number;
	/** Whether it comes out the same on any machine, in a quick round too. */
	isExact?: boolean;
}

/** The targets for what was measured. */
export function targetsOf(figures: Figures): Target[] {
	return [
		...speedTargets(figures),
		...scaleTargets(figures),
		...rateLimitTargets(figures),
		...sharingTargets(figures),
		...memoryTargets(figures),
	];
}

export function isMet({ measured, most }: Target): boolean {
	return measured <= most;
}

function speedTargets({ speed, sends }: Figures): Target[] {
	const cell = ({ devices, latencyMs }: SpeedRow) => `${count(devices)} devices at ${latencyMs} ms`;
	const targets = speed.flatMap((row) => [
		{ what: `${cell(row)}: time, to HTTP Request's`, measured: row.node / row.httpRequest, most: 0.5 },
		{ what: `${cell(row)}: time, to bare \`https\`'s`, measured: row.node / row.bare, most: 1.25 },
	]);
	if (!sends) return targets;
	const { devices, node, httpRequest } = sends;
	const what = `${count(devices)} sends: time, to HTTP Request's`;
	return [...targets, { what, measured: node / httpRequest, most: 0.5 }];
}

function scaleTargets({ scale }: Figures): Target[] {
	const [few, ...many] = scale.filter(({ workflow }) => workflow === 'node');
	if (!few) return [];
	return many.flatMap(({ devices, ms, loop }) => [
		{
			what: `${count(devices)} devices: time for one, to that of ${count(few.devices)}`,
			measured: ms / devices / (few.ms / few.devices),
			most: 1.1,
		},
		{
			what: `${count(devices)} devices: milliseconds that this package blocks n8n at once`,
			measured: loop?.ours ?? NaN,
			most: 100,
		},
	]);
}

function rateLimitTargets({ rateLimit }: Figures): Target[] {
	if (!rateLimit) return [];
	const { node, bound, devices } = rateLimit;
	return [
		{ what: 'at the rate limit: time, to the bound', measured: node.ms / bound, most: 1.02 },
		{ what: 'at the rate limit: devices lost', measured: devices - node.done, most: 0, isExact: true },
		{ what: 'at the rate limit: calls refused', measured: node.refused, most: 0, isExact: true },
	];
}

function sharingTargets({ sharing, turns }: Figures): Target[] {
	const targets = sharing.map(({ others, ms, bound, most }) => ({
		what: `at the rate limit, other programs: ${others}: time, to the bound`,
		measured: ms / bound,
		most,
		isExact: true,
	}));
	if (!turns) return targets;
	const { calls, ms, bound } = turns.small;
	const what = `at the rate limit, ${calls} devices beside ${count(turns.big.calls)}: time, to the bound`;
	return [...targets, { what, measured: ms / bound, most: 1.02, isExact: true }];
}

function memoryTargets({ memory, size }: Figures): Target[] {
	const targets: Target[] = memory.flatMap(({ devices, way, peak }) => {
		const other = memory.find((row) => row.devices === devices && row.way !== way);
		if (way !== 'node' || !other) return [];
		const what = `${count(devices)} devices: peak memory, to HTTP Request's and Split Out's`;
		return [{ what, measured: peak / other.peak, most: 0.6 }];
	});
	if (!size) return targets;
	return [...targets, { what: 'kB of the tarball', measured: size.tarball / 1000, most: 100 }];
}
