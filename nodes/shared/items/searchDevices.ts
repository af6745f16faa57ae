import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { nameOf, statusOf, type Device } from '../platform/devices';
import {
	browseDevices,
	searchDevices as search,
	type Found,
	type SearchPlace,
} from '../platform/searchDevices';
import { clock } from '../values/clock';
import { failForGood, type Result } from '../values/results';
import { connectForList, inTime, orThrow } from './editorList';

/** How long it is remembered how far a search came, in milliseconds. */
const REMEMBERED_MS = 300_000;
const MOST_REMEMBERED = 100;

/**
 * How far a search came that has found nothing so far: n8n's editor asks for more only where it has something to show.
 * A page number and no devices: what one user may see is not shown to another.
 */
const unfinished = new Map<string, { place: SearchPlace; until: number }>();

/**
 * The devices for the field 'Device', by name or ID.
 * @throws NodeApiError that says why there is no list
 */
export async function searchDevices(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const found = await find(this, (filter ?? '').trim(), placeIn(paginationToken));
	const { devices, next } = orThrow(this, found);
	return {
		results: devices.flatMap((device) => asOption(device) ?? []),
		...(next ? { paginationToken: `${next.by}:${next.pageNo}` } : {}),
	};
}

async function find(
	context: ILoadOptionsFunctions,
	text: string,
	place: SearchPlace | undefined,
): Promise<Result<Found>> {
	const access = await connectForList(context);
	if (!access.ok) return access;
	const { transport, appId } = access.value;
	if (text === '') return inTime(await browseDevices(transport, appId, place), LIST, INSTEAD);
	const key = JSON.stringify([transport.right, appId, text.toLowerCase()]);
	const found = await search(transport, appId, text, place ?? recall(key));
	if (!found.ok) return inTime(found, LIST, INSTEAD);
	const { devices, next } = found.value;
	if (devices.length > 0 || !next) return found;
	remember(key, next);
	return failForGood(
		`No device with "${text.slice(0, 64)}" in its name or ID was found so far, and there are more devices than one search looks through`,
		"Search again to continue where this search stopped, enter the name as the platform spells it, or choose 'By ID' and enter the device's ID.",
	);
}

/** Where the list goes on, from the token that the editor gives back. */
function placeIn(token: string | undefined): SearchPlace | undefined {
	const parts = /^(name|all):(\d{1,9})$/.exec(token ?? '');
	return parts ? { by: parts[1] === 'name' ? 'name' : 'all', pageNo: Number(parts[2]) } : undefined;
}

function recall(key: string): SearchPlace | undefined {
	const known = unfinished.get(key);
	unfinished.delete(key);
	return known && known.until > clock.now() ? known.place : undefined;
}

function remember(key: string, place: SearchPlace): void {
	const [oldest] = unfinished.keys();
	if (unfinished.size >= MOST_REMEMBERED && oldest !== undefined) unfinished.delete(oldest);
	unfinished.set(key, { place, until: clock.now() + REMEMBERED_MS });
}

function asOption(device: Device): { name: string; value: string } | undefined {
	const { deviceId } = device;
	if (!deviceId) return undefined;
	const name = nameOf(device);
	const status = statusOf(device);
	const parts = [name, status && `(${status})`, name === deviceId ? '' : deviceId];
	return { name: parts.filter(Boolean).join(' '), value: deviceId };
}

const LIST = 'The list of devices';
const INSTEAD = "Or choose 'By ID' and enter the device's ID.";
