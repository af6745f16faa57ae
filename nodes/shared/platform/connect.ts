import { connect as connectClient, type Context } from '../client/client';
import type { Transport } from '../client/transport';
import { ok, type Result } from '../values/results';

export async function connect(
	context: Context,
	options: {
		maxRetries: number;
		timeoutMs: number;
		signal?: AbortSignal;
		interactive?: boolean;
		onWait?: (until: number) => void;
	},
): Promise<Result<Transport>> {
	const connected = await connectClient(context, options);
	return connected.ok ? ok(connected.value.transport) : connected;
}
