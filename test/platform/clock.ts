import type { Settings } from './options';

/** The platform's clock: ours, or the test's, plus the offset. */
export class PlatformClock {
	private written = { second: NaN, text: '' };

	constructor(private readonly settings: Settings) {}

	/** Milliseconds. */
	now(): number {
		return this.settings.now() + this.settings.clockOffsetMs;
	}

	/** Now, as the platform writes times. Written once for each second. */
	time(): string {
		const second = Math.floor(this.now() / 1000);
		if (second !== this.written.second) this.written = { second, text: platformTime(second * 1000) };
		return this.written.text;
	}

	/** Now by the gateway's clock, as the `Date` header has it. */
	httpDate(): string {
		const offset = this.settings.gatewayClockOffsetMs ?? this.settings.clockOffsetMs;
		return new Date(this.settings.now() + offset).toUTCString();
	}
}

/** Milliseconds as the platform writes times: `20170222T164000Z`. */
export function platformTime(ms: number): string {
	return new Date(ms).toISOString().replace(/\.\d+/, '').replace(/[-:]/g, '');
}

/** A time of the platform in milliseconds; undefined for anything else. */
export function readPlatformTime(text: string): number | undefined {
	const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
	if (!parts) return undefined;
	const [, year, month, day, hour, minute, second] = parts;
	const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
	return Number.isNaN(ms) ? undefined : ms;
}
