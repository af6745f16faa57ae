import { clock } from '../../nodes/shared/values/clock';
import { FakeClock } from '../clock/fakeClock';

/** The fake clock for code that makes no calls. */
export class VirtualClock extends FakeClock {
	constructor() {
		super(clock, settled, () => 1_700_000_000_000);
	}
}

async function settled(): Promise<void> {
	for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
}
