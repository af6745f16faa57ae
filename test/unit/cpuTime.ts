/* eslint-disable @n8n/community-nodes/no-restricted-globals -- measures its own process */
/**
 * The CPU time that a piece of work takes, in milliseconds: the least of five turns. Unlike the time on a clock, it does not
 * grow when other programs keep the machine busy.
 */
export async function cpuTimeOf(work: () => unknown): Promise<number> {
	let least = Infinity;
	for (let turn = 0; turn < 5; turn += 1) {
		const before = process.cpuUsage();
		await work();
		const { user, system } = process.cpuUsage(before);
		least = Math.min(least, (user + system) / 1000);
	}
	return least;
}
