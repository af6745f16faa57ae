import type { SpeedPlan } from './speed';

interface Plan {
	parts: string[];
	speed: SpeedPlan;
	sends: { devices: number; pairs: number };
	cpu: { latencies: number[]; devices: number };
	scale: { smallest: number; sizes: number[] };
	rateLimit: { rateLimit: number; windows: number; nodeOnly: boolean };
	memory: { sizes: number[]; commands: number };
	/** Starts of n8n with the package and without it. */
	size: number;
}

/** How much of each part is measured. */
export const PLANS: Record<'whole' | 'quick', Plan> = {
	whole: {
		parts: ['sharing', 'speed', 'sends', 'cpu', 'scale', 'rateLimit', 'memory', 'size'],
		speed: { sizes: [300, 1000, 3000], latencies: [0, 10, 50, 100], pairs: 3 },
		sends: { devices: 1000, pairs: 3 },
		cpu: { latencies: [0, 50], devices: 1000 },
		scale: { smallest: 300, sizes: [10_000, 100_000] },
		rateLimit: { rateLimit: 100, windows: 3, nodeOnly: false },
		memory: { sizes: [10_000], commands: 10 },
		size: 5,
	},
	// Each start of another n8n takes 20 seconds, so the parts that need several come with --only alone.
	quick: {
		parts: ['sharing', 'speed', 'sends', 'cpu', 'scale', 'rateLimit'],
		speed: { sizes: [100], latencies: [0, 50], pairs: 1 },
		sends: { devices: 100, pairs: 1 },
		cpu: { latencies: [0], devices: 100 },
		scale: { smallest: 100, sizes: [1000] },
		// The platform's period is a minute: two periods' worth take one.
		rateLimit: { rateLimit: 20, windows: 2, nodeOnly: true },
		memory: { sizes: [200], commands: 10 },
		size: 1,
	},
};
