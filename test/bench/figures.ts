import type { CpuFigures } from './cpu';
import type { MemoryRow } from './memory';
import type { RateLimitFigures } from './rateLimit';
import type { ScaleRow } from './scale';
import type { SendFigures } from './sends';
import type { SharingRow, TurnsFigures } from './sharing';
import type { SizeFigures } from './size';
import type { SpeedRow } from './speed';

/** What one run of the benchmark measured; parts that were left out are empty. */
export interface Figures {
	speed: SpeedRow[];
	sends?: SendFigures;
	scale: ScaleRow[];
	cpu: CpuFigures[];
	rateLimit?: RateLimitFigures;
	sharing: SharingRow[];
	turns?: TurnsFigures;
	memory: MemoryRow[];
	size?: SizeFigures;
}

export const count = (value: number) => value.toLocaleString('en');
export const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
export const milliseconds = (ms: number) => `${ms.toFixed(2)} ms`;
export const ratio = (part: number, whole: number) => (part / whole).toFixed(2);
export const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;

/** A table in Markdown. */
export function table(head: string[], rows: string[][]): string {
	return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
