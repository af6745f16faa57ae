/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs in Node.js: what the environment of the tests gives */
import type { Certificates } from '../platform/certificates';

/** What the environment of the tests gives to every file. */
const given = globalThis as unknown as {
	loadOnce?: <T>(name: string) => T;
	shared?: { certificates?: Certificates };
};

/** The copy of a module that all files of a process have. Without Jest, as in a program, the usual one. */
export const loadOnce = <T>(name: string): T =>
	// eslint-disable-next-line @typescript-eslint/no-require-imports -- the name is known when it runs
	given.loadOnce ? given.loadOnce<T>(name) : (require(name) as T);

/** What files of a process share. */
export const shared = (given.shared ??= {});
