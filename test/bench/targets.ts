import type { Figures } from './report';

/** What a release has to reach, and what was measured; each a ratio or a share of one run of the benchmark. */
export interface Target {
	what: string;
	measured: number;
	/** The most that is allowed. */
	most: number;
}

/** The targets for what was measured. */
export function targetsOf({ speed, threshold, memory, size }: Figures): Target[] {
	const targets: Target[] = speed.map(({ devices, node, httpRequest }) => ({
		what: `time for ${devices.toLocaleString('en')} devices, to HTTP Request's`,
		measured: node / httpRequest,
		most: 1,
	}));
	const [least, most] = [speed[0], speed.at(-1)];
	if (least && most && least !== most) {
		targets.push({
			what: `time for one device at ${most.devices.toLocaleString('en')} devices, to that at ${least.devices.toLocaleString('en')}`,
			measured: most.node / most.devices / (least.node / least.devices),
			most: 1.1,
		});
	}
	if (threshold) {
		const { node, bound, devices } = threshold;
		targets.push(
			{ what: 'time at the threshold, to the bound', measured: node.ms / bound, most: 1.05 },
			{ what: 'devices lost at the threshold', measured: devices - node.done, most: 0 },
			{ what: 'share of calls refused at the threshold', measured: node.throttled / devices, most: 0.01 },
		);
	}
	for (const { devices, way, peak } of memory) {
		const other = memory.find((row) => row.devices === devices && row.way !== way);
		if (way !== 'node' || !other) continue;
		targets.push({
			what: `peak memory for ${devices.toLocaleString('en')} devices, to HTTP Request's`,
			measured: peak / other.peak,
			most: 1,
		});
	}
	if (size) targets.push({ what: 'kB that n8n loads', measured: size.loaded / 1000, most: 100 });
	return targets;
}

export function isMet({ measured, most }: Target): boolean {
	return measured <= most;
}
