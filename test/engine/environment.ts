/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js, around the tests */
import 'reflect-metadata';
import { createRequire } from 'node:module';
import { TestEnvironment } from 'jest-environment-node';

/** Lives as long as the process of the tests, so that what is costly is made once, not once for each file. */
const shared = {};

/**
 * The environment of a file of tests. Loading n8n's engine takes seconds, and Jest would do it for every file: here all files
 * of a process have one copy. The node's own code is loaded afresh for each of them.
 */
export default class Environment extends TestEnvironment {
	async setup(): Promise<void> {
		await super.setup();
		this.global.loadOnce = createRequire(__filename);
		this.global.shared = shared;
		// n8n knows an error by `instanceof`, in the copy of its engine that lives outside of the file.
		this.global.Error = Error;
	}
}
