/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js beside n8n, never inside it */
import { clearLine, cursorTo } from 'node:readline';
import type { WriteStream } from 'node:tty';

import type { Log } from './command';

const REDRAW_MS = 250;
const FRAMES = ['|', '/', '-', '\\'];

/** Shows what is being done, and prints how long it took: lines, or one line that moves if the log can do that. */
export async function withProgress<T>(log: Log, what: string, work: () => Promise<T>): Promise<T> {
	const start = Date.now();
	const done = log.busy?.(what) ?? everyTenSeconds(log, what, start);
	try {
		return await work();
	} finally {
		done();
		log(`${what}: ${seconds(start)}`);
	}
}

/** For a person's command: on a terminal everything that is being done stands in one line at the bottom. */
export function logTo(output: WriteStream): Log {
	return output.isTTY ? movingLog(output) : (line) => output.write(`${line}\n`);
}

function movingLog(output: WriteStream): Log {
	const running: Array<{ what: string; start: number }> = [];
	let timer: NodeJS.Timeout | undefined;
	let frame = 0;
	const clear = () => {
		cursorTo(output, 0);
		clearLine(output, 0);
	};
	const draw = () => {
		clear();
		if (running.length === 0) return;
		const steps = running.map(({ what, start }) => `${what} ${seconds(start)}`).join(', ');
		output.write(`${FRAMES[frame % FRAMES.length]} ${steps}`.slice(0, output.columns - 1));
	};
	const log: Log = (line) => {
		clear();
		output.write(`${line}\n`);
		draw();
	};
	log.busy = (what) => {
		const step = { what, start: Date.now() };
		running.push(step);
		timer ??= setInterval(() => {
			frame++;
			draw();
		}, REDRAW_MS);
		draw();
		return () => {
			running.splice(running.indexOf(step), 1);
			if (running.length > 0) return;
			clearInterval(timer);
			timer = undefined;
			clear();
		};
	};
	return log;
}

function everyTenSeconds(log: Log, what: string, start: number): () => void {
	log(`${what} ...`);
	const timer = setInterval(() => log(`${what} ... ${seconds(start)}`), 10_000);
	return () => clearInterval(timer);
}

function seconds(start: number): string {
	return `${((Date.now() - start) / 1000).toFixed(0)} s`;
}
