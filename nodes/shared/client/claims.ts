import { RecentIds } from '../values/recentIds';
import { Registry } from './registry';

/** At least this many IDs of each application are remembered. */
const REMEMBERED = 50_000;

/** The IDs that belong to a request of this process already, so that looking for a lost answer takes no other one's. */
export class Claims {
	private readonly ids = new Registry<RecentIds>(() => true);

	add(application: string, id: string): void {
		this.ids.get(application, () => new RecentIds(REMEMBERED)).add(id);
	}

	has(application: string, id: string): boolean {
		return this.ids.get(application, () => new RecentIds(REMEMBERED)).has(id);
	}
}
