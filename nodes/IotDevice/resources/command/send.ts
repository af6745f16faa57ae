import type { IExecuteFunctions } from 'n8n-workflow';

import { CANCELED } from '../../../shared/client/transport';
import { simplifiedCommand } from '../../../shared/items/commandItem';
import { isToolCall } from '../../../shared/items/earlierTries';
import type { Operation } from '../../../shared/items/operation';
import { failed, type EarlierTries, type Hint, type Job, type Outcome } from '../../../shared/items/outcome';
import { runOperation, type WorkContext } from '../../../shared/items/runOperation';
import { oneAtATime } from '../../../shared/values/concurrency';
import type { Failure } from '../../../shared/values/results';
import { excerpt } from '../../../shared/values/text';
import { checkWithDevice } from './deviceRules';
import type { LostRequest } from './lostCommand';
import { revokeQueued, type Replacement } from './replaceQueued';
import { deviceId, method, paras, parasJson, sendOptions, serviceId, specifyParas } from './sendFields';
import { Sender, type Sent } from './sendOnce';
import { readTarget, type Target } from './sendTarget';

/** Sends one command for each input item, at most once, and gives one item for each. */
export const send: Operation = {
	option: {
		name: 'Send',
		value: 'send',
		description:
			"Send a command to a device, or queue it while the device is offline. A delivered command can't be undone.",
		action: 'Send command to device (irreversible once delivered)',
	},
	fields: [deviceId, serviceId, method, specifyParas, paras, parasJson, sendOptions],
	execute: async (context) => {
		const notes = notesOf(context);
		const items = context.getInputData();
		return await runOperation<Target>(context, {
			words: { targets: 'commands', done: 'Commands' },
			// What an item asks for may be another thing in the next try, for example with the time in it.
			keyOf: (_target, itemIndex) => keyOfItem(context, itemIndex),
			nameOf: ({ command }) => `${command.method} for device ${command.deviceId}`,
			laneOf: ({ command, appId }) => laneOf(command.deviceId, appId),
			read: (read) => readTarget(read, context.getTimezone()),
			work: (work) => {
				const sender = new Sender(work.transport, items.length === 1);
				return {
					job: async (job, earlier) => await sendItem(work, sender, job, noteFor(notes, job, earlier)),
				};
			},
		});
	},
};

/** What a try leaves for the next one, beside the outcome. */
interface Note extends Pick<Replacement, 'replaced' | 'unclear'> {
	/** A request whose fate is not known. */
	lost?: LostRequest;
	/** What to say beside the command, also when a later try finds it. */
	hints?: Hint[];
}

/** Notes of an execution's node, kept beside the object that n8n keeps from try to try. */
const allNotes = new WeakMap<object, Map<string, Note>>();

function notesOf(context: IExecuteFunctions): Map<string, Note> {
	const anchor = context.getContext('node');
	const notes = allNotes.get(anchor) ?? new Map<string, Note>();
	allNotes.set(anchor, notes);
	return notes;
}

function noteFor(notes: Map<string, Note>, { key }: Job<Target>, earlier: EarlierTries | undefined): Note {
	const known = earlier ? notes.get(key) : undefined;
	const note = known ?? { replaced: [], unclear: [] };
	notes.set(key, note);
	return note;
}

/**
 * The place of an item in a run of the node, which stays the same from try to try. An agent's calls of a tool have one item
 * each, and a run index for each try: there, what they ask for tells them apart.
 */
function keyOfItem(context: IExecuteFunctions, itemIndex: number): string {
	const call: unknown = isToolCall(context)
		? context.getInputData()[itemIndex]?.json
		: context.getWorkflowDataProxy(0).$runIndex;
	return JSON.stringify([itemIndex, call]);
}

/** The commands of one device are sent one after another, in the whole process. */
function laneOf(device: string, appId: string | undefined): string {
	return JSON.stringify([device.toLowerCase(), appId ?? '']);
}

async function sendItem(
	work: WorkContext,
	sender: Sender,
	{ inputs: [{ target }] }: Job<Target>,
	note: Note,
): Promise<Outcome> {
	const { command, appId } = target;
	const { application } = work.transport;
	// While a lost command is looked up, no other run may have one under way for the same device.
	const key = JSON.stringify(['send', application, laneOf(command.deviceId, appId)]);
	const sent = await oneAtATime(
		key,
		work.untilStop.signal,
		async () => await sendNow(work, sender, target, note),
	);
	return sent ?? failed(CANCELED);
}

const NOT_IN_PROFILE =
	"The platform accepted what the device profile doesn't have, and the device may ignore it; 'Revoke Selected' takes back what is still queued";

async function sendNow(work: WorkContext, sender: Sender, target: Target, note: Note): Promise<Outcome> {
	const { untilStop } = work;
	const { appId } = target;
	if (note.lost) return outcomeOf(await sender.lookUp(note.lost), target, note);
	const command = { ...target.command };
	note.hints = [];
	if (!target.isChecked) {
		const checked = await checkWithDevice(untilStop, command, appId, target.given);
		if (!checked.ok) return failed(checked.failure);
		command.paras = checked.value.paras;
		note.hints = checked.value.notInProfile.map((about) => ({ text: NOT_IN_PROFILE, about }));
	}
	return await sendChecked(work, sender, { ...target, command }, note);
}

async function sendChecked(
	{ transport, untilStop }: WorkContext,
	sender: Sender,
	target: Target,
	note: Note,
): Promise<Outcome> {
	const { command, appId } = target;
	if (!target.replaceQueued) return outcomeOf(await sender.send(untilStop, command, appId), target, note);
	const { listed, failure, ...replacement } = await revokeQueued(transport, untilStop, command, appId, note);
	Object.assign(note, replacement);
	return outcomeOf(
		failure ? { failure } : await sender.send(transport, command, appId, listed),
		target,
		note,
	);
}

function outcomeOf(
	{ command, failure, lost }: Sent,
	{ command: { deviceId: device }, replaceQueued }: Target,
	note: Note,
): Outcome {
	const { replaced } = note;
	note.lost = lost;
	if (!command)
		return {
			items: [],
			done: replaced.map(revokedFor(device)),
			...(failure ? { failure: withReplaced(failure, replaced) } : {}),
		};
	const expireTime = command.expireTime ?? null;
	const json = simplifiedCommand(command, { expireTime, ...(replaceQueued ? { replaced } : {}) });
	return {
		items: [{ json }],
		hints: note.hints,
		done: [
			...replaced.map(revokedFor(device)),
			`${excerpt(command.commandId ?? '')} (accepted for ${device})`,
		],
	};
}

/** A command that was taken back, as the message of a stopped run names it. */
function revokedFor(device: string): (commandId: string) => string {
	return (commandId) => `${excerpt(commandId)} (revoked for ${device})`;
}

/** The commands that were taken back for one that was not sent: nobody else would report them. */
function withReplaced(failure: Failure, replaced: string[]): Failure {
	if (replaced.length === 0) return failure;
	return {
		...failure,
		help: `${failure.help} These commands had already been revoked for 'Replace Queued': ${replaced.map(excerpt).join(', ')}.`,
	};
}
