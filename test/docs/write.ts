/* eslint-disable @n8n/community-nodes/no-restricted-imports, no-console -- a command for people, runs in Node.js */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { PROJECT } from '../lab/folders';
import { messagesPage } from './messages';

/** `npm run docs`: writes the pages that are made from the sources. */
writeFileSync(join(PROJECT, 'docs/messages.md'), messagesPage());
console.log('Written: docs/messages.md');
