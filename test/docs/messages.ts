import { ERROR_CODES } from '../../nodes/shared/platform/errorCodes';

const INTRODUCTION = `# Messages

Each message says what happened, with the platform's code where there is one, and what to do. When a node stops, it also says what was done: _… 2 of 4 devices were done. Revocation accepted: device-1 (task …)_; the text below lists the other devices that failed, with reasons. Items are counted from 0.

## With a code of the platform

| Code | What happened | What to do |
| --- | --- | --- |`;

const WITHOUT_CODE = `
## Without a code

| Message | What it means | What to do |
| --- | --- | --- |
| _The host name of … is unknown_, _Nothing answers at …_, _… did not answer in time_ | The server can't be reached | Check **Server** and its port, and the firewall |
| Messages about a certificate or TLS | No secure connection could be made, so nothing was sent | The message names the field: **CA Certificate**, **Certificate Host Name**, **Client Certificate**, **Client Key**, or **Passphrase** |
| _The server allows no more calls at the moment (HTTP 429)_ | That was one call too many; the node repeats it as soon as the rate limit allows | Lower **Requests per Minute** |
| _… did not answer like the platform_, a redirect, another HTTP 4xx without a code | Another server or a proxy answers | Check **Server** |
| _… may have revoked the commands anyway_, _It is not known whether …_ | An answer was lost and could not be looked up | _Revocation Task: Get Many_ for the device, or _Command: Get Many_ with all statuses |
| _revocation task … is FAILED_ | The platform could not revoke the commands | _Command: Get Many_ shows what is still queued |
| _'Device' is empty_, _… is not a date_ and the like | A field holds something that can't be used | Correct the field that the message names |

## Hints above the output

| Hint | What it means |
| --- | --- |
| _Nothing was queued for_, _Nothing is queued for_ | There was no pending command |
| _No matching … for_ | No command or task matches the filters. A number in brackets is how many commands are pending |
| _Named in 'Command IDs', but …_ | Why a command with this ID was not chosen |
| _Not revoked, see the reason in the item_ | These commands could not be revoked, or it is not known |
| _The platform was still revoking the commands_ | Turn on **Wait for Completion** to see how it ends |
| _The wait ended before the platform had finished the task_ | _Revocation Task: Get_ shows how it ended |
| _Only some of the commands were revoked_ | **status** of each item says which |
| _The platform does not say …_, _The platform revokes more commands than it lists_ | The platform's answer is incomplete; _Command: Get Many_ shows what is still queued |
| _The platform accepted what the device profile doesn't have_ | **Service**, **Method** or a parameter may be misspelled, or the profile may be older than the device |
`;

/** docs/messages.md, written by `npm run docs`: one row for each group of codes with the same text. */
export function messagesPage(): string {
	const rows = new Map<string, string[]>();
	for (const [code, { what, help }] of ERROR_CODES) {
		const row = `${what} | ${help}`;
		rows.set(row, [...(rows.get(row) ?? []), code]);
	}
	const table = [...rows].map(([row, codes]) => `| ${codes.join(', ')} | ${row} |`).join('\n');
	return `${INTRODUCTION}\n${table}\n${WITHOUT_CODE}`;
}
