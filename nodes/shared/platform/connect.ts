import { openTransport, type Context, type TransportSettings } from '../client/openTransport';
import type { Transport } from '../client/transport';
import type { Result } from '../values/results';
import { ERROR_CODES } from './errorCodes';

/** Connects a node with the platform, as its credential says. */
export async function connect(context: Context, settings: TransportSettings): Promise<Result<Transport>> {
	return await openTransport(context, ERROR_CODES, settings);
}
