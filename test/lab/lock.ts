/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/require-node-api-error -- runs in Node.js beside n8n, never inside it */
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Log } from './command';

const HEARTBEAT_MS = 5_000;
const SILENT_MS = 60_000;
const LOOK_AGAIN_MS = 500;

/**
 * Runs `work` while no other process does so under the same lock file. A lock whose process is gone, or that was not
 * refreshed for a minute, is taken over. Containers that share the folder do not see each other's processes: there only
 * the minute counts.
 */
export async function withLock<T>(file: string, log: Log, work: () => Promise<T>): Promise<T> {
	await take(file, log);
	const heartbeat = setInterval(() => touch(file), HEARTBEAT_MS);
	try {
		return await work();
	} finally {
		clearInterval(heartbeat);
		rmSync(file, { force: true });
	}
}

async function take(file: string, log: Log): Promise<void> {
	const mine = `${file}.${hostname()}.${process.pid}`;
	writeFileSync(mine, `${process.pid} ${hostname()}`);
	try {
		for (let waited = 0; !linked(mine, file); waited += LOOK_AGAIN_MS) {
			if (isStale(file)) dropStale(file);
			else {
				if (waited % 10_000 === 0) log(`waiting for another process that holds ${file}`);
				await sleep(LOOK_AGAIN_MS);
			}
		}
	} finally {
		rmSync(mine, { force: true });
	}
}

/** A hard link appears with its content at once, so nobody sees an empty lock. */
function linked(mine: string, file: string): boolean {
	try {
		linkSync(mine, file);
		touch(file);
		return true;
	} catch (error) {
		if (code(error) === 'EEXIST') return false;
		throw error;
	}
}

function isStale(file: string): boolean {
	try {
		const [pid, host] = readFileSync(file, 'utf8').split(' ');
		const isGone = host === hostname() && !isAlive(Number(pid));
		return isGone || Date.now() - statSync(file).mtimeMs > SILENT_MS;
	} catch (error) {
		if (code(error) === 'ENOENT') return false;
		throw error;
	}
}

/** Moves the lock aside first: if another process replaced it meanwhile, its fresh one is put back. */
function dropStale(file: string): void {
	const aside = `${file}.stale.${hostname()}.${process.pid}`;
	try {
		renameSync(file, aside);
	} catch (error) {
		if (code(error) === 'ENOENT') return;
		throw error;
	}
	if (!isStale(aside)) linked(aside, file);
	rmSync(aside, { force: true });
}

function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch (error) {
		return code(error) === 'EPERM';
	}
}

function touch(file: string): void {
	try {
		utimesSync(file, new Date(), new Date());
	} catch (error) {
		if (code(error) !== 'ENOENT') throw error;
	}
}

function code(error: unknown): unknown {
	return (error as NodeJS.ErrnoException).code;
}
