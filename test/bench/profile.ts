/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js inside n8n, for the benchmark only */
import type { Profiler } from 'node:inspector';

import type { Block, Observation } from './probe';

/** Whose code runs: the file's origin, or what V8 itself says. */
export const ORIGINS = {
	package: 'this package',
	n8n: 'n8n',
	packages: 'packages that n8n uses (axios, follow-redirects and others)',
	network: 'Node.js: TLS, network, HTTP and streams',
	node: 'Node.js: the rest',
	native: 'native code outside JavaScript (OpenSSL and sockets among it)',
	garbage: 'garbage collection',
	idle: 'idle',
} as const;
export type Origin = keyof typeof ORIGINS;

export interface Sample {
	/** Milliseconds since 1970, and how long it stands for. */
	at: number;
	ms: number;
	origin: Origin;
	/** Whether code of this package is on the stack: its own time, and that of what it called. */
	isOurs: boolean;
	/** `file function:line` for code of this package. */
	place?: string;
}

const PACKAGE = '/n8n-nodes-huawei-iot/dist/';
const BY_V8: Record<string, Origin> = {
	'(idle)': 'idle',
	'(program)': 'native',
	'(garbage collector)': 'garbage',
};
const NETWORK = /^node:(internal\/)?(_?tls|_?http|https|net|_?stream|dns|crypto|js_stream|url)/;

/** The samples of a profile, each with whose code it was. */
export function samplesOf({ profile, began }: Observation): Sample[] {
	const described = describe(profile);
	let at = began;
	return (profile.samples ?? []).map((id, index) => {
		const ms = Math.max(0, profile.timeDeltas?.[index] ?? 0) / 1000;
		at += ms;
		return { at, ms, ...(described.get(id) ?? { origin: 'node', isOurs: false }) };
	});
}

type Description = Pick<Sample, 'origin' | 'isOurs' | 'place'>;

function describe({ nodes }: Profiler.Profile): Map<number, Description> {
	const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
	const described = new Map<number, Description>();
	// Parents come before their children.
	for (const { id, callFrame } of nodes) {
		const parent = described.get(parents.get(id) ?? NaN);
		const { url, functionName, lineNumber } = callFrame;
		const file = url.split(PACKAGE)[1];
		described.set(id, {
			// Functions in native code have no file: they belong to who called them.
			origin: BY_V8[functionName] ?? (url === '' ? (parent?.origin ?? 'node') : originOf(url)),
			isOurs: file !== undefined || (parent?.isOurs ?? false),
			place:
				file === undefined
					? url === ''
						? parent?.place
						: undefined
					: `${file} ${functionName || '(anonymous)'}:${lineNumber + 1}`,
		});
	}
	return described;
}

function originOf(url: string): Origin {
	if (url.includes(PACKAGE)) return 'package';
	if (NETWORK.test(url)) return 'network';
	const inPackage = url.split('/node_modules/').slice(1).at(-1);
	if (inPackage === undefined) return 'node';
	return /^(@n8n\/|n8n(-[\w-]+)?\/)/.test(inPackage) ? 'n8n' : 'packages';
}

/** Those within a time, as when a node ran. */
export function within(samples: Sample[], { start, end }: Block): Sample[] {
	return samples.filter(({ at }) => at >= start && at <= end);
}

/** Milliseconds of all samples for which something holds. */
export function sum(samples: Sample[], holds: (sample: Sample) => boolean = () => true): number {
	return samples.reduce((total, sample) => total + (holds(sample) ? sample.ms : 0), 0);
}

/** Where this package's own time goes: the places with the most, in milliseconds. */
export function placesOf(samples: Sample[], count: number): Array<[place: string, ms: number]> {
	const places = new Map<string, number>();
	for (const { place, origin, ms } of samples) {
		if (origin === 'package' && place !== undefined) places.set(place, (places.get(place) ?? 0) + ms);
	}
	return [...places].sort(([, a], [, b]) => b - a).slice(0, count);
}
